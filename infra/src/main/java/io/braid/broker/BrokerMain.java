package io.braid.broker;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child process: formats its data directory when it is new, serves until its standard input
 * ends, and says on its standard output in one line how the start went (see {@link BrokerOutcome}).
 *
 * <p>Standard input is a pipe whose other end only the parent holds. The kernel closes it however
 * the parent dies, so its end is the one signal that cannot be missed.
 */
final class BrokerMain {
  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

  /** The child is to be gone 4 s after its parent; one second is left for noticing and exiting. */
  private static final Duration SHUTDOWN_BOUND = Duration.ofSeconds(3);

  private final BrokerSettings settings;
  private volatile KafkaRaftServer server;
  private boolean ended;

  private BrokerMain(BrokerSettings settings) {
    this.settings = settings;
  }

  /** Takes the data directory, the clients' port, the controller's port and settings, k=v. */
  public static void main(String[] args) {
    PrintStream parent =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    // Whatever a library prints goes to the log files and never into the one line for the parent.
    System.setOut(System.err);
    ignoreInterrupt();
    Map<String, String> others = new HashMap<>();
    for (int i = 3; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      others.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    BrokerMain broker =
        new BrokerMain(
            new BrokerSettings(
                Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), others));
    broker.endWithParent();
    try {
      broker.start();
    } catch (Throwable e) {
      log.error("The broker did not start", e);
      parent.println(broker.outcomeOf(e).line());
      Runtime.getRuntime().halt(1);
    }
    parent.println(BrokerOutcome.ready().line());
    broker.server.awaitShutdown();
  }

  private void start() throws Exception {
    KafkaConfig config = new KafkaConfig(settings.properties(), false);
    formatIfNew();
    server = new KafkaRaftServer(config, Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "broker-shutdown"));
    // Returns when the broker is registered, unfenced and its listener is open.
    server.startup();
  }

  private void formatIfNew() throws Exception {
    Files.createDirectories(settings.dataDir());
    // Written last, as a whole: a directory without it was never used, or its formatting broke off.
    if (Files.exists(settings.dataDir().resolve("meta.properties"))) {
      return;
    }
    // The command-line tool, since the class behind it is not on Kafka's compile-time class path.
    Path file = Files.createTempFile("braid-broker-", ".properties");
    try {
      Properties properties = new Properties();
      properties.putAll(settings.properties());
      try (OutputStream output = Files.newOutputStream(file)) {
        properties.store(output, null);
      }
      String clusterId = Uuid.randomUuid().toString();
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      int status =
          StorageTool.execute(
              new String[] {"format", "-t", clusterId, "-c", file.toString()},
              new PrintStream(said, true, StandardCharsets.UTF_8));
      if (status != 0) {
        throw new IOException("formatting failed: " + said.toString(StandardCharsets.UTF_8));
      }
    } finally {
      Files.delete(file);
    }
  }

  private void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              awaitEnd(System.in);
              shutDown();
              Runtime.getRuntime().halt(0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEnd(InputStream input) {
    try {
      while (input.read() >= 0) {
        // The parent writes nothing; only the end counts.
      }
    } catch (IOException e) {
      log.warn("Standard input broke, which is taken for its end", e);
    }
  }

  /** Whoever comes second waits for the first: a hook that returns early ends the JVM early. */
  private synchronized void shutDown() {
    if (ended) {
      return;
    }
    ended = true;
    Thread bound =
        new Thread(
            () -> {
              pause(SHUTDOWN_BOUND);
              Runtime.getRuntime().halt(1);
            },
            "shutdown-bound");
    bound.setDaemon(true);
    bound.start();
    KafkaRaftServer started = server;
    if (started != null) {
      started.shutdown();
    }
  }

  private static void pause(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BrokerOutcome outcomeOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return BrokerOutcome.taken("port " + settings.port() + " of 127.0.0.1 is in use");
      }
      String message = String.valueOf(cause.getMessage());
      if (message.contains("Failed to acquire lock on file .lock")) {
        return BrokerOutcome.taken("the directory is in use by another broker");
      }
    }
    return BrokerOutcome.failed(failure.toString());
  }

  /**
   * Leaves Ctrl-C to the parent: a terminal sends it to the whole process group, and a broker that
   * went first would take the log away from under layers that are just finishing.
   */
  private static void ignoreInterrupt() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      handle.invoke(null, interrupt, handler.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.info("This Java cannot ignore Ctrl-C; the broker ends with the first one", e);
    }
  }
}
