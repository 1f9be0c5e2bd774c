package io.braid.expression;

/** The comparisons of two values; NULL when either is NULL. */
public enum ComparisonOperator {
  EQUAL("=", true, false, false),
  NOT_EQUAL("<>", true, false, true),
  LESS("<", false, false, false),
  LESS_OR_EQUAL("<=", false, true, true),
  GREATER(">", false, true, false),
  GREATER_OR_EQUAL(">=", false, false, true);

  private final String symbol;
  private final boolean equality;
  private final boolean swapped;
  private final boolean negated;

  /**
   * Every comparison is "equal" or "less", of swapped operands, negated: {@code a <= b} is {@code
   * NOT b < a}. That holds because all orders here are total.
   */
  ComparisonOperator(String symbol, boolean equality, boolean swapped, boolean negated) {
    this.symbol = symbol;
    this.equality = equality;
    this.swapped = swapped;
    this.negated = negated;
  }

  /** Returns how SQL writes it. */
  public String symbol() {
    return symbol;
  }

  /** Returns the operator that says the same of exchanged operands. */
  ComparisonOperator mirrored() {
    return switch (this) {
      case EQUAL, NOT_EQUAL -> this;
      case LESS -> GREATER;
      case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
      case GREATER -> LESS;
      case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
    };
  }

  boolean isEquality() {
    return equality;
  }

  boolean isSwapped() {
    return swapped;
  }

  boolean isNegated() {
    return negated;
  }
}
