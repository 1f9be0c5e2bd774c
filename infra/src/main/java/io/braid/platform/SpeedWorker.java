package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.definition.SpeedSettings;
import io.braid.fold.LateRule;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerSource;
import io.braid.speed.figures.SourceStatus;
import io.braid.speed.figures.SpeedTask;
import io.braid.speed.figures.WorkerStatus;
import io.braid.speed.generation.PublishedGenerations;
import io.braid.speed.peer.WorkerEndpoint;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.worker.MemoryBudget;
import io.braid.speed.worker.SourceReader;
import io.braid.speed.worker.SourceSpeed;
import io.braid.speed.worker.SpeedSetup;
import io.braid.store.PublishedRuns;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The speed layer of all sources in this process, and the address where servers read it. */
final class SpeedWorker implements PartialViews, AutoCloseable {

  /** What else goes wrong leaves answers as they should be. */
  private static final Set<SpeedTask> KEEP_FROM_FOLDING =
      Set.of(SpeedTask.READING, SpeedTask.FOLDING);

  private final Resources resources = new Resources();
  private final Map<String, SourceSpeed> speeds = new LinkedHashMap<>();
  private final Map<String, Position> endsAtStart = new ConcurrentHashMap<>();
  private final MemoryBudget memory;
  private final ProcessRegistry registry;
  private final String address;

  /**
   * Joins the groups of all sources and starts folding.
   *
   * @param wantsRecompute told the source whose folds take most, when memory is nearly used up
   */
  SpeedWorker(Environment environment, Consumer<String> wantsRecompute) {
    SpeedSettings settings = environment.definitions().speed();
    this.memory =
        new MemoryBudget(
            settings.memoryBytes().orElse(Runtime.getRuntime().maxMemory() / 2), wantsRecompute);
    environment.topics().findOrCreate(DivertedRecords.DEAD_LETTERS, 1);
    if (environment.sources().stream().anyMatch(SpeedWorker::dropsLate)) {
      environment.topics().findOrCreate(DivertedRecords.LATE_EVENTS, 1);
    }
    this.registry = resources.open(new ProcessRegistry(Optional.of(this::status)));
    try {
      // Listens before it joins: the address is what it joins with.
      WorkerEndpoint endpoint =
          resources.open(
              new WorkerEndpoint(
                  settings.host(),
                  settings.port(),
                  environment.sources().stream().map(source -> peer(environment, source)).toList(),
                  this,
                  environment.token()::matches,
                  registry::scrape,
                  this::health));
      this.address = endpoint.address();
      for (Source source : environment.sources()) {
        endsAtStart.put(source.name(), environment.topics().ends(environment.topic(source)));
        SourceSpeed speed = resources.open(new SourceSpeed(setup(environment, source)));
        synchronized (speeds) {
          speeds.put(source.name(), speed);
        }
        speed.start();
      }
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static boolean dropsLate(Source source) {
    return source.rules().late() == LateRule.DROP;
  }

  static PeerSource peer(Environment environment, Source source) {
    return new PeerSource(
        source.name(), environment.topic(source).id(), environment.definitions().metricsOf(source));
  }

  private SpeedSetup setup(Environment environment, Source source) {
    List<Metric> metrics = environment.definitions().metricsOf(source);
    PublishedRuns runs =
        new PublishedRuns(environment.store(), source, metrics, environment.topic(source));
    return new SpeedSetup(
        new SourceReader(source, metrics),
        environment.topics(),
        environment.topic(source),
        environment.kafka(),
        environment.store(),
        environment.group(source),
        address,
        environment.definitions().speed(),
        new PublishedGenerations(environment.store(), source, environment.topic(source), runs),
        memory,
        environment.clock(),
        SpeedSetup.GRACE);
  }

  /** Returns where servers read this worker, {@code host:port}. */
  String address() {
    return address;
  }

  private Optional<SourceSpeed> speed(String source) {
    synchronized (speeds) {
      return Optional.ofNullable(speeds.get(source));
    }
  }

  private List<SourceSpeed> speeds() {
    synchronized (speeds) {
      return List.copyOf(speeds.values());
    }
  }

  /** Looks for a newly published run of a source at once. */
  void lookForRuns(String source) {
    speed(source).ifPresent(SourceSpeed::lookForRuns);
  }

  /** Returns what this worker does now. */
  private WorkerStatus status() {
    return new WorkerStatus(
        memory.used(), memory.bytes(), speeds().stream().map(SourceSpeed::status).toList());
  }

  /** Returns the figures of this process. */
  ProcessRegistry registry() {
    return registry;
  }

  /** Returns why answers from what is folded here are not what the log says, in words. */
  List<String> reasonsNotFolding() {
    List<String> reasons = new ArrayList<>();
    speeds()
        .forEach(speed -> reasons.addAll(troubles(speed.status(), KEEP_FROM_FOLDING::contains)));
    memory.trouble().filter(unused -> memory.isFull()).ifPresent(reasons::add);
    return reasons;
  }

  /** Returns what else this worker does not get done, in words. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    speeds()
        .forEach(
            speed ->
                notes.addAll(troubles(speed.status(), task -> !KEEP_FROM_FOLDING.contains(task))));
    memory.trouble().filter(unused -> !memory.isFull()).ifPresent(notes::add);
    return notes;
  }

  private static List<String> troubles(SourceStatus source, Predicate<SpeedTask> tasks) {
    return source.troubles().entrySet().stream()
        .filter(trouble -> tasks.test(trouble.getKey()))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  /**
   * Returns whether this worker does all it has to, and has folded the partitions that it holds up
   * to the log ends seen at start; one that holds none is ready.
   */
  private Health health() {
    List<String> reasons = new ArrayList<>(reasonsNotFolding());
    for (SourceSpeed speed : speeds()) {
      SourceStatus status = speed.status();
      reasons.addAll(troubles(status, task -> !KEEP_FROM_FOLDING.contains(task)));
      reasons.addAll(status.behind(endsAtStart.getOrDefault(status.source(), Position.NONE)));
    }
    List<String> notes =
        memory.trouble().filter(unused -> !memory.isFull()).map(List::of).orElse(List.of());
    return new Health(reasons, notes);
  }

  @Override
  public Optional<List<PartitionSnapshot>> read(
      String source, String generation, List<Integer> metrics, PaneRange range) {
    return speed(source).flatMap(speed -> speed.read(generation, metrics, range));
  }

  @Override
  public Optional<SortedMap<String, Position>> positions(String source) {
    return speed(source).map(speed -> new TreeMap<>(speed.positions()));
  }

  @Override
  public void close() {
    resources.close();
  }
}
