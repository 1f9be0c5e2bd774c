package io.braid.platform;

import io.braid.batch.archive.ArchiveRenewal;
import io.braid.batch.archive.Archiver;
import io.braid.batch.recompute.Recompute;
import io.braid.batch.recompute.SparkEngine;
import io.braid.batch.run.BatchRuns;
import io.braid.broker.EmbeddedBroker;
import io.braid.broker.LocalPorts;
import io.braid.definition.DefinitionText;
import io.braid.definition.Definitions;
import io.braid.log.Topics;
import io.braid.serving.compare.Comparisons;
import io.braid.serving.http.BraidServer;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.Queries;
import io.braid.speed.replay.Replays;
import io.braid.store.PublishedRun;
import io.braid.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All layers of one definition in this process, and the embedded broker beside it where one is
 * wanted. Further workers and servers may run beside it over the same store.
 */
public final class SingleProcess extends OpenedPlatform {

  private static final int DEFAULT_KAFKA_PORT = 9092;
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

  private SingleProcess() {}

  /**
   * Starts all layers and returns when they are ready; what was opened is closed again when that
   * fails.
   *
   * @param version of Braid, noted in what it writes
   */
  public static SingleProcess start(PlatformOptions options, String version) throws Exception {
    SingleProcess process = new SingleProcess();
    try {
      process.open(options, version);
      return process;
    } catch (Exception e) {
      process.close();
      throw e;
    }
  }

  private void open(PlatformOptions options, String version) throws Exception {
    DefinitionText text = Environment.read(options);
    Definitions definitions = text.load();

    resources().open(StoreLock.acquire(definitions.store()));
    // Known before anything is started: a taken port is told at once, not after the broker's start.
    int port = httpPort(options, definitions);
    BraidServer.checkFree(definitions.http().host(), port);
    Store store = Store.open(definitions.store()); // refused before a broker is started in it
    Environment environment =
        Environment.open(definitions, kafka(options, definitions), resources());
    Map<String, String> kafka = environment.kafka();
    Topics topics = environment.topics();

    AtomicReference<BatchRuns> toAsk = new AtomicReference<>();
    SpeedWorker worker =
        resources().open(new SpeedWorker(environment, source -> recompute(toAsk.get(), source)));
    ServedSources served = resources().open(new ServedSources(environment, Optional.of(worker)));

    SparkEngine spark = resources().open(new SparkEngine("local[*]"));
    BatchRuns runs =
        resources()
            .open(
                new BatchRuns(
                    definitions,
                    store,
                    topics,
                    environment.topicOf(),
                    new Archiver(store, kafka, topics),
                    new ArchiveRenewal(store),
                    new Recompute(store, text, spark, environment.clock(), version),
                    (publication, manifest) ->
                        served.awaitServed(new PublishedRun(publication, manifest)),
                    environment.clock()));
    toAsk.set(runs);
    Replays replays =
        resources()
            .open(
                new Replays(
                    definitions, store, topics, environment.topicOf(), kafka, environment.clock()));

    ReplayAdapter replayJobs = new ReplayAdapter(replays);
    BatchViews batchViews = resources().open(new BatchViews(store, QUERY_TIMEOUT));
    Queries queries =
        new Queries(
            served.sources(), batchViews, replayJobs, environment.clock(), Queries.Limits.DEFAULT);
    Comparisons comparisons =
        resources()
            .open(
                new Comparisons(
                    served.sources(), batchViews, replayJobs, store, environment.clock()));
    BraidServer server =
        resources()
            .open(
                new BraidServer(
                    definitions.http().host(),
                    port,
                    definitions,
                    served.sources(),
                    queries,
                    comparisons,
                    new BatchAdapter(runs),
                    replayJobs,
                    served::health,
                    worker.registry()));
    reachedAt(
        URI.create("http://%s:%d".formatted(definitions.http().host(), server.port())),
        environment);
    Readiness.await(served::reasonsNotReady);
  }

  /** Memory is short: a run lets folds start from a later cut. */
  private static void recompute(BatchRuns runs, String source) {
    if (runs == null) {
      throw new IllegalStateException("Cannot recompute %s: still starting".formatted(source));
    }
    runs.submit(source, "full");
  }

  /**
   * Returns client properties of the broker that is configured, or of an embedded one started now.
   */
  private Map<String, String> kafka(PlatformOptions options, Definitions definitions)
      throws Exception {
    Map<String, String> kafka = new HashMap<>(definitions.kafka());
    if (!kafka.containsKey(Environment.BOOTSTRAP)) {
      Path data = Path.of(definitions.store()).resolve("broker");
      int port =
          options
              .kafkaPort()
              .orElse(
                  options.portsMayMove()
                      ? LocalPorts.freeOrOther(DEFAULT_KAFKA_PORT)
                      : DEFAULT_KAFKA_PORT);
      EmbeddedBroker broker = resources().open(EmbeddedBroker.start(data, port));
      kafka.put(Environment.BOOTSTRAP, broker.bootstrapServers());
    }
    return kafka;
  }

  private static int httpPort(PlatformOptions options, Definitions definitions) {
    int port = definitions.http().port();
    return options.httpPort().orElse(options.portsMayMove() ? LocalPorts.freeOrOther(port) : port);
  }
}
