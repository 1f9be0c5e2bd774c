package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** MIN and MAX over DECIMAL. */
final class DecimalExtremumAccumulators extends Accumulators {

  private final ColumnType type;
  private final int sign;
  private BigDecimal[] values = new BigDecimal[16];

  /** Makes states that keep the least value for a {@code sign} of -1, the greatest for 1. */
  DecimalExtremumAccumulators(ColumnType type, int sign) {
    this.type = type;
    this.sign = sign;
  }

  @Override
  void ensureCapacity(int count) {
    values = Arrays.copyOf(values, Capacity.of(values.length, count));
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    DecimalColumn candidates = (DecimalColumn) arguments.get(0);
    for (int i = 0; i < count; i++) {
      BigDecimal candidate = candidates.get(i);
      int group = groups[i];
      if (candidate != null
          && (values[group] == null || sign * candidate.compareTo(values[group]) > 0)) {
        values[group] = candidate;
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(type);
  }

  @Override
  public List<Column> states() {
    return List.of(DecimalColumn.of(type, values, groups()));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public Column finish() {
    return DecimalColumn.of(type, Arrays.copyOf(values, groups()), groups());
  }
}
