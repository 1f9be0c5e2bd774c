package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.client.TestingBraid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code braid} command as a shell with job control starts it: a child process that leads a
 * process group of its own. The first line that matters is {@code braid is ready}.
 */
public final class TestingProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("braid (?:speed )?is ready: (http://\\S+)  kafka (\\S+)");
  private static final Duration READY_BOUND = Duration.ofSeconds(90);

  private final Process process;
  private final long startedNanos = System.nanoTime();
  private final CompletableFuture<Long> endedNanos;
  private final Path errorFile;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
  private final Thread reader;

  private TestingProcess(Process process, Path errorFile) {
    this.process = process;
    this.errorFile = errorFile;
    this.endedNanos = process.onExit().thenApply(ended -> System.nanoTime());
    this.reader = new Thread(this::read, "braid-out");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a command.
   *
   * @param folder for temporary files and what is printed on standard error
   */
  public static TestingProcess start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // These processes live for seconds: what the optimising compiler would gain comes too late.
    command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-Djava.awt.headless=true", "-Djava.io.tmpdir=" + folder));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-opens")) {
        command.add(option);
      }
    }
    command.add(Braid.class.getName());
    command.addAll(List.of(arguments));
    Path errorFile = Files.createTempFile(folder, "err-", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(errorFile.toFile());
    return new TestingProcess(builder.start(), errorFile);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(matcher);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ready.completeExceptionally(new IllegalStateException("It ended before it was ready"));
    }
  }

  /** Waits until the command says that it is ready. */
  public TestingProcess awaitReady() throws Exception {
    try {
      ready.get(READY_BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("Braid is not ready: " + err(), e);
    }
    return this;
  }

  /** Returns the API that the command printed. */
  public TestingBraid braid() {
    return new TestingBraid(URI.create(ready.join().group(1)));
  }

  /** Returns the port of the API. */
  public int httpPort() {
    return URI.create(ready.join().group(1)).getPort();
  }

  /** Returns where Kafka is, as the command printed it. */
  public String kafka() {
    return ready.join().group(2);
  }

  /** Returns the child that the command started: the broker. */
  public ProcessHandle broker() {
    return process.children().findFirst().orElseThrow();
  }

  /** As {@code kill -9} of the one process. */
  public void killAlone() {
    process.toHandle().destroyForcibly();
  }

  /** As {@code kill -9} of the whole process group. */
  public void killGroup() throws IOException {
    // The group of this pid is the one that setsid made for it, and nobody else's.
    new ProcessBuilder("kill", "-9", "--", "-" + process.pid()).inheritIO().start().onExit().join();
  }

  /** As {@code kill}, which Ctrl-C resembles. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end and returns the exit code. */
  public int awaitEnd(Duration bound) throws InterruptedException {
    assertThat(process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS))
        .as("Braid has ended within %s; it said: %s", bound, err())
        .isTrue();
    reader.join(1_000);
    return process.exitValue();
  }

  /** Returns how long an ended command took. */
  public Duration took() {
    return Duration.ofNanos(endedNanos.join() - startedNanos);
  }

  /** Returns the lines of standard output. */
  public List<String> out() {
    return out;
  }

  /** Returns the lines of standard error. */
  public List<String> err() {
    try {
      return Files.readAllLines(errorFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      killGroup();
      process.onExit().join();
    }
  }
}
