package io.braid.speed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChainsTest {

  private static CheckpointName random(Random random) {
    long from = random.nextInt(12);
    return new CheckpointName(
        from, from + 1 + random.nextInt(6), random.nextInt(5) == 0 || from == 0);
  }

  /** Adds what is reached until nothing comes any more. */
  private static Set<Long> slowly(Set<CheckpointName> files) {
    Set<Long> reached = new TreeSet<>();
    boolean isMore = true;
    while (isMore) {
      isMore = false;
      for (CheckpointName file : files) {
        if (file.isBase() || reached.contains(file.from())) {
          isMore |= reached.add(file.to());
        }
      }
    }
    return reached;
  }

  @Property(tries = 200)
  void positionsAreThoseThatBasesAndAdjoiningDeltasLeadTo(@ForAll long seed) {
    Random random = new Random(seed);
    Set<CheckpointName> files = new HashSet<>();
    for (int i = random.nextInt(15); i > 0; i--) {
      files.add(random(random));
    }
    Chains chains = new Chains(files);
    Set<Long> expected = slowly(files);
    assertThat(chains.positions()).containsExactlyElementsOf(expected);
    for (long offset = 0; offset < 20; offset++) {
      long limit = offset;
      assertThat(chains.newestAtOrBelow(offset))
          .isEqualTo(expected.stream().mapToLong(Long::longValue).filter(at -> at <= limit).max());
    }
    for (long position : expected) {
      List<CheckpointName> chain = chains.to(position);
      assertThat(files).containsAll(chain);
      assertThat(chain.get(0).isBase()).isTrue();
      for (int i = 1; i < chain.size(); i++) {
        assertThat(chain.get(i).isBase()).isFalse();
        assertThat(chain.get(i).from()).isEqualTo(chain.get(i - 1).to());
      }
      assertThat(chain.get(chain.size() - 1).to()).isEqualTo(position);
    }
  }

  @Test
  void wayWithTheFewestDeltasCounts() {
    CheckpointName early = new CheckpointName(0, 10, true);
    CheckpointName late = new CheckpointName(0, 30, true);
    CheckpointName last = new CheckpointName(30, 40, false);
    List<CheckpointName> files =
        new ArrayList<>(
            List.of(
                last,
                new CheckpointName(20, 30, false),
                early,
                new CheckpointName(10, 20, false),
                late));
    assertThat(new Chains(files).to(40)).containsExactly(late, last);
    files.remove(late);
    assertThat(new Chains(files).to(40)).hasSize(4).startsWith(early).endsWith(last);
  }

  @Test
  void nothingLeadsNowhere() {
    Chains chains = new Chains(List.of(new CheckpointName(3, 5, false)));
    assertThat(chains.positions()).isEmpty();
    assertThat(chains.newestAtOrBelow(9)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void namesLeadBackAndOthersAreNone() {
    CheckpointName name = new CheckpointName(7, Long.MAX_VALUE, false);
    assertThat(name.fileName()).isEqualTo("00000000000000000007-09223372036854775807.delta");
    assertThat(CheckpointName.of(name.fileName())).contains(name);
    for (String other :
        List.of(
            "7-9.base",
            "00000000000000000007-09223372036854775808.delta",
            "00000000000000000007-00000000000000000007.delta",
            "00000000000000000007-00000000000000000006.base",
            "00000000000000000007-00000000000000000009.bas")) {
      assertThat(CheckpointName.of(other)).as(other).isEmpty();
    }
  }

  @Test
  void baseIsDueWhenItIsSmallOrTheDeltasAreManyOrLarge() {
    long above = 1000;
    assertThat(ChainSize.NONE.isBaseDue(0)).isTrue();
    assertThat(ChainSize.NONE.withBase(999).isBaseDue(above)).isTrue();
    ChainSize size = ChainSize.NONE.withBase(1000);
    assertThat(size.isBaseDue(above)).isFalse();
    assertThat(size.withDelta(500).isBaseDue(above)).isFalse();
    assertThat(size.withDelta(501).isBaseDue(above)).isTrue();
    assertThat(size.withDelta(501).withBase(1000)).isEqualTo(size);
    for (int deltas = 0; deltas < 20; deltas++) {
      assertThat(size.isBaseDue(above)).isFalse();
      size = size.withDelta(1);
    }
    assertThat(size.isBaseDue(above)).isTrue();
  }
}
