package io.braid.batch.oracle;

/**
 * One question in both languages.
 *
 * @param name what it is about
 * @param braid a metric over {@code events}
 * @param zone the metric's time zone
 * @param spark the same over a table {@code events} that also has {@code off}, the offset; its
 *     columns are in the order of Braid's SELECT list
 * @param tolerance how far numbers may be apart, relative to Spark's
 */
record Question(String name, String braid, String zone, String spark, double tolerance) {

  /** Spark adds doubles in any order and rounds after each: its last digits are chance. */
  private static final double ROUNDING = 1e-9;

  static Question of(String name, String braid, String spark) {
    return new Question(name, braid, "UTC", spark, ROUNDING);
  }

  Question in(String otherZone) {
    return new Question(name, braid, otherZone, spark, tolerance);
  }

  Question within(double otherTolerance) {
    return new Question(name, braid, zone, spark, otherTolerance);
  }

  /** Returns the question with some of Braid's words replaced. */
  Question asBraid(String word, String replacement) {
    return new Question(name, braid.replace(word, replacement), zone, spark, tolerance);
  }

  /** Returns the question with what matches a pattern replaced in Spark's words. */
  Question asSpark(String pattern, String replacement) {
    return new Question(name, braid, zone, spark.replaceAll(pattern, replacement), tolerance);
  }

  @Override
  public String toString() {
    return name;
  }
}
