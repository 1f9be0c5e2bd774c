package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.worker.SourceSpeed;
import io.braid.store.PublishedRun;
import io.braid.store.PublishedRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One source at work: its speed layer and what its queries are served from. A published run takes
 * over in one step: a generation is folded from its cut, and when that is level, batch and speed
 * change together.
 */
final class SourceRuntime implements AutoCloseable {

  private static final Duration SWITCH_CHECK = Duration.ofMillis(20);

  private final SourceSpeed speed;
  private final ServedSource served;
  private final Position endsAtStart;
  private volatile boolean stopping;

  private SourceRuntime(SourceSpeed speed, ServedSource served, Position endsAtStart) {
    this.speed = speed;
    this.served = served;
    this.endsAtStart = endsAtStart;
  }

  /**
   * Starts folding and serving a source from its published run, if that holds views of the metrics
   * as they are defined now, and otherwise from the beginning of the log.
   */
  static SourceRuntime start(
      SourceSpeed speed, PublishedRuns runs, Topics topics, Topics.Topic topic) {
    Source source = speed.reader().source();
    List<Metric> metrics = speed.reader().metrics();
    Position endsAtStart = topics.ends(topic);
    ServedSource served =
        new ServedSource(
            source, metrics, speed::partitions, pair(speed, runs.latest()), endsAtStart);
    speed.start();
    return new SourceRuntime(speed, served, endsAtStart);
  }

  private static ServedPair pair(SourceSpeed speed, Optional<PublishedRun> run) {
    String generation = run.map(r -> r.manifest().run()).orElse(GenerationStart.LOG);
    return new ServedPair(run, (metrics, range) -> speed.read(generation, metrics, range));
  }

  /** Returns what queries are answered from. */
  ServedSource served() {
    return served;
  }

  /** Returns what keeps the source from being ready, in words. */
  List<String> reasonsNotReady() {
    List<String> reasons = new ArrayList<>(speed.troubles());
    String source = served.source().name();
    Position position = served.position();
    Set<Integer> partitions = new TreeSet<>(endsAtStart.partitions());
    for (int partition : partitions) {
      long end = endsAtStart.offset(partition);
      long folded = position.offset(partition, -1);
      if (folded < end) {
        reasons.add(
            folded < 0
                ? "source %s: partition %d is not folded yet".formatted(source, partition)
                : "source %s: partition %d is folded up to %d of %d"
                    .formatted(source, partition, folded, end));
      }
    }
    return reasons;
  }

  /**
   * Returns once queries are served from a run that was just published. One call at a time.
   *
   * @throws IllegalStateException when Braid stops meanwhile
   */
  void serve(PublishedRun run) {
    speed.lookForRuns();
    ServedPair next = pair(speed, Optional.of(run));
    while (!served.switchWhenLevel(next)) {
      if (stopping) {
        throw new IllegalStateException("Cannot serve a run: Braid is stopping");
      }
      try {
        Thread.sleep(SWITCH_CHECK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while a generation was folded", e);
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    speed.close();
  }
}
