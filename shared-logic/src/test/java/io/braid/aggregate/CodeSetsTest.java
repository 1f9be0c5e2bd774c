package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CodeSetsTest {

  @Property(tries = 60)
  void everyGroupHasTheCodesThatWereAddedToIt(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int groups,
      @ForAll @IntRange(min = 1, max = 3000) int codes,
      @ForAll @IntRange(min = 0, max = 5000) int additions) {
    Random random = new Random(seed);
    CodeSets sets = new CodeSets();
    List<Set<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < additions; i++) {
      if (expected.isEmpty() || (expected.size() < groups && random.nextInt(20) == 0)) {
        expected.add(new HashSet<>());
        sets.ensureCapacity(expected.size());
      }
      int group = random.nextInt(expected.size());
      int code = random.nextInt(codes);
      sets.add(group, code);
      expected.get(group).add(code);
    }
    for (int group = 0; group < expected.size(); group++) {
      assertThat(sets.size(group)).isEqualTo(expected.get(group).size());
      assertThat(sets.codes(group)).containsExactlyInAnyOrder(toArray(expected.get(group)));
    }
  }

  private static int[] toArray(Set<Integer> codes) {
    return codes.stream().mapToInt(Integer::intValue).toArray();
  }
}
