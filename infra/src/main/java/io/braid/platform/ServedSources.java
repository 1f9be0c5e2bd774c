package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.peer.Health;
import io.braid.peer.PeerProtocol;
import io.braid.serving.query.Approach;
import io.braid.serving.query.EndsAtStart;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.serving.query.Switcher;
import io.braid.serving.worker.Members;
import io.braid.serving.worker.SourceWorkers;
import io.braid.serving.worker.WorkerClient;
import io.braid.store.PublishedRun;
import io.braid.store.PublishedRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What this process answers from: for each source the published run, and the workers that fold what
 * follows it, wherever they are.
 */
final class ServedSources implements AutoCloseable {

  private static final Duration SERVED_CHECK = Duration.ofSeconds(1);

  /** A worker that died is replaced, and a broker that restarts is back, in less. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** New partitions show in answers after so long. */
  private static final Duration TOPIC_CHECK = Duration.ofSeconds(1);

  private record Served(
      ServedSource source, SourceWorkers workers, Switcher switcher, Position endsAtStart) {}

  private final Resources resources = new Resources();
  private final Map<String, Served> served = new LinkedHashMap<>();
  private final Optional<SpeedWorker> local;
  private volatile boolean closed;

  /**
   * Starts to serve each source from its published run, if that holds views of the metrics as they
   * are defined now, and otherwise from the log alone.
   *
   * @param local the worker of this process
   */
  ServedSources(Environment environment, Optional<SpeedWorker> local) {
    this.local = local;
    Map<String, String> topicOfGroup = new HashMap<>();
    environment
        .sources()
        .forEach(source -> topicOfGroup.put(environment.group(source), source.topic()));
    Members members =
        resources.open(new Members(environment.topics(), topicOfGroup, Members.INTERVAL));
    WorkerClient client =
        new WorkerClient(environment.token().reveal(), WorkerClient.Timeouts.DEFAULT);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "braid-topics");
              thread.setDaemon(true);
              return thread;
            });
    resources.open(timer::shutdownNow);
    for (Source source : environment.sources()) {
      served.put(source.name(), serve(environment, source, members, client, timer));
    }
  }

  private Served serve(
      Environment environment,
      Source source,
      Members members,
      WorkerClient client,
      ScheduledExecutorService timer) {
    Topics.Topic topic = environment.topic(source);
    List<Metric> metrics = environment.definitions().metricsOf(source);
    PublishedRuns runs = new PublishedRuns(environment.store(), source, metrics, topic);
    SourceWorkers workers =
        resources.open(
            new SourceWorkers(
                SpeedWorker.peer(environment, source),
                local.map(worker -> new SourceWorkers.Local(worker.address(), worker)),
                () -> members.addresses(environment.group(source)),
                client));
    long askedMs = environment.clock().millis();
    Position endsAtStart = environment.topics().ends(topic);
    Optional<PublishedRun> run = runs.latest();
    String generation = run.map(r -> r.manifest().run()).orElse(PeerProtocol.LOG);
    KnownPartitions partitions = new KnownPartitions(environment.topics(), topic);
    var unused =
        timer.scheduleWithFixedDelay(
            partitions::look,
            TOPIC_CHECK.toMillis(),
            TOPIC_CHECK.toMillis(),
            TimeUnit.MILLISECONDS);
    ServedSource servedSource =
        new ServedSource(
            source,
            metrics,
            partitions::numbers,
            new ServedPair(run, workers.generation(generation)),
            new EndsAtStart(endsAtStart, askedMs));
    Switcher switcher =
        resources.open(
            new Switcher(servedSource, runs::latest, workers::generation, Switcher.INTERVAL));
    return new Served(servedSource, workers, switcher, endsAtStart);
  }

  /** The partitions that a topic is known to have: they only become more. */
  private static final class KnownPartitions {

    private final Topics topics;
    private final Topics.Topic topic;
    private volatile int count;

    KnownPartitions(Topics topics, Topics.Topic topic) {
      this.topics = topics;
      this.topic = topic;
      this.count = topic.partitions();
    }

    void look() {
      try {
        topics.find(topic).ifPresent(now -> count = now.partitions());
      } catch (RuntimeException e) {
        return; // what was known stays so until a broker answers
      }
    }

    Set<Integer> numbers() {
      return IntStream.range(0, count).boxed().collect(Collectors.toSet());
    }
  }

  /** Returns the sources by name, in writing order. */
  Map<String, ServedSource> sources() {
    Map<String, ServedSource> sources = new LinkedHashMap<>();
    served.forEach((name, one) -> sources.put(name, one.source()));
    return sources;
  }

  /**
   * Returns whether answers are whole up to the log ends seen at start. What only this process's
   * worker has not got done, and workers that are left out while others have what they folded, is
   * noted.
   */
  Health health() {
    List<String> notes = new ArrayList<>();
    local.ifPresent(worker -> notes.addAll(worker.notes()));
    served.forEach(
        (name, one) ->
            one.workers()
                .failures()
                .forEach(
                    (address, why) ->
                        notes.add(
                            "source %s is answered without worker %s: %s"
                                .formatted(name, address, why))));
    return new Health(reasonsNotReady(), notes);
  }

  /** Returns what keeps answers from being whole up to the log ends seen at start, in words. */
  List<String> reasonsNotReady() {
    List<String> reasons = new ArrayList<>();
    local.ifPresent(worker -> reasons.addAll(worker.reasonsNotFolding()));
    served.forEach(
        (name, one) -> {
          Position position = one.source().position();
          for (int partition : one.endsAtStart().partitions()) {
            long end = one.endsAtStart().offset(partition);
            long folded = position.offset(partition, -1);
            if (folded < 0) {
              reasons.add("source %s: partition %d is not folded yet".formatted(name, partition));
            } else if (folded < end) {
              reasons.add(
                  "source %s: partition %d is folded up to %d of %d"
                      .formatted(name, partition, folded, end));
            }
          }
        });
    return reasons;
  }

  /**
   * Returns once queries are served from a run that was just published.
   *
   * @throws IllegalStateException when Braid stops meanwhile, or the folds behind the run's cut
   *     come no nearer; queries move when they do after all
   */
  void awaitServed(PublishedRun run) {
    local.ifPresent(worker -> worker.lookForRuns(run.manifest().source()));
    Served one = served.get(run.manifest().source());
    String name = run.manifest().run();
    Approach approach = new Approach(one.source(), one.workers().generation(name), PATIENCE);
    try {
      while (!one.switcher().awaitServed(run.publication(), SERVED_CHECK)) {
        if (closed) {
          throw new IllegalStateException("Cannot serve a run: Braid is stopping");
        }
        Optional<String> why = approach.stalled();
        if (why.isPresent()) {
          throw new IllegalStateException(
              "Run %s is published, but queries are not served from it yet: %s"
                  .formatted(name, why.get()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a generation was folded", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    resources.close();
  }
}
