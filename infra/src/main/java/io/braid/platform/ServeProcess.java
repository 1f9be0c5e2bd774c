package io.braid.platform;

import io.braid.definition.Definitions;
import io.braid.serving.http.BraidServer;
import io.braid.serving.http.JobsElsewhere;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.Queries;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A server alone: answers queries from the store and from workers elsewhere, and has no jobs. */
public final class ServeProcess extends OpenedPlatform {

  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

  private ServeProcess() {}

  /**
   * Starts the server and returns when it is ready: workers have folded every partition up to the
   * log ends seen at start. What was opened is closed again when that fails.
   */
  public static ServeProcess start(PlatformOptions options) throws InterruptedException {
    ServeProcess process = new ServeProcess();
    try {
      process.open(options);
      return process;
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private void open(PlatformOptions options) throws InterruptedException {
    Definitions definitions = Environment.read(options).load();
    String host = definitions.http().host();
    int port = options.httpPort().orElse(definitions.http().port());
    BraidServer.checkFree(host, port);
    Environment environment =
        Environment.open(
            definitions, Environment.sharedKafka(definitions, options, "serve"), resources());
    ServedSources served = resources().open(new ServedSources(environment, Optional.empty()));
    JobsElsewhere jobs =
        new JobsElsewhere("the process that `braid up` runs on the store " + definitions.store());
    BatchViews batchViews = resources().open(new BatchViews(environment.store(), QUERY_TIMEOUT));
    BraidServer server =
        resources()
            .open(
                new BraidServer(
                    host,
                    port,
                    definitions,
                    served.sources(),
                    new Queries(
                        served.sources(),
                        batchViews,
                        jobs.replays(),
                        environment.clock(),
                        Queries.Limits.DEFAULT),
                    jobs.comparisons(),
                    jobs.runs(),
                    jobs.replays(),
                    served::health,
                    resources().open(new ProcessRegistry(Optional.empty()))));
    reachedAt(URI.create("http://%s:%d".formatted(host, server.port())), environment);
    Readiness.await(served::reasonsNotReady);
  }
}
