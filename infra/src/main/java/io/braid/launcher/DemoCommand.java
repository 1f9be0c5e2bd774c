package io.braid.launcher;

import io.braid.client.ApiClient;
import io.braid.client.ProgressBar;
import io.braid.demo.DemoTour;
import io.braid.demo.TrafficGenerator;
import io.braid.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description =
        "Run all layers with made-up traffic; recompute, replay, compare and print the result.")
final class DemoCommand implements Callable<Integer> {
  private static final int HISTORY_EVENTS = 60_000;
  private static final Duration HISTORY = Duration.ofMinutes(30);
  private static final double LIVE_RATE = 500;

  private final PlatformStarter starter;
  private final boolean terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServingOptions serving;

  @Option(names = "--exit", description = "Stop after the tour: 0 when all rows are equal, or 1.")
  private boolean exit;

  DemoCommand(PlatformStarter starter, boolean terminal) {
    this.starter = starter;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    try (Lifetime lifetime = Lifetime.untilSignal()) {
      try {
        return run(lifetime);
      } catch (Exception e) {
        if (lifetime.isSignalled()) {
          return 0;
        }
        throw e;
      }
    }
  }

  private int run(Lifetime lifetime) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    InstantSource clock = InstantSource.system();
    TemporaryDirectory temporary = lifetime.own(TemporaryDirectory.create("braid-demo-"));
    Path config = temporary.path().resolve("braid.yaml");
    copyDefinition(config);
    String store = serving.store().orElse(temporary.path().resolve("store").toString());
    out.println("Starting Kafka and all layers; the store is " + store);
    Platform platform =
        lifetime.own(starter.start(serving.platform(config, Optional.of(store), true)));
    out.println("braid is ready: " + platform.url() + "  kafka " + platform.bootstrapServers());

    TrafficGenerator traffic =
        lifetime.own(
            TrafficGenerator.start(
                platform.bootstrapServers(),
                DemoTour.SOURCE,
                new TrafficGenerator.Plan(HISTORY_EVENTS, HISTORY, LIVE_RATE, clock.millis()),
                clock));
    ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), terminal);
    boolean equal = new DemoTour(new ApiClient(platform.url()), traffic, clock, out, bar).run();
    if (!exit) {
      out.println();
      out.println("Traffic goes on until Ctrl-C. Look around:");
      out.println("  " + platform.url() + "/");
      out.println("  " + platform.url() + "/api/v1/metrics/playback_quality/query");
      out.println("  ./braid query playback_quality --url " + platform.url());
      lifetime.awaitSignal();
    }
    return equal ? 0 : Failures.FAILED;
  }

  private static void copyDefinition(Path target) throws IOException {
    try (InputStream definition = DemoTour.class.getResourceAsStream("/demo/braid.yaml")) {
      if (definition == null) {
        throw new IllegalStateException("The demo's definition is missing from the jar");
      }
      Files.copy(definition, target);
    }
  }
}
