package io.braid.benchmark.speed;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;

/** A contestant in a JVM of its own, which prints its figures in one line. */
final class ChildProcess {

  private static final Duration BOUND = Duration.ofMinutes(15);
  private static final int TAIL_CHARACTERS = 3_000;

  private ChildProcess() {}

  /**
   * Runs a main class to its end and returns the figures of its line {@code RESULT name=value …}.
   *
   * @param classPath of the process; that of this one when it is empty
   * @param options for Java
   * @param log where its standard error goes
   * @throws IOException when it ends without such a line, within 15 minutes
   */
  static Map<String, String> run(
      String classPath, List<String> options, String main, List<String> arguments, Path log)
      throws IOException, InterruptedException {
    Process process = start(classPath, options, main, arguments, log);
    Timer timer = new Timer("bound", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            process.destroyForcibly();
          }
        },
        BOUND.toMillis());
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      Map<String, String> figures = Map.of();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("RESULT ")) {
          figures = figures(line);
        }
      }
      process.waitFor();
      if (figures.isEmpty()) {
        throw new IOException(
            "%s ended with %d and without a result; its last words: %s"
                .formatted(main, process.exitValue(), tail(log)));
      }
      return figures;
    } finally {
      timer.cancel();
      process.destroyForcibly();
    }
  }

  /** Starts a main class; see {@link #run}. Its standard output is to be read. */
  static Process start(
      String classPath, List<String> options, String main, List<String> arguments, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(main);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    String own = System.getProperty("java.class.path");
    builder.environment().put("CLASSPATH", classPath.isEmpty() ? own : classPath);
    return builder.start();
  }

  private static Map<String, String> figures(String line) {
    Map<String, String> figures = new TreeMap<>();
    for (String figure : List.of(line.split(" "))) {
      int equals = figure.indexOf('=');
      if (equals > 0) {
        figures.put(figure.substring(0, equals), figure.substring(equals + 1));
      }
    }
    return figures;
  }

  private static String tail(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS));
  }
}
