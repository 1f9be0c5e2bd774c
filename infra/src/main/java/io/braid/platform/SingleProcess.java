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
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.definition.SpeedSettings;
import io.braid.fold.LateRule;
import io.braid.log.Topics;
import io.braid.serving.compare.Comparisons;
import io.braid.serving.http.BraidServer;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.Queries;
import io.braid.serving.query.ServedSource;
import io.braid.speed.generation.PublishedGenerations;
import io.braid.speed.replay.Replays;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.worker.MemoryBudget;
import io.braid.speed.worker.SourceReader;
import io.braid.speed.worker.SourceSpeed;
import io.braid.speed.worker.SpeedSetup;
import io.braid.store.PublishedRun;
import io.braid.store.PublishedRuns;
import io.braid.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All layers of one definition in this process, and the embedded broker beside it where one is
 * wanted.
 */
public final class SingleProcess implements Platform {

  private static final Logger LOG = LoggerFactory.getLogger(SingleProcess.class);

  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final int DEFAULT_KAFKA_PORT = 9092;
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration READY_CHECK = Duration.ofMillis(50);
  private static final Duration WORD_WHILE_WAITING = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private String bootstrapServers = "";
  private URI url = URI.create("http://127.0.0.1");

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
    InstantSource clock = InstantSource.system();
    DefinitionText text =
        DefinitionText.read(
            options.config(), System.getenv(), options.store().map(SingleProcess::storeUri));
    Definitions definitions = text.load();

    open(StoreLock.acquire(definitions.store()));
    // Known before anything is started: a taken port is told at once, not after the broker's start.
    int port = httpPort(options, definitions);
    BraidServer.checkFree(definitions.http().host(), port);
    Store store = Store.open(definitions.store());
    Map<String, String> kafka = kafka(options, definitions);
    bootstrapServers = kafka.get(BOOTSTRAP);

    Topics topics = open(new Topics(kafka));
    Map<String, Topics.Topic> topicOf = new HashMap<>();
    for (Source source : definitions.sources().values()) {
      topicOf.put(source.name(), topics.findOrCreate(source.topic(), source.partitions()));
    }
    topics.findOrCreate(DivertedRecords.DEAD_LETTERS, 1);
    if (definitions.sources().values().stream().anyMatch(SingleProcess::dropsLate)) {
      topics.findOrCreate(DivertedRecords.LATE_EVENTS, 1);
    }

    SpeedSettings settings = definitions.speed();
    MemoryBudget memory =
        new MemoryBudget(
            settings.memoryBytes().orElse(Runtime.getRuntime().maxMemory() / 2),
            source -> LOG.warn("Source {} should be recomputed", source));
    Map<String, SourceRuntime> runtimes = new LinkedHashMap<>();
    Map<String, ServedSource> served = new LinkedHashMap<>();
    for (Source source : definitions.sources().values()) {
      Topics.Topic topic = topicOf.get(source.name());
      List<Metric> metrics = definitions.metricsOf(source);
      PublishedRuns published = new PublishedRuns(store, source, metrics, topic);
      SourceSpeed speed =
          open(
              new SourceSpeed(
                  new SpeedSetup(
                      new SourceReader(source, metrics),
                      topics,
                      topic,
                      kafka,
                      store,
                      group(definitions, source),
                      "127.0.0.1:" + port,
                      settings,
                      new PublishedGenerations(store, source, topic, published),
                      memory,
                      clock)));
      SourceRuntime runtime = open(SourceRuntime.start(speed, published, topics, topic));
      runtimes.put(source.name(), runtime);
      served.put(source.name(), runtime.served());
    }

    SparkEngine spark = open(new SparkEngine("local[*]"));
    Recompute recompute = new Recompute(store, text, spark, clock, version);
    BatchRuns runs =
        open(
            new BatchRuns(
                definitions,
                store,
                topics,
                topicOf,
                new Archiver(store, kafka, topics),
                new ArchiveRenewal(store),
                recompute,
                (publication, manifest) ->
                    runtimes.get(manifest.source()).serve(new PublishedRun(publication, manifest)),
                clock));
    Replays replays = open(new Replays(definitions, store, topics, topicOf, kafka, clock));

