package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.util.Optional;

/**
 * An aggregate function applied to a type of argument.
 *
 * @param argument the type of what is aggregated; empty for {@code COUNT(*)} alone
 */
public record Aggregate(Function function, Optional<ColumnType> argument) {

  /** What is computed over the values that are not NULL. */
  public enum Function {
    /** How many there are; 0 over none. */
    COUNT,
    /** Exact sum, rounded once for DOUBLE; NULL over none. */
    SUM,
    /** The least; NULL over none. */
    MIN,
    /** The greatest; NULL over none. */
    MAX,
    /** Exact mean, rounded once to DOUBLE; NULL over none. */
    AVG
  }

  public Aggregate {
    if (argument.isEmpty() && function != Function.COUNT) {
      throw new IllegalArgumentException(function + " needs an argument");
    }
    if ((function == Function.SUM || function == Function.AVG)
        && !argument.orElseThrow().isNumeric()) {
      throw new IllegalArgumentException(
          "%s of %s: expected a number".formatted(function, argument.orElseThrow()));
    }
  }

  /** Returns the type of a finished value. */
  public ColumnType type() {
    return switch (function) {
      case COUNT -> ColumnType.BIGINT;
      case AVG -> ColumnType.DOUBLE;
      case MIN, MAX -> argument.orElseThrow();
      case SUM -> {
        ColumnType summed = argument.orElseThrow();
        yield summed.kind() == ColumnType.Kind.DOUBLE
            ? ColumnType.DOUBLE
            : ColumnType.decimal(ColumnType.MAX_PRECISION, summed.scale());
      }
    };
  }

  /** Returns the normal form: {@code SUM(bigint)}, {@code COUNT(*)}. */
  public String text() {
    return function + "(" + argument.map(ColumnType::toString).orElse("*") + ")";
  }
}
