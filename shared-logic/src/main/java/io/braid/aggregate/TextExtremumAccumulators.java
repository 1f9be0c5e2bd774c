package io.braid.aggregate;

import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.List;

/** MIN and MAX over strings, by code point. */
final class TextExtremumAccumulators extends Accumulators {

  private final int sign;
  private String[] values = new String[16];

  /** Makes states that keep the least value for a {@code sign} of -1, the greatest for 1. */
  TextExtremumAccumulators(int sign) {
    this.sign = sign;
  }

  @Override
  void ensureCapacity(int count) {
    values = Arrays.copyOf(values, Capacity.of(values.length, count));
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    StringColumn candidates = (StringColumn) arguments.get(0);
    for (int i = 0; i < count; i++) {
      if (candidates.isNull(i)) {
        continue;
      }
      String candidate = candidates.get(i);
      int group = groups[i];
      if (values[group] == null || sign * CodePoints.compare(candidate, values[group]) > 0) {
        values[group] = candidate;
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.STRING);
  }

  @Override
  public List<Column> states() {
    return List.of(finish());
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public Column finish() {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), groups());
    for (int group = 0; group < groups(); group++) {
      if (values[group] == null) {
        texts.appendNull();
      } else {
        texts.append(values[group]);
      }
    }
    return texts.build();
  }
}
