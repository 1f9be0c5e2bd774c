package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/**
 * The states of one aggregate for many groups, side by side: group {@code g} lives at index {@code
 * g} of every state array. One owner.
 *
 * <p>A state can be taken out as a row of typed columns, stored, and merged into another group;
 * that is how views travel and how they are merged.
 */
public abstract class Accumulators {

  private int groups;

  Accumulators() {}

  /** Returns empty states for {@code aggregate}. */
  public static Accumulators of(Aggregate aggregate) {
    ColumnType argument = aggregate.argument().orElse(ColumnType.BIGINT);
    return switch (aggregate.function()) {
      case COUNT -> new CountAccumulators();
      case MIN -> extremum(argument, -1);
      case MAX -> extremum(argument, 1);
      case SUM ->
          switch (argument.kind()) {
            case DOUBLE -> new DoubleSumAccumulators();
            case DECIMAL -> new DecimalSumAccumulators(argument.scale());
            default -> new IntegerSumAccumulators();
          };
      case AVG ->
          switch (argument.kind()) {
            case DOUBLE -> new AverageAccumulators(new DoubleSumAccumulators());
            case DECIMAL -> new AverageAccumulators(new DecimalSumAccumulators(argument.scale()));
            default -> new AverageAccumulators(new IntegerSumAccumulators());
          };
    };
  }

  private static Accumulators extremum(ColumnType argument, int sign) {
    return switch (argument.kind()) {
      case STRING -> new TextExtremumAccumulators(sign);
      case DOUBLE -> new DoubleExtremumAccumulators(sign);
      case DECIMAL -> new DecimalExtremumAccumulators(argument, sign);
      default -> new LongExtremumAccumulators(argument, sign);
    };
  }

  /** Returns the number of groups. */
  public final int groups() {
    return groups;
  }

  /** Makes room for groups up to {@code count}; the new ones are empty. Never shrinks. */
  public final void grow(int count) {
    if (count > groups) {
      ensureCapacity(count);
      groups = count;
    }
  }

  abstract void ensureCapacity(int count);

  /**
   * Lifts the values of {@code argument}, skipping NULLs: value {@code i} goes to group {@code
   * groups[i]}.
   *
   * @param argument at least {@code count} values; for {@code COUNT(*)} use {@link #liftRows}
   */
  public abstract void lift(Column argument, int[] groups, int count);

  /**
   * Lifts {@code count} rows that have no argument: {@code COUNT(*)}.
   *
   * @throws IllegalStateException for any other aggregate
   */
  public void liftRows(int[] groups, int count) {
    throw new IllegalStateException("Cannot lift rows: the aggregate needs an argument");
  }

  /** Returns the types of {@link #states}, the stored form. */
  public abstract List<ColumnType> stateTypes();

  /**
   * Returns the states of all groups, one value a group. The columns may share arrays with this
   * object and are valid until it changes.
   */
  public abstract List<Column> states();

  /**
   * Merges stored states: row {@code i} goes to group {@code groups[i]}.
   *
   * @param states as {@link #states} gives them, at least {@code count} rows
   */
  public abstract void merge(List<Column> states, int[] groups, int count);

  /** Returns the finished value of every group. */
  public abstract Column finish();
}
