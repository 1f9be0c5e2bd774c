package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The aggregates of SQL that every definition may use, over the values that are not NULL. */
@SuppressWarnings("ImmutableEnumChecker") // its functions have no state, which no type can say
public enum StandardAggregate implements AggregateFunction {
  /** How many there are; 0 over none. */
  COUNT(
      Takes.ANYTHING,
      argument -> ColumnType.BIGINT,
      argument -> new CountAccumulators(),
      argument -> "8",
      Inverse.EXISTS) {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      return arguments.isEmpty() ? ColumnType.BIGINT : super.type(arguments, constants);
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return new CountAccumulators();
    }

    @Override
    public String bytesPerGroup(List<ColumnType> arguments) {
      return "8";
    }

    @Override
    public boolean isCount() {
      return true;
    }
  },

  /** How many different ones there are, {@code COUNT(DISTINCT x)} in SQL; 0 over none. */
  COUNT_DISTINCT(
      Takes.ANYTHING,
      argument -> ColumnType.BIGINT,
      DistinctAccumulators::new,
      DistinctAccumulators::bytesPerGroup,
      Inverse.NONE) {
    @Override
    public boolean isCount() {
      return true;
    }

    @Override
    String words() {
      return "COUNT(DISTINCT …)";
    }
  },

  /** Exact sum, rounded once for DOUBLE; NULL over none. */
  SUM(
      Takes.A_NUMBER,
      SumAccumulators::type,
      SumAccumulators::of,
      SumAccumulators::bytesPerGroup,
      Inverse.EXISTS),

  /** The least; NULL over none. */
  MIN(
      Takes.ANYTHING,
      UnaryOperator.identity(),
      ExtremumAccumulators::least,
      HeldValues::bytesPerGroup,
      Inverse.NONE),

  /** The greatest; NULL over none. */
  MAX(
      Takes.ANYTHING,
      UnaryOperator.identity(),
      ExtremumAccumulators::greatest,
      HeldValues::bytesPerGroup,
      Inverse.NONE),

  /** Exact mean, rounded once to DOUBLE; NULL over none. */
  AVG(
      Takes.A_NUMBER,
      argument -> ColumnType.DOUBLE,
      argument -> new AverageAccumulators(SumAccumulators.of(argument)),
      argument -> "8 + " + SumAccumulators.bytesPerGroup(argument),
      Inverse.EXISTS),

  /** Exact variance of the values, rounded once to DOUBLE; NULL over none. */
  VAR_POP(Spread.VAR_POP),

  /**
   * Exact estimate of the variance of what the values are a sample of, rounded once to DOUBLE; NULL
   * over fewer than two.
   */
  VAR_SAMP(Spread.VAR_SAMP),

  /** Square root of the exact VAR_POP, rounded once to DOUBLE; NULL over none. */
  STDDEV_POP(Spread.STDDEV_POP),

  /** Square root of the exact VAR_SAMP, rounded once to DOUBLE; NULL over fewer than two. */
  STDDEV_SAMP(Spread.STDDEV_SAMP),

  /** The value of the event that comes first, see {@link EndValueAccumulators}; NULL over none. */
  FIRST_VALUE(
      Takes.ANYTHING,
      UnaryOperator.identity(),
      EndValueAccumulators::first,
      StandardAggregate::endValueBytes,
      Inverse.NONE) {
    @Override
    public boolean isOrdered() {
      return true;
    }
  },

  /** The value of the event that comes last, see {@link EndValueAccumulators}; NULL over none. */
  LAST_VALUE(
      Takes.ANYTHING,
      UnaryOperator.identity(),
      EndValueAccumulators::last,
      StandardAggregate::endValueBytes,
      Inverse.NONE) {
    @Override
    public boolean isOrdered() {
      return true;
    }
  },

  /** Whether all are TRUE; NULL over none. */
  BOOL_AND(
      Takes.A_BOOLEAN,
      UnaryOperator.identity(),
      ExtremumAccumulators::least,
      HeldValues::bytesPerGroup,
      Inverse.NONE),

  /** Whether any is TRUE; NULL over none. */
  BOOL_OR(
      Takes.A_BOOLEAN,
      UnaryOperator.identity(),
      ExtremumAccumulators::greatest,
      HeldValues::bytesPerGroup,
      Inverse.NONE),

  /** About how many distinct ones there are; 0 over none. */
  APPROX_COUNT_DISTINCT(
      Takes.ANYTHING,
      argument -> ColumnType.BIGINT,
      argument -> new DistinctSketchAccumulators(),
      argument -> DistinctSketchAccumulators.BYTES_PER_GROUP,
      Inverse.NONE) {
    @Override
    public boolean isCount() {
      return true;
    }

    @Override
    public String accuracy() {
      return DistinctSketchAccumulators.ACCURACY;
    }
  },

  /**
   * About the least one that a given part of all is at or below, by nearest rank, as DOUBLE; NULL
   * over none. The part is a constant from 0 to 1.
   */
  APPROX_QUANTILE(
      Takes.A_NUMBER,
      argument -> ColumnType.DOUBLE,
      argument -> new QuantileSketchAccumulators(argument, 0),
      argument -> QuantileSketch.BYTES_PER_GROUP,
      Inverse.NONE) {
    @Override
    public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
      double quantile = constants.get(0);
      if (!(quantile >= 0 && quantile <= 1)) {
        throw new IllegalArgumentException(
            "APPROX_QUANTILE cannot give the %s-quantile; it must be from 0 to 1"
                .formatted(quantile));
      }
      return super.type(arguments, constants);
    }

    @Override
    public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
      return new QuantileSketchAccumulators(arguments.get(0), constants.get(0));
    }

    @Override
    public int constants() {
      return 1;
    }

    @Override
    public String accuracy() {
      return QuantileSketch.ACCURACY;
    }
  };

  /** Which types an argument may have. */
  private enum Takes {
    ANYTHING("anything"),
    A_NUMBER("a number"),
    A_BOOLEAN("a BOOLEAN");

    private final String words;

    Takes(String words) {
      this.words = words;
    }

    boolean accepts(ColumnType type) {
      return switch (this) {
        case ANYTHING -> true;
        case A_NUMBER -> type.isNumeric();
        case A_BOOLEAN -> type.kind() == ColumnType.Kind.BOOLEAN;
      };
    }
  }

  /** Whether what was lifted could be taken back. */
  private enum Inverse {
    EXISTS,
    NONE
  }

  private final Takes takes;
  private final UnaryOperator<ColumnType> type;
  private final Function<ColumnType, Accumulators> accumulators;
  private final Function<ColumnType, String> bytesPerGroup;
  private final Inverse inverse;

  /** Makes a function of one argument, which all parts are asked for. */
  StandardAggregate(
      Takes takes,
      UnaryOperator<ColumnType> type,
      Function<ColumnType, Accumulators> accumulators,
      Function<ColumnType, String> bytesPerGroup,
      Inverse inverse) {
    this.takes = takes;
    this.type = type;
    this.accumulators = accumulators;
    this.bytesPerGroup = bytesPerGroup;
    this.inverse = inverse;
  }

  StandardAggregate(Spread spread) {
    this(
        Takes.A_NUMBER,
        argument -> ColumnType.DOUBLE,
        argument -> new SpreadAccumulators(argument, spread),
        SpreadAccumulators::bytesPerGroup,
        Inverse.EXISTS);
  }

  @Override
  public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d arguments, must be %d"
              .formatted(words(), arguments.size() + constants(), 1 + constants()));
    }
    ColumnType argument = arguments.get(0);
    if (!takes.accepts(argument)) {
      throw new IllegalArgumentException(
          "%s cannot be applied to %s; it takes %s"
              .formatted(words(), argument.sqlName(), takes.words));
    }
    return type.apply(argument);
  }

  @Override
  public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
    return accumulators.apply(arguments.get(0));
  }

  @Override
  public boolean isRetractable() {
    return inverse == Inverse.EXISTS;
  }

  @Override
  public String accuracy() {
    return "exact";
  }

  @Override
  public String bytesPerGroup(List<ColumnType> arguments) {
    return bytesPerGroup.apply(arguments.get(0));
  }

  /** Returns the name in messages. */
  String words() {
    return name();
  }

  private static String endValueBytes(ColumnType type) {
    return "20 + " + HeldValues.bytesPerGroup(type);
  }
}
