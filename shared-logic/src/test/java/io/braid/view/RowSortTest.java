package io.braid.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RowSortTest {

  @Property(tries = 100)
  void rowsComeByValueAndEqualOnesStayInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    int bits = random.nextInt(64);
    int count = random.nextInt(300);
    long base = random.nextLong();
    long[] values = new long[count + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = base + (random.nextLong() >> bits);
    }
    int[] expected =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingLong(row -> values[row]))
            .mapToInt(row -> row)
            .toArray();
    assertThat(RowSort.ascending(values, count)).containsExactly(expected);
  }

  @Property(tries = 100)
  void groupsComeInOrderAndRowsOfOneStayInTheirs(@ForAll long seed) {
    Random random = new Random(seed);
    int count = random.nextInt(300);
    int groups = 1 + random.nextInt(9);
    long[] values = random.longs(count).toArray();
    int[] groupOf = random.ints(count, 0, groups).toArray();
    int[] rows = RowSort.ascending(values, count);
    int[] expected =
        IntStream.of(rows)
            .boxed()
            .sorted(Comparator.comparingInt(row -> groupOf[row]))
            .mapToInt(row -> row)
            .toArray();
    assertThat(RowSort.byGroup(rows, groupOf, groups)).containsExactly(expected);
  }
}
