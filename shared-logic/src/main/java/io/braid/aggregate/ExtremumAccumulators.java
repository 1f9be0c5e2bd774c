package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/**
 * MIN and MAX over any type: text by code point, DOUBLE by total order. Over BOOLEAN, where FALSE
 * comes before TRUE, they are BOOL_AND and BOOL_OR as well.
 */
final class ExtremumAccumulators extends Accumulators {

  private final ColumnType type;
  private final int sign;
  private final HeldValues values;

  private ExtremumAccumulators(ColumnType type, int sign) {
    this.type = type;
    this.sign = sign;
    this.values = HeldValues.of(type);
  }

  /** Returns empty states that keep the least value. */
  static ExtremumAccumulators least(ColumnType type) {
    return new ExtremumAccumulators(type, -1);
  }

  /** Returns empty states that keep the greatest value. */
  static ExtremumAccumulators greatest(ColumnType type) {
    return new ExtremumAccumulators(type, 1);
  }

  @Override
  void ensureCapacity(int count) {
    values.ensureCapacity(count);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    values.holdExtremes(arguments.get(0), groups, count, sign);
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(type);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    return List.of(values.column(rows, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    values.holdExtremes(((ExtremumAccumulators) other).values, rows, groups, count, sign);
  }

  @Override
  public Column finish() {
    return values.column(groups());
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes(groups());
  }
}
