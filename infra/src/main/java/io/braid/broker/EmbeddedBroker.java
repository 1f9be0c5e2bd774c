package io.braid.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A single-node Kafka broker in a child process of this JVM.
 *
 * <p>The child stays in this process's group and ends within 4 s of this process, however that
 * ends. Records outlive every crash; the ports may differ from start to start. Its log is {@code
 * logs/broker.log} beside the data directory.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  /** A broker whose Braid was just killed needs at most 4 s to end; a busy machine gets more. */
  private static final Duration TAKEN_BOUND = Duration.ofSeconds(10);

  /** A start takes 3 to 5 s; recovery of a large log after a crash takes longer. */
  private static final Duration START_BOUND = Duration.ofSeconds(90);

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 3;

  private final Process process;
  private final int port;

  private EmbeddedBroker(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a broker and returns when it takes requests.
   *
   * <p>Waits up to 10 s for a port or a directory that is in use, since the broker of a Braid that
   * was just killed may still be ending.
   *
   * @param dataDir the broker's own directory; made and formatted when it is new
   * @param port of 127.0.0.1, or 0 for a free one
   * @throws BrokerStartException when the port or the directory stays in use, or the broker fails
   * @throws InterruptedException when interrupted while waiting; no child is left behind
   */
  public static EmbeddedBroker start(Path dataDir, int port)
      throws BrokerStartException, InterruptedException {
    return start(dataDir, port, TAKEN_BOUND);
  }

  static EmbeddedBroker start(Path dataDir, int port, Duration takenBound)
      throws BrokerStartException, InterruptedException {
    return start(dataDir, port, takenBound, Map.of());
  }

  static EmbeddedBroker start(
      Path dataDir, int port, Duration takenBound, Map<String, String> settings)
      throws BrokerStartException, InterruptedException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("Invalid Kafka port: " + port + ", must be 0 to 65535");
    }
    Path directory = dataDir.toAbsolutePath().normalize();
    long deadline = System.nanoTime() + takenBound.toNanos();
    while (true) {
      awaitDirectory(directory, deadline);
      int chosenPort = port == 0 ? LocalPorts.free() : port;
      awaitPort(chosenPort, deadline);
      Attempt attempt = Attempt.launch(directory, chosenPort, settings);
      BrokerOutcome outcome;
      try {
        outcome = attempt.outcome();
      } catch (InterruptedException e) {
        attempt.process().destroyForcibly();
        throw e;
      }
      switch (outcome.kind()) {
        case READY -> {
          return new EmbeddedBroker(attempt.process(), chosenPort);
        }
        case TAKEN -> {
          // Someone was faster than the look above. A free port is chosen anew.
          if (System.nanoTime() > deadline) {
            throw attempt.failure(outcome.detail());
          }
          log.info("The embedded broker has to try again: {}", outcome.detail());
        }
        case FAILED -> throw attempt.failure(outcome.detail());
      }
    }
  }

  /** Returns where clients connect: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Returns whether the child process lives. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /** Ends the broker, within 5 s in good order and by force after that. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      log.warn(
          "The embedded broker did not end within {} s and is killed", CLOSE_BOUND.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  private static void awaitDirectory(Path directory, long deadline)
      throws BrokerStartException, InterruptedException {
    boolean told = false;
    while (isLocked(directory)) {
      if (System.nanoTime() > deadline) {
        throw new BrokerStartException(
            "Cannot start the embedded broker: its directory "
                + directory
                + " is in use by another Braid; stop that one or choose another store.");
      }
      if (!told) {
        log.info("Waiting for {}, which another broker still uses", directory);
        told = true;
      }
      pause();
    }
  }

  private static void awaitPort(int port, long deadline)
      throws BrokerStartException, InterruptedException {
    boolean told = false;
    while (!LocalPorts.isFree(port)) {
      if (System.nanoTime() > deadline) {
        throw new BrokerStartException(
            "Cannot start the embedded broker: port "
                + port
                + " of 127.0.0.1 is in use; stop the process that listens there or choose another"
                + " port with --kafka-port.");
      }
      if (!told) {
        log.info("Waiting for port {} of 127.0.0.1, which another process still uses", port);
        told = true;
      }
      pause();
    }
  }

  /** The broker holds an operating system's lock on this file as long as it lives. */
  private static boolean isLocked(Path directory) throws BrokerStartException {
    Path lockFile = directory.resolve(".lock");
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new BrokerStartException(
          "Cannot start the embedded broker: " + lockFile + " cannot be opened (" + e + ").", e);
    }
  }

  private static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(100);
  }

  /**
   * One child process on its way up.
   *
   * @param process the child
   * @param directory its data
   * @param logs where its logs are
   */
  private record Attempt(Process process, Path directory, Path logs) {

    static Attempt launch(Path directory, int port, Map<String, String> settings)
        throws BrokerStartException {
      Path logs = directory.resolveSibling("logs");
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xms64m",
              "-Xmx512m",
              "-XX:+UseSerialGC",
              "-XX:+ExitOnOutOfMemoryError",
              "-Djava.awt.headless=true",
              "-Dlog4j2.configurationFile=classpath:broker-log4j2.properties",
              "-Dbraid.broker.logs=" + logs,
              BrokerMain.class.getName(),
              directory.toString(),
              Integer.toString(port),
              Integer.toString(LocalPorts.free()));
      settings.forEach((name, value) -> builder.command().add(name + "=" + value));
      // As a variable, not as an argument: several hundred jars would bury the rest of `ps`.
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      builder.redirectError(logs.resolve("broker.err").toFile());
      try {
        Files.createDirectories(directory);
        Files.createDirectories(logs);
        return new Attempt(builder.start(), directory, logs);
      } catch (IOException e) {
        throw new BrokerStartException(
            "Cannot start the embedded broker in " + directory + ": " + e + ".", e);
      }
    }

    BrokerOutcome outcome() throws InterruptedException {
      CompletableFuture<BrokerOutcome> told = new CompletableFuture<>();
      Thread reader = new Thread(() -> told.complete(read()), "broker-start");
      reader.setDaemon(true);
      reader.start();
      try {
        return told.get(START_BOUND.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        process.destroyForcibly();
        return BrokerOutcome.failed("it was not ready within " + START_BOUND.toSeconds() + " s");
      } catch (ExecutionException e) {
        throw new IllegalStateException("Reading the broker's answer failed", e);
      }
    }

    private BrokerOutcome read() {
      try {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        return line == null
            ? BrokerOutcome.failed("its process ended without a word")
            : BrokerOutcome.of(line);
      } catch (IOException e) {
        return BrokerOutcome.failed("its process does not answer (" + e.getMessage() + ")");
      }
    }

    BrokerStartException failure(String why) {
      Path logFile = logs.resolve("broker.log");
      return new BrokerStartException(
          "Cannot start the embedded broker in "
              + directory
              + ": "
              + why
              + ".\nSee "
              + logFile
              + ", which ends with: "
              + String.join(" | ", tail(logFile)));
    }

    private static List<String> tail(Path file) {
      try {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      } catch (IOException e) {
        return List.of("(unreadable: " + e + ")");
      }
    }
  }
}
