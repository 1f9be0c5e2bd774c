package io.braid.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.fold.PartitionFold;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Times nothing: holds that all benchmarks run, and that what they compare is the same work. */
class BenchmarksTest {

  @BeforeAll
  static void fewEvents() {
    System.setProperty(Traffic.EVENTS_PROPERTY, "300");
    System.setProperty("jmh.ignoreLock", "true"); // the lock keeps measurements apart
  }

  @AfterAll
  static void allEvents() {
    System.clearProperty(Traffic.EVENTS_PROPERTY);
    System.clearProperty("jmh.ignoreLock");
  }

  @Test
  void everyBenchmarkRunsWithEveryParameter() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("io\\.braid\\.benchmark\\..*")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .shouldFailOnError(true)
            .addProfiler(ProcessorTime.class)
            .verbosity(VerboseMode.SILENT)
            .build();

    Collection<RunResult> results = new Runner(options).run();

    Set<String> classes =
        results.stream()
            .map(result -> result.getParams().getBenchmark().split("\\.")[3])
            .collect(Collectors.toSet());
    assertThat(classes)
        .containsExactlyInAnyOrder(
            "DecodeBenchmark",
            "DecodeAndFoldBenchmark",
            "ExpressionBenchmark",
            "FoldBenchmark",
            "HoppingBenchmark",
            "ViewBenchmark");
    assertThat(Benchmarks.table(results))
        .contains("FoldBenchmark.window")
        .contains("aggregate=APPROX_QUANTILE(latency_ms, 0.99)")
        .contains("DecodeAndFoldBenchmark.demo:percentOfDecoder")
        .contains("FoldBenchmark.keys:processor");
  }

  @Test
  void eventsInAvroFoldToTheViewsOfThoseInJson() {
    PartitionFold json = folded(Encoding.JSON);
    PartitionFold avro = folded(Encoding.AVRO);

    assertThat(avro.counts()).isEqualTo(json.counts());
    for (int metric = 0; metric < 2; metric++) {
      assertThat(rows(avro, metric)).isNotEmpty().isEqualTo(rows(json, metric));
    }
  }

  private static PartitionFold folded(Encoding encoding) {
    Statements statements = Statements.demo(encoding);
    PartitionFold fold = statements.fold();
    for (EventBatch batch : Traffic.demo(encoding).decode(statements.decoder(), 100)) {
      fold.fold(batch);
    }
    return fold;
  }

  private static Set<List<Object>> rows(PartitionFold fold, int metric) {
    Batch finished = fold.view(metric).finish();
    return IntStream.range(0, finished.size())
        .mapToObj(row -> row(finished, row))
        .collect(Collectors.toSet());
  }

  private static List<Object> row(Batch batch, int row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < batch.width(); i++) {
      values.add(batch.column(i).value(row));
    }
    return values;
  }
}
