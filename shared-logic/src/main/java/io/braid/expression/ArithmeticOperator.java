package io.braid.expression;

/** The arithmetic of two operands. */
public enum ArithmeticOperator {
  PLUS("+"),
  MINUS("-"),
  TIMES("*"),
  /** Truncates between integers; every other quotient is a DOUBLE. */
  DIVIDE("/"),
  /** The remainder of truncating division: it has the sign of the dividend. */
  REMAINDER("%");

  private final String symbol;

  ArithmeticOperator(String symbol) {
    this.symbol = symbol;
  }

  /** Returns how SQL writes it. */
  public String symbol() {
    return symbol;
  }
}
