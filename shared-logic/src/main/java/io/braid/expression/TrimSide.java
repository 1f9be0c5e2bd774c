package io.braid.expression;

/** The side of a text that TRIM takes characters from; the name is part of the normal form. */
public enum TrimSide {
  /** The start. */
  LEADING,
  /** The end. */
  TRAILING,
  /** Start and end. */
  BOTH
}
