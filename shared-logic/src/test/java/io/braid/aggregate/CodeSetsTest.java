package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CodeSetsTest {

  /** Few codes of many stay tables, many of few become bitmaps; codes may grow in between. */
  @Property(tries = 150)
  void everyGroupHasTheCodesThatWereAddedToIt(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int groups,
      @ForAll @IntRange(min = 1, max = 100_000) int codes,
      @ForAll @IntRange(min = 0, max = 5000) int additions) {
    Random random = new Random(seed);
    CodeSets sets = new CodeSets();
    List<Set<Integer>> expected = new ArrayList<>();
    add(sets, expected, groups, codes, additions, random);
    check(sets, expected);
  }

  @Property(tries = 150)
  void groupTakesTheCodesOfOtherSetsAsTheyAreOrTranslated(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int groups,
      @ForAll @IntRange(min = 1, max = 20_000) int codes,
      @ForAll @IntRange(min = 0, max = 5000) int additions) {
    Random random = new Random(seed);
    CodeSets one = new CodeSets();
    CodeSets other = new CodeSets();
    List<Set<Integer>> ofOne = new ArrayList<>();
    List<Set<Integer>> ofOther = new ArrayList<>();
    add(one, ofOne, groups, 1 + random.nextInt(codes), random.nextInt(additions + 1), random);
    add(other, ofOther, groups, codes, additions, random);
    int[] ours = new int[codes];
    boolean translated = random.nextBoolean();
    for (int code = 0; code < codes; code++) {
      ours[code] = translated ? codes - 1 - code : code;
    }
    one.ensureCodes(codes);
    long[] used = new long[codes / Long.SIZE + 1];
    for (int theirs = 0; theirs < ofOther.size(); theirs++) {
      int group = random.nextInt(groups);
      while (ofOne.size() <= group) {
        ofOne.add(new HashSet<>());
        one.ensureCapacity(ofOne.size());
      }
      if (translated) {
        one.addAll(group, other, theirs, ours);
      } else {
        one.addAll(group, other, theirs);
      }
      ofOther.get(theirs).forEach(code -> ofOne.get(group).add(ours[code]));
      other.mark(theirs, used);
    }
    check(one, ofOne);
    check(other, ofOther);
    Set<Integer> all = new HashSet<>();
    ofOther.forEach(all::addAll);
    assertThat(BitSet.valueOf(used).stream().boxed()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void setOfMostCodesTakesABitEach() {
    CodeSets sets = new CodeSets();
    sets.ensureCapacity(1);
    sets.ensureCodes(80_000);
    for (int code = 0; code < 80_000; code++) {
      sets.add(0, code);
    }
    assertThat(sets.memoryBytes()).isLessThan(12_000);
    sets.ensureCodes(100_000_000);
    sets.add(0, 99_999_999);
    assertThat(sets.memoryBytes()).isLessThan(1_100_000);
    assertThat(sets.size(0)).isEqualTo(80_001);
    assertThat(sets.codes(0)).contains(0, 79_999, 99_999_999).hasSize(80_001);
  }

  private static void add(
      CodeSets sets,
      List<Set<Integer>> expected,
      int groups,
      int codes,
      int additions,
      Random random) {
    int known = 1 + random.nextInt(codes);
    for (int i = 0; i < additions; i++) {
      if (expected.isEmpty() || (expected.size() < groups && random.nextInt(20) == 0)) {
        expected.add(new HashSet<>());
        sets.ensureCapacity(expected.size());
      }
      if (random.nextInt(10) == 0) {
        known = Math.min(codes, known + 1 + known / 50);
      }
      int group = Math.min(random.nextInt(expected.size()), random.nextInt(expected.size()));
      int code = random.nextInt(known);
      sets.ensureCodes(known);
      sets.add(group, code);
      expected.get(group).add(code);
    }
  }

  private static void check(CodeSets sets, List<Set<Integer>> expected) {
    for (int group = 0; group < expected.size(); group++) {
      assertThat(sets.size(group)).isEqualTo(expected.get(group).size());
      assertThat(sets.codes(group)).containsExactlyInAnyOrder(toArray(expected.get(group)));
    }
  }

  private static int[] toArray(Set<Integer> codes) {
    return codes.stream().mapToInt(Integer::intValue).toArray();
  }
}
