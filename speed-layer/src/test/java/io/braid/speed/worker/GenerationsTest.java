package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.SpeedSettings;
import io.braid.log.Position;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import io.braid.store.Store;
import io.braid.time.PaneRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationsTest {

  private static final GenerationStart FIRST = start("run-1");
  private static final GenerationStart SECOND = start("run-2");
  private static final Duration SHORT = Duration.ofMillis(80);

  @TempDir private Path folder;
  private final MemoryBudget memory = new MemoryBudget(100, unused -> {});

  private static GenerationStart start(String name) {
    return new GenerationStart(name, Position.NONE, Map::of);
  }

  private Generations generations(Duration grace) {
    SpeedSetup setup =
        TestingSetup.of(
            Store.open(folder.toUri()), SpeedSettings.Checkpoint.DEFAULTS, memory, grace);
    setup.topics().close();
    return new Generations(setup);
  }

  private static List<String> names(List<Generation> generations) {
    return generations.stream().map(generation -> generation.start().name()).toList();
  }

  @Test
  void aRollbackWithinTheGraceMakesTheSameGenerationTheNewestAgain() {
    Generations generations = generations(Duration.ofMinutes(1));
    assertThat(generations.moveTo(FIRST)).isTrue();
    assertThat(generations.moveTo(FIRST)).isFalse();
    Generation first = generations.newest();
    generations.moveTo(SECOND);
    Generation second = generations.newest();
    List<Generation> before = generations.all();

    assertThat(generations.moveTo(start("run-1"))).isTrue();

    assertThat(generations.newest()).isSameAs(first);
    assertThat(generations.all()).containsExactly(second, first);
    assertThat(before).as("whoever reads has what was").containsExactly(first, second);
  }

  @Test
  void aRollbackToWhatIsOverBeginsAnew() throws Exception {
    Generations generations = generations(SHORT);
    generations.moveTo(FIRST);
    Generation first = generations.newest();
    generations.moveTo(SECOND);
    generations.retire(true);
    Thread.sleep(2 * SHORT.toMillis());
    assertThat(generations.retire(true)).containsExactly(first);
    assertThat(generations.have(first)).isFalse();

    generations.moveTo(FIRST);

    assertThat(generations.newest()).isNotSameAs(first);
    assertThat(names(generations.all())).containsExactly("run-2", "run-1");
  }

  @Test
  void anOldGenerationStaysWhileTheNewOneIsNotLevelAndWhileItIsRead() throws Exception {
    Generations generations = generations(SHORT);
    generations.moveTo(FIRST);
    Generation first = generations.newest();
    generations.moveTo(SECOND);
    Thread.sleep(2 * SHORT.toMillis());
    assertThat(generations.retire(false)).as("not level").isEmpty();
    assertThat(generations.retire(true)).as("level just now").isEmpty();
    Thread.sleep(2 * SHORT.toMillis());
    first.read(List.of(), PaneRange.NONE);
    assertThat(generations.retire(true)).as("read just now").isEmpty();
    Thread.sleep(2 * SHORT.toMillis());
    assertThat(generations.retire(true)).containsExactly(first);
    assertThat(generations.retire(true)).isEmpty();
    assertThat(names(generations.all())).containsExactly("run-2");
  }

  @Test
  void withNoMemoryLeftAnOldGenerationStaysForASecond() throws Exception {
    Generations generations = generations(Duration.ofMinutes(1));
    generations.moveTo(FIRST);
    generations.moveTo(SECOND);
    generations.retire(true);
    memory.report("plays", 100);
    assertThat(generations.retire(true)).isEmpty();
    Thread.sleep(1_100);
    assertThat(names(generations.retire(true))).containsExactly("run-1");
  }
}
