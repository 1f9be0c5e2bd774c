package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.definition.SpeedSettings;
import io.braid.fold.LateRule;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerSource;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The speed layer of all sources in this process, and the address where servers read it. */
final class SpeedWorker implements PartialViews, AutoCloseable {

  private final Resources resources = new Resources();
  private final Map<String, SourceSpeed> speeds = new LinkedHashMap<>();
  private final MemoryBudget memory;
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
    try {
      // Listens before it joins: the address is what it joins with.
      WorkerEndpoint endpoint =
          resources.open(
              new WorkerEndpoint(
                  settings.host(),
                  settings.port(),
                  environment.sources().stream().map(source -> peer(environment, source)).toList(),
                  this,
                  environment.token()::matches));
      this.address = endpoint.address();
      for (Source source : environment.sources()) {
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
        environment.clock());
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

  /** Returns what keeps this worker from folding or emitting, in words. */
  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    speeds().forEach(speed -> troubles.addAll(speed.troubles()));
    memory.trouble().filter(unused -> memory.isFull()).ifPresent(troubles::add);
    return troubles;
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