    ReplayAdapter replayJobs = new ReplayAdapter(replays);
    BatchViews batchViews = open(new BatchViews(store, QUERY_TIMEOUT));
    Queries queries = new Queries(served, batchViews, replayJobs, clock, Queries.Limits.DEFAULT);
    Comparisons comparisons = open(new Comparisons(served, batchViews, replayJobs, store, clock));
    BraidServer server =
        open(
            new BraidServer(
                definitions.http().host(),
                port,
                definitions,
                served,
                queries,
                comparisons,
                new BatchAdapter(runs),
                replayJobs,
                () -> reasonsNotReady(runtimes),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    url = URI.create("http://%s:%d".formatted(definitions.http().host(), server.port()));
    awaitReady(runtimes);
  }

  private static boolean dropsLate(Source source) {
    return source.rules().late() == LateRule.DROP;
  }

  private static URI storeUri(String store) {
    if (store.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      return URI.create(store);
    }
    // Ends with a slash once the directory exists; the first start and the second must agree.
    String uri = Path.of(store).toUri().toString();
    return URI.create(
        uri.length() > "file:///".length() && uri.endsWith("/")
            ? uri.substring(0, uri.length() - 1)
            : uri);
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Returns client properties of the broker that is configured, or of an embedded one started now.
   */
  private Map<String, String> kafka(PlatformOptions options, Definitions definitions)
      throws Exception {
    Map<String, String> kafka = new HashMap<>(definitions.kafka());
    if (!kafka.containsKey(BOOTSTRAP)) {
      Path data = Path.of(definitions.store()).resolve("broker");
      int port =
          options
              .kafkaPort()
              .orElse(
                  options.portsMayMove()
                      ? LocalPorts.freeOrOther(DEFAULT_KAFKA_PORT)
                      : DEFAULT_KAFKA_PORT);
      EmbeddedBroker broker = open(EmbeddedBroker.start(data, port));
      kafka.put(BOOTSTRAP, broker.bootstrapServers());
    }
    return kafka;
  }

  private static int httpPort(PlatformOptions options, Definitions definitions) {
    int port = definitions.http().port();
    return options.httpPort().orElse(options.portsMayMove() ? LocalPorts.freeOrOther(port) : port);
  }

  /**
   * Returns the consumer group of a source: the same at every start on the same store, another for
   * another store, so that two Braids over one Kafka do not take each other's partitions.
   */
  private static String group(Definitions definitions, Source source) {
    UUID store =
        UUID.nameUUIDFromBytes(definitions.store().toString().getBytes(StandardCharsets.UTF_8));
    return "braid.%s.%s.%s"
        .formatted(definitions.name(), store.toString().substring(0, 8), source.name());
  }

  private static List<String> reasonsNotReady(Map<String, SourceRuntime> runtimes) {
    List<String> reasons = new ArrayList<>();
    runtimes.values().forEach(runtime -> reasons.addAll(runtime.reasonsNotReady()));
    return reasons;
  }

  private static void awaitReady(Map<String, SourceRuntime> runtimes) throws InterruptedException {
    long nextWord = System.nanoTime() + WORD_WHILE_WAITING.toNanos();
    List<String> reasons = reasonsNotReady(runtimes);
    while (!reasons.isEmpty()) {
      if (System.nanoTime() > nextWord) {
        LOG.info("Not ready yet: {}", String.join("; ", reasons));
        nextWord += WORD_WHILE_WAITING.toNanos();
      }
      Thread.sleep(READY_CHECK.toMillis());
      reasons = reasonsNotReady(runtimes);
    }
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("Cannot close cleanly: {}", Optional.ofNullable(e.getMessage()).orElse("" + e));
      }
    }
  }
}
