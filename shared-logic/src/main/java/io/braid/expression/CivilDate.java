package io.braid.expression;

/**
 * Year, month and day of the proleptic Gregorian calendar, from epoch days and back, without a
 * branch or an object per value. After Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (2013): years start in March, so that the day that comes and goes is their last.
 */
final class CivilDate {

  private static final int DAYS_OF_ERA = 146_097; // 400 years
  private static final int EPOCH = 719_468; // days from 0000-03-01 to 1970-01-01

  private CivilDate() {}

  /** Returns the date packed into a number, for {@link #year}, {@link #month} and {@link #day}. */
  static long of(long epochDay) {
    long shifted = epochDay + EPOCH;
    long era = Math.floorDiv(shifted, DAYS_OF_ERA);
    int dayOfEra = (int) (shifted - era * DAYS_OF_ERA);
    int yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / (DAYS_OF_ERA - 1)) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int fromMarch = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
    int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return year << 9 | month << 5 | day;
  }

  static long year(long date) {
    return date >> 9;
  }

  /** Returns the month, 1 to 12. */
  static int month(long date) {
    return (int) (date >> 5) & 15;
  }

  /** Returns the day of the month, from 1. */
  static int day(long date) {
    return (int) date & 31;
  }

  /** Returns the epoch day of the first of a month, 1 to 12. */
  static long firstOf(long year, int month) {
    int fromMarch = month > 2 ? month - 3 : month + 9;
    long shifted = month > 2 ? year : year - 1;
    long era = Math.floorDiv(shifted, 400);
    int yearOfEra = (int) (shifted - era * 400);
    int dayOfYear = (153 * fromMarch + 2) / 5;
    long dayOfEra = yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * DAYS_OF_ERA + dayOfEra - EPOCH;
  }

  /** Returns how many days before {@code epochDay} the last Monday was, 0 to 6. */
  static int daysSinceMonday(long epochDay) {
    return Math.floorMod(epochDay + 3, 7); // 1970-01-01 was a Thursday
  }
}
