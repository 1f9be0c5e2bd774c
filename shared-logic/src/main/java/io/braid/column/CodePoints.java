package io.braid.column;

/** The order of texts: by code point, which is also the order of their UTF-8 bytes. */
public final class CodePoints {

  private CodePoints() {}

  /**
   * Compares two texts by code point. {@link String#compareTo} differs where a surrogate pair meets
   * U+E000 to U+FFFF: as UTF-16 units the pair sorts first, as code points last.
   */
  public static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean bothUnits = Character.isSurrogate(a) == Character.isSurrogate(b);
        return bothUnits ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
