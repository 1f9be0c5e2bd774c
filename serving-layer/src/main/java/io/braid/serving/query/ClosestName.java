package io.braid.serving.query;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class ClosestName {

  private ClosestName() {}

  /**
   * Returns the valid name nearest to {@code name}, or empty when none is near: more than a third
   * of its letters would have to change. Letter case counts for nothing.
   */
  public static Optional<String> of(String name, Collection<String> valid) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int allowed = Math.max(1, Math.min(wanted.length(), 64) / 3);
    return valid.stream()
        .filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)) <= allowed)
        .min(Comparator.comparingInt(c -> distance(wanted, c.toLowerCase(Locale.ROOT))));
  }

  /** Returns a sentence's end: the nearest name as a question, then all valid ones. */
  public static String hint(String name, Collection<String> valid) {
    String meant = of(name, valid).map("; did you mean '%s'?"::formatted).orElse(";");
    return meant + (valid.isEmpty() ? " there are none" : " valid: " + String.join(", ", valid));
  }

  /**
   * Optimal string alignment: insert, delete, change a letter, or swap two neighbours. Three rows
   * at a time; long texts are far from everything.
   */
  private static int distance(String left, String right) {
    if (left.length() > 64 || right.length() > 64) {
      return left.equals(right) ? 0 : Integer.MAX_VALUE;
    }
    int[] beforePrevious = new int[right.length() + 1];
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        if (swapped) {
          current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
        }
      }
      beforePrevious = previous;
      previous = current;
    }
    return previous[right.length()];
  }
}
