package io.braid.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the valid name that was probably meant. */
public final class NearestName {

  private NearestName() {}

  /**
   * Returns the candidate that needs the fewest edits to become {@code name}, letters' case aside;
   * empty when every one needs more than a third of its letters, at least two.
   */
  public static Optional<String> of(String name, Collection<String> candidates) {
    String sought = name.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .filter(
            candidate ->
                edits(sought, candidate.toLowerCase(Locale.ROOT))
                    <= Math.max(2, Math.max(sought.length(), candidate.length()) / 3))
        .filter(
            candidate ->
                edits(sought, candidate.toLowerCase(Locale.ROOT))
                    < Math.max(sought.length(), candidate.length()))
        .min(
            Comparator.<String>comparingInt(
                    candidate -> edits(sought, candidate.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Returns {@code "; did you mean 'x'?"}, or nothing when no candidate is near. */
  static String hint(String name, Collection<String> candidates) {
    return of(name, candidates).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  /** Levenshtein's distance, with two neighbours exchanged counted as one edit. */
  static int edits(String a, String b) {
    int[] beforePrevious = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
        }
      }
      beforePrevious = previous;
      previous = current;
    }
    return previous[b.length()];
  }
}
