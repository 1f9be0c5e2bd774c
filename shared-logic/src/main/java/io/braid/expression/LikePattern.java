package io.braid.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of LIKE, taken apart at its {@code %}: {@code ab%c_%} has the pieces {@code ab}, {@code
 * c_} and an empty one. A text matches when the first piece stands at its start, the last one at
 * its end, and the others between them in order; taking each at the first place where it fits is
 * enough, so nothing is ever tried twice. Immutable.
 */
final class LikePattern {

  /** Stands for {@code _}, any one code point. */
  private static final int ANY = -1;

  /** A run of characters without {@code %}. */
  private static final class Piece {

    private final int[] points;
    private final String plain; // without _, or null: compared by the platform's own loops

    private Piece(int[] points) {
      this.points = points;
      boolean any = false;
      for (int point : points) {
        any |= point == ANY;
      }
      this.plain = any ? null : new String(points, 0, points.length);
    }

    /** Returns where the piece ends that starts at {@code from}, or -1 when it is not there. */
    int endAt(String text, int from) {
      if (plain != null) {
        return text.startsWith(plain, from) ? from + plain.length() : -1;
      }
      int at = from;
      for (int point : points) {
        if (at >= text.length()) {
          return -1;
        }
        int found = text.codePointAt(at);
        if (point != ANY && point != found) {
          return -1;
        }
        at += Character.charCount(found);
      }
      return at;
    }

    /** Returns where the first occurrence at or behind {@code from} ends, or -1. */
    int endOfFirst(String text, int from) {
      if (plain != null) {
        int start = text.indexOf(plain, from);
        return start < 0 ? -1 : start + plain.length();
      }
      for (int start = from; start < text.length(); start = text.offsetByCodePoints(start, 1)) {
        int end = endAt(text, start);
        if (end >= 0) {
          return end;
        }
      }
      return -1;
    }

    /** Returns whether the text ends with the piece, which must not start before {@code from}. */
    boolean isAtEnd(String text, int from) {
      if (plain != null) {
        return text.length() - plain.length() >= from && text.endsWith(plain);
      }
      return text.codePointCount(from, text.length()) >= points.length
          && endAt(text, text.offsetByCodePoints(text.length(), -points.length)) == text.length();
    }
  }

  private final List<Piece> pieces;

  private LikePattern(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Returns what {@code pattern} stands for.
   *
   * @param escape the code point that takes the meaning from {@code %}, {@code _} and itself, or a
   *     negative number for none
   * @throws IllegalArgumentException when something else, or nothing, stands behind the escape
   */
  static LikePattern of(String pattern, int escape) {
    List<Piece> pieces = new ArrayList<>();
    int[] points = pattern.codePoints().toArray();
    int[] piece = new int[points.length];
    int length = 0;
    for (int i = 0; i < points.length; i++) {
      int point = points[i];
      if (point == escape) {
        int next = i + 1 < points.length ? points[i + 1] : ANY;
        if (next != '%' && next != '_' && next != escape) {
          throw new IllegalArgumentException(
              "Invalid pattern '%s': behind the escape '%s' must stand %%, _ or '%s'"
                  .formatted(pattern, Character.toString(escape), Character.toString(escape)));
        }
        piece[length++] = next;
        i++;
      } else if (point == '%') {
        pieces.add(new Piece(Arrays.copyOf(piece, length)));
        length = 0;
      } else {
        piece[length++] = point == '_' ? ANY : point;
      }
    }
    pieces.add(new Piece(Arrays.copyOf(piece, length)));
    return new LikePattern(pieces);
  }

  /** Returns whether the whole text is what the pattern stands for. */
  boolean matches(String text) {
    int at = pieces.get(0).endAt(text, 0);
    int last = pieces.size() - 1;
    if (at < 0 || last == 0) {
      return at == text.length();
    }
    for (int i = 1; i < last; i++) {
      at = pieces.get(i).endOfFirst(text, at);
      if (at < 0) {
        return false;
      }
    }
    return pieces.get(last).isAtEnd(text, at);
  }
}
