package io.braid.speed.figures;

import io.braid.fold.FoldCounts;
import io.braid.speed.figures.FoldStatus.Last;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Shows the status of a worker as meters, {@code braid_speed_…} in Prometheus; the README of this
 * module lists them. Sources, generations and partitions come and go, and so do their meters, when
 * they are {@linkplain #read read}; all figures of one reading belong together. Safe to share.
 */
public final class SpeedFigures {

  private static final double UNKNOWN = Double.NaN;

  private record Of<T>(SourceStatus source, T part) {}

  private record Late(FoldCounts counts, int metric) {}

  private record Task(boolean troubled) {}

  private final MeterRegistry registry;
  private final Supplier<WorkerStatus> status;

  private final Group<WorkerStatus> processes =
      new Group<WorkerStatus>()
          .gauge(
              "memory.budget.bytes",
              "Memory that views and ids may take",
              WorkerStatus::memoryBudgetBytes);

  private final Group<SourceStatus> sources =
      new Group<SourceStatus>()
          .gauge("memory.used.bytes", "Memory that views and ids take", SourceStatus::memoryBytes)
          .gauge(
              "fetching.paused",
              "1 while nothing is fetched because memory is full",
              s -> s.fetchingPaused() ? 1 : 0)
          .gauge("generations", "Generations that are folded", s -> s.generations().size())
          .gauge(
              "outputs.waiting", "Outputs handed over, not emitted", outputs(OutputStatus::waiting))
          .counter("outputs.delivered", "Outputs that stand", outputs(OutputStatus::delivered))
          .counter("outputs.again", "Outputs emitted once more", outputs(OutputStatus::again))
          .counter(
              "outputs.without.content",
              "Outputs that went without key and value: too large",
              outputs(OutputStatus::withoutContent))
          .counter("outputs.left.out", "Outputs that are lost", outputs(OutputStatus::leftOut))
          .counter("outputs.failures", "Times the sink failed", outputs(OutputStatus::failures))
          .timer(
              "outputs.commit",
              "Commits of outputs",
              s -> s.outputs().commits(),
              s -> s.outputs().commitNanos());

  private final Group<Task> tasks =
      new Group<Task>()
          .gauge("troubled", "1 while a task does not get done", t -> t.troubled() ? 1 : 0);

  private final Group<Long> holdings =
      new Group<Long>().gauge("partitions", "Partitions held", count -> count);

  private final Group<GenerationStatus> generations =
      new Group<GenerationStatus>()
          .gauge("generation.newest", "1 for the wanted generation", g -> g.newest() ? 1 : 0)
          .gauge("generation.level", "1 when all partitions are level", g -> g.isLevel() ? 1 : 0)
          .gauge(
              "generation.catching.up",
              "Partitions that are not level",
              g -> g.folds().stream().filter(fold -> !fold.level()).count());

  private final Group<Of<PartitionStatus>> partitions =
      new Group<Of<PartitionStatus>>()
          .counter("records", "Records read", of(PartitionStatus::records))
          .counter("bytes", "Bytes of keys and values read", of(PartitionStatus::bytes))
          .gauge("position", "Next offset to be read", of(PartitionStatus::position))
          .gauge("log.end", "Last stable offset", of(p -> known(p.logEnd())))
          .gauge(
              "lag.records",
              "Offsets from the position to the log's end",
              of(p -> Math.max(0, known(p.logEnd()) - p.position())))
          .gauge(
              "freshness.seconds",
              "Time since when records may be missing",
              p -> (p.source().nowMs() - known(p.part().completeAsOfMs())) / 1e3)
          .gauge("outputs.position", "Outputs below are emitted", of(p -> known(p.emittedTo())));

  private final Group<Of<FoldStatus>> folds =
      new Group<Of<FoldStatus>>()
          .gauge("fold.position", "Next offset to be folded", of(FoldStatus::position))
          .gauge("fold.level", "1 when it is fed with its partition", of(f -> f.level() ? 1 : 0))
          .counter("fold.records", "Records folded", of(f -> f.counts().records()))
          .counter("fold.dead.letters", "Dead letters", of(f -> f.counts().deadLetters()))
          .counter("fold.duplicates", "Duplicates", of(f -> f.counts().duplicates()))
          .counter("fold.diverted", "Events dropped as late", of(f -> f.counts().diverted()))
          .gauge("fold.remembered.ids", "Event ids held", of(f -> f.remembered().ids()))
          .gauge("fold.remembered.bytes", "Memory of ids", of(f -> f.remembered().bytes()))
          .gauge(
              "fold.event.time.seconds",
              "Highest event time",
              of(f -> f.time().hasStarted() ? f.time().highestMs() / 1e3 : UNKNOWN))
          .gauge(
              "fold.watermark.seconds",
              "Watermark",
              of(
                  f ->
                      f.time().hasStarted()
                          ? (f.time().highestMs() - f.watermarkDelayMs()) / 1e3
                          : UNKNOWN))
          .gauge(
              "fold.lag.event.time.seconds",
              "Time since the highest event time",
              f ->
                  f.part().time().hasStarted()
                      ? (f.source().nowMs() - f.part().time().highestMs()) / 1e3
                      : UNKNOWN)
          .counter("checkpoint.written", "Checkpoints written", of(f -> f.checkpoint().written()))
          .counter(
              "checkpoint.failures", "Checkpoints that failed", of(f -> f.checkpoint().failures()))
          .gauge("checkpoint.position", "Position of the newest", of(last(Last::position)))
          .gauge(
              "checkpoint.age.seconds",
              "Age of the newest",
              f ->
                  f.part()
                      .checkpoint()
                      .last()
                      .map(last -> (f.source().nowMs() - last.writtenMs()) / 1e3)
                      .orElse(UNKNOWN))
          .gauge("checkpoint.size.bytes", "Size of the newest", of(last(Last::bytes)))
          .gauge(
              "checkpoint.duration.seconds",
              "What writing the newest took",
              of(last(last -> last.tookMs() / 1e3)));

  private final Group<Late> late =
      new Group<Late>()
          .counter("fold.late", "Events that came late", l -> l.counts().late().get(l.metric()))
          .counter(
              "fold.expression.errors",
              "Values that an error made NULL",
              l -> l.counts().expressionErrors().get(l.metric()));

  /**
   * Makes figures; none is registered before they are first read.
   *
   * @param status asked at each reading
   */
  public SpeedFigures(MeterRegistry registry, Supplier<WorkerStatus> status) {
    this.registry = registry;
    this.status = status;
  }

  private static ToDoubleFunction<SourceStatus> outputs(ToDoubleFunction<OutputStatus> figure) {
    return source -> figure.applyAsDouble(source.outputs());
  }

  private static <T> ToDoubleFunction<Of<T>> of(ToDoubleFunction<T> figure) {
    return part -> figure.applyAsDouble(part.part());
  }

  private static ToDoubleFunction<FoldStatus> last(Function<Last, Number> figure) {
    return fold -> fold.checkpoint().last().map(figure).map(Number::doubleValue).orElse(UNKNOWN);
  }

  private static double known(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : UNKNOWN;
  }

  /**
   * Asks for the status, shows it, and reads the registry; what is no longer part of the status is
   * shown no more. Nobody else refreshes meanwhile: a registry that is read while meters of the
   * same tags leave it and come back may show them twice.
   *
   * @param reading for instance a scrape
   */
  public synchronized <T> T read(Supplier<T> reading) {
    refresh();
    return reading.get();
  }

  private void refresh() {
    WorkerStatus now = status.get();
    processes.show(registry, Map.of(Tags.empty(), now));
    Map<Tags, SourceStatus> allSources = new LinkedHashMap<>();
    Map<Tags, Task> allTasks = new LinkedHashMap<>();
    Map<Tags, Long> allHoldings = new LinkedHashMap<>();
    Map<Tags, GenerationStatus> allGenerations = new LinkedHashMap<>();
    Map<Tags, Of<PartitionStatus>> allPartitions = new LinkedHashMap<>();
    Map<Tags, Of<FoldStatus>> allFolds = new LinkedHashMap<>();
    Map<Tags, Late> allLate = new LinkedHashMap<>();
    for (SourceStatus source : now.sources()) {
      Tags tags = Tags.of("source", source.source());
      allSources.put(tags, source);
      for (SpeedTask task : SpeedTask.values()) {
        allTasks.put(tags.and("task", word(task)), new Task(source.troubles().containsKey(task)));
      }
      for (PartitionStatus.Holding holding : PartitionStatus.Holding.values()) {
        allHoldings.put(
            tags.and("holding", word(holding)),
            source.partitions().stream().filter(p -> p.holding() == holding).count());
      }
      for (PartitionStatus partition : source.partitions()) {
        allPartitions.put(
            tags.and("partition", Integer.toString(partition.partition())),
            new Of<>(source, partition));
      }
      for (GenerationStatus generation : source.generations()) {
        Tags ofGeneration = tags.and("generation", generation.name());
        allGenerations.put(ofGeneration, generation);
        for (FoldStatus fold : generation.folds()) {
          Tags ofFold = ofGeneration.and("partition", Integer.toString(fold.partition()));
          allFolds.put(ofFold, new Of<>(source, fold));
          for (int metric = 0; metric < source.metrics().size(); metric++) {
            allLate.put(
                ofFold.and("metric", source.metrics().get(metric)),
                new Late(fold.counts(), metric));
          }
        }
      }
    }
    sources.show(registry, allSources);
    tasks.show(registry, allTasks);
    holdings.show(registry, allHoldings);
    generations.show(registry, allGenerations);
    partitions.show(registry, allPartitions);
    folds.show(registry, allFolds);
    late.show(registry, allLate);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The same figures for each of the things that have them, told apart by tags. */
  private static final class Group<T> {

    /** One of the things, as it was at the last reading. */
    private static final class Subject<T> {
      private final List<Meter> meters = new ArrayList<>();
      private volatile T now;

      private Subject(T now) {
        this.now = now;
      }
    }

    private interface Figure<T> {
      Meter register(MeterRegistry registry, Tags tags, Subject<T> subject);
    }

    private final List<Figure<T>> figures = new ArrayList<>();
    private final Map<Tags, Subject<T>> subjects = new HashMap<>();

    Group<T> gauge(String name, String description, ToDoubleFunction<T> value) {
      figures.add(
          (registry, tags, subject) ->
              Gauge.builder("braid.speed." + name, subject, s -> value.applyAsDouble(s.now))
                  .description(description)
                  .tags(tags)
                  .register(registry));
      return this;
    }

    Group<T> counter(String name, String description, ToDoubleFunction<T> value) {
      figures.add(
          (registry, tags, subject) ->
              FunctionCounter.builder(
                      "braid.speed." + name, subject, s -> value.applyAsDouble(s.now))
                  .description(description)
                  .tags(tags)
                  .register(registry));
      return this;
    }

    Group<T> timer(
        String name, String description, ToLongFunction<T> count, ToDoubleFunction<T> nanos) {
      figures.add(
          (registry, tags, subject) ->
              FunctionTimer.builder(
                      "braid.speed." + name,
                      subject,
                      s -> count.applyAsLong(s.now),
                      s -> nanos.applyAsDouble(s.now),
                      TimeUnit.NANOSECONDS)
                  .description(description)
                  .tags(tags)
                  .register(registry));
      return this;
    }

    void show(MeterRegistry registry, Map<Tags, T> now) {
      Set<Tags> gone = new HashSet<>(subjects.keySet());
      gone.removeAll(now.keySet());
      gone.forEach(tags -> subjects.remove(tags).meters.forEach(registry::remove));
      now.forEach(
          (tags, value) -> {
            Subject<T> known = subjects.get(tags);
            if (known == null) {
              Subject<T> subject = new Subject<>(value);
              subjects.put(tags, subject);
              figures.forEach(
                  figure -> subject.meters.add(figure.register(registry, tags, subject)));
            } else {
              known.now = value;
            }
          });
    }
  }
}
