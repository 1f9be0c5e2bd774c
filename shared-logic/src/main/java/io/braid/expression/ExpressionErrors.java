package io.braid.expression;

/** Counts values that became NULL because of an error in an expression; one owner. */
public final class ExpressionErrors {

  private long count;

  /** Counts one value. */
  public void add() {
    count++;
  }

  /** Returns the number of values counted so far. */
  public long count() {
    return count;
  }
}
