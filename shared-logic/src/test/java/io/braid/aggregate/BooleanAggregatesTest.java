package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** BOOL_AND and BOOL_OR. */
class BooleanAggregatesTest {

  @Property(tries = 150)
  void allAndAnyAreThoseOfTheValuesWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    int size = random.nextInt(6);
    long[] values = random.longs(size, 0, 2).toArray();
    boolean[] nulls = new boolean[size];
    List<Boolean> known = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nulls[i] = random.nextInt(3) == 0;
      if (!nulls[i]) {
        known.add(values[i] == 1);
      }
    }
    LongColumn column = LongColumn.of(ColumnType.BOOLEAN, values, nulls, size);
    assertThat(AccumulatorTesting.finish(StandardAggregate.BOOL_AND, column, random))
        .isEqualTo(known.isEmpty() ? null : known.stream().allMatch(v -> v));
    assertThat(AccumulatorTesting.finish(StandardAggregate.BOOL_OR, column, random))
        .isEqualTo(known.isEmpty() ? null : known.stream().anyMatch(v -> v));
  }

  @Test
  void onlyBooleansAreTaken() {
    assertThatThrownBy(() -> Aggregate.of(StandardAggregate.BOOL_OR, ColumnType.INT))
        .hasMessage("BOOL_OR cannot be applied to INTEGER; it takes a BOOLEAN");
  }
}
