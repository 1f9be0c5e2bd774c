package io.braid.benchmark;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs benchmarks as JMH's own main class does, with its arguments, and prints medians: of all
 * measured iterations, since a busy neighbour moves a mean and hardly a median, and in relation to
 * the first row of the same benchmark.
 */
public final class Benchmarks {

  private Benchmarks() {}

  /**
   * Runs the benchmarks whose names match.
   *
   * @param args as {@code -h} lists them
   */
  public static void main(String[] args)
      throws RunnerException, CommandLineOptionException, java.io.IOException {
    CommandLineOptions options = new CommandLineOptions(args);
    if (options.shouldHelp()
        || options.shouldList()
        || options.shouldListWithParams()
        || options.shouldListProfilers()
        || options.shouldListResultFormats()) {
      org.openjdk.jmh.Main.main(args);
      return;
    }
    Options measured =
        new OptionsBuilder().parent(options).addProfiler(ProcessorTime.class).build();
    System.out.print(table(new Runner(measured).run()));
  }

  /** Returns one line a result: name, parameters, median, least, greatest, relation, unit. */
  static String table(Collection<RunResult> results) {
    StringBuilder table = new StringBuilder("\nMedians of the measured iterations:\n\n");
    Map<String, Double> firsts = new TreeMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      String name = params.getBenchmark().replace("io.braid.benchmark.", "");
      String values =
          params.getParamsKeys().stream()
              .map(key -> key + "=" + params.getParam(key))
              .collect(Collectors.joining(" "));
      append(table, firsts, name, values, result.getPrimaryResult(), primary(result));
      for (String label : result.getSecondaryResults().keySet()) {
        Result<?> secondary = result.getSecondaryResults().get(label);
        double[] scores = secondary(result, label);
        if (scores.length > 0) {
          append(table, firsts, name + ":" + label, values, secondary, scores);
        }
      }
    }
    return table.toString();
  }

  private static void append(
      StringBuilder table,
      Map<String, Double> firsts,
      String name,
      String values,
      Result<?> result,
      double[] scores) {
    Arrays.sort(scores);
    double median = (scores[(scores.length - 1) / 2] + scores[scores.length / 2]) / 2;
    double first = firsts.computeIfAbsent(name, unused -> median);
    table.append(
        String.format(
            Locale.ROOT,
            "%-44s %-52s %9.1f  [%.1f, %.1f]  x%.2f  %s%n",
            name,
            values,
            median,
            scores[0],
            scores[scores.length - 1],
            median / first,
            result.getScoreUnit()));
  }

  private static double[] primary(RunResult result) {
    return iterations(result).mapToDouble(i -> i.getPrimaryResult().getScore()).toArray();
  }

  private static double[] secondary(RunResult result, String label) {
    return iterations(result)
        .filter(i -> i.getSecondaryResults().containsKey(label))
        .mapToDouble(i -> i.getSecondaryResults().get(label).getScore())
        .toArray();
  }

  private static Stream<IterationResult> iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .map(BenchmarkResult::getIterationResults)
        .flatMap(Collection::stream);
  }
}
