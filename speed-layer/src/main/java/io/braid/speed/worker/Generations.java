package io.braid.speed.worker;

import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of a source that are folded here, the one that servers are to move to last. One
 * thread changes them; whoever asks sees all of them as they were at one moment.
 *
 * <p>An old one is over when the newest has been level, and nobody has read the old one, for the
 * grace time: a server moves when all partitions are level, wherever they are folded, and reads the
 * old generation until then.
 */
final class Generations {

  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

  /** With no memory left an old generation is what can be done without; servers look five times. */
  private static final Duration SHORT_GRACE = Duration.ofSeconds(1);

  private final String source;
  private final Duration grace;
  private final MemoryBudget memory;
  private volatile List<Generation> all = List.of();
  private long switchNanos;
  private long levelNanos;
  private boolean level;

  Generations(SpeedSetup setup) {
    this.source = setup.reader().source().name();
    this.grace = setup.grace();
    this.memory = setup.memory();
  }

  /** Returns the generations, the newest last. */
  List<Generation> all() {
    return all;
  }

  Generation newest() {
    return all.get(all.size() - 1);
  }

  Optional<Generation> named(String name) {
    return all.stream().filter(it -> it.start().name().equals(name)).findFirst();
  }

  /** Returns whether a generation is still to be folded. */
  boolean have(Generation generation) {
    return all.contains(generation);
  }

  /**
   * Makes a generation the newest: another one, or after a rollback one that is still here.
   *
   * @return false when it was the newest already
   */
  boolean moveTo(GenerationStart wanted) {
    if (!all.isEmpty() && newest().start().name().equals(wanted.name())) {
      return false;
    }
    Generation next = named(wanted.name()).orElseGet(() -> new Generation(wanted));
    List<Generation> moved = new ArrayList<>(all);
    moved.remove(next);
    moved.add(next);
    boolean first = all.isEmpty();
    all = List.copyOf(moved);
    switchNanos = System.nanoTime();
    level = false;
    if (!first) {
      LOG.info("Source {}: folding generation {} from {}", source, wanted.name(), wanted.cut());
    }
    return true;
  }

  /**
   * Returns the generations that are over, and does not have them any more.
   *
   * @param levelNow whether the newest has all partitions that are folded here
   */
  List<Generation> retire(boolean levelNow) {
    long now = System.nanoTime();
    if (!levelNow || all.size() == 1) {
      level = false;
      return List.of();
    }
    if (!level) {
      level = true;
      levelNanos = now;
      LOG.info(
          "Source {}: generation {} is level {} ms after it began",
          source,
          newest().start().name(),
          (now - switchNanos) / 1_000_000);
    }
    Duration wait = memory.isFull() && grace.compareTo(SHORT_GRACE) > 0 ? SHORT_GRACE : grace;
    Generation newest = newest();
    List<Generation> over =
        all.stream()
            .filter(it -> it != newest)
            .filter(it -> now - Math.max(levelNanos, it.readNanos()) > wait.toNanos())
            .toList();
    if (!over.isEmpty()) {
      all = all.stream().filter(it -> !over.contains(it)).toList();
    }
    return over;
  }
}
