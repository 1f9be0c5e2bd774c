package io.braid.aggregate;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import java.util.List;

/** The aggregates of SQL that every definition may use, over the values that are not NULL. */
public enum StandardAggregate implements AggregateFunction {
  /** How many there are; 0 over none. */
  COUNT {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      if (!arguments.isEmpty()) {
        only(arguments);
      }
      return ColumnType.BIGINT;
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return new CountAccumulators();
    }

    @Override
    public boolean isCount() {
      return true;
    }

    @Override
    public boolean isRetractable() {
      return true;
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return "8";
    }
  },

  /** Exact sum, rounded once for DOUBLE; NULL over none. */
  SUM {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      ColumnType summed = number(arguments);
      return summed.kind() == Kind.DOUBLE
          ? ColumnType.DOUBLE
          : ColumnType.decimal(ColumnType.MAX_PRECISION, summed.scale());
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return SumAccumulators.of(arguments.get(0));
    }

    @Override
    public boolean isRetractable() {
      return true;
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return SumAccumulators.bytesPerGroup(arguments.get(0));
    }
  },

  /** The least; NULL over none. */
  MIN {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      return only(arguments);
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return extremum(arguments.get(0), -1);
    }

    @Override
    public boolean isRetractable() {
      return false;
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return valueBytes(arguments.get(0));
    }
  },

  /** The greatest; NULL over none. */
  MAX {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      return only(arguments);
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return extremum(arguments.get(0), 1);
    }

    @Override
    public boolean isRetractable() {
      return false;
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return valueBytes(arguments.get(0));
    }
  },

  /** Exact mean, rounded once to DOUBLE; NULL over none. */
  AVG {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      number(arguments);
      return ColumnType.DOUBLE;
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return new AverageAccumulators(SumAccumulators.of(arguments.get(0)));
    }

    @Override
    public boolean isRetractable() {
      return true;
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return "8 + " + SumAccumulators.bytesPerGroup(arguments.get(0));
    }
  };

  @Override
  public String accuracy() {
    return "exact";
  }

  ColumnType only(List<ColumnType> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d arguments, must be 1".formatted(name(), arguments.size()));
    }
    return arguments.get(0);
  }

  ColumnType number(List<ColumnType> arguments) {
    ColumnType argument = only(arguments);
    if (!argument.isNumeric()) {
      throw new IllegalArgumentException(
          "%s cannot be applied to %s; it takes a number".formatted(name(), argument.sqlName()));
    }
    return argument;
  }

  private static Accumulators extremum(ColumnType argument, int sign) {
    return switch (argument.kind()) {
      case STRING -> new TextExtremumAccumulators(sign);
      case DOUBLE -> new DoubleExtremumAccumulators(sign);
      case DECIMAL -> new DecimalExtremumAccumulators(argument, sign);
      default -> new LongExtremumAccumulators(argument, sign);
    };
  }

  private static String valueBytes(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> "8 and the text";
      case DECIMAL -> "48";
      default -> "9";
    };
  }
}
