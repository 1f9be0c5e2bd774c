package io.braid.speed.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.column.Batch;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.store.Store;
import io.braid.view.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A source whose log is a function of the offset, and folds of it. */
public final class TestingFolds {

  private static final String DEFINITIONS =
      """
      name: testing
      store: /tmp/braid-testing
      sources:
        plays:
          topic: plays
          columns:
            id: string
            seen: timestamp
            who: string
            ms: double
          event_time: seen
          watermark: 2s
          deduplicate: {by: id, within: 20s}
          late: drop
      metrics:
        everyone: SELECT COUNT(*) AS n, SUM(ms) AS total, COUNT(DISTINCT who) AS people FROM plays
        each: |
          SELECT who, COUNT(*) AS n, AVG(ms) AS mean, LAST_VALUE(ms) AS latest FROM plays
          GROUP BY who, TUMBLE(seen, INTERVAL '10' SECOND)
        visits: |
          SELECT who, MAX(ms) AS slowest FROM plays GROUP BY who, SESSION(seen, INTERVAL '3' SECOND)
      """;

  public static final int PARTITION = 3;
  public static final String TOPIC_ID = "tQ3pMcbtTjWbmzKqVQ4bAw";

  private static final Definitions PARSED = parse(DEFINITIONS);
  public static final Source SOURCE = PARSED.sources().get("plays");
  public static final List<Metric> METRICS = PARSED.metricsOf(SOURCE);
  private static final List<MetricPlan> PLANS = METRICS.stream().map(Metric::plan).toList();

  private TestingFolds() {}

  private static Definitions parse(String text) {
    return DefinitionLoader.parse(Path.of("/tmp/braid.yaml"), text, unused -> Optional.empty());
  }

  /** The same metrics and, last, one whose merges can be made to fail: see {@link FragileSum}. */
  public static final List<Metric> FRAGILE_METRICS =
      with(
              "  visits: |",
              "  visits: SELECT COUNT(*) AS n FROM plays\n"
                  + "  fragile: SELECT who, FRAGILE_SUM(CAST(1 AS BIGINT)) AS n FROM plays"
                  + " GROUP BY who\n"
                  + "  last: |")
          .metricsOf(SOURCE);

  /** Returns the source and metrics with a piece of the definitions replaced. */
  static Definitions with(String old, String changed) {
    return parse(DEFINITIONS.replace(old, changed));
  }

  static Checkpoints checkpoints(Store store, String generation) {
    return new Checkpoints(store, SOURCE, METRICS, TOPIC_ID, generation);
  }

  /** Returns a fold that starts at an offset. */
  public static PartitionFold start(long from, Carry carry) {
    PartitionFold fold = new PartitionFold(PARTITION, SOURCE.rules(), PLANS, from, carry);
    fold.rememberChanges();
    return fold;
  }

  /** Folds records up to {@code to}; one in nine offsets holds none. */
  public static void fold(PartitionFold fold, long to) {
    fold.fold(batch(fold.position(), to));
    fold.advance(to);
  }

  /** Returns the records of a range. */
  public static EventBatch batch(long from, long to) {
    Decoder decoder = SOURCE.decoder();
    for (long offset = from; offset < to; offset++) {
      if (offset % 9 != 4) {
        append(offset, decoder);
      }
    }
    return decoder.take();
  }

  private static void append(long offset, Decoder decoder) {
    Random random = new Random(offset);
    long timestampMs = 1_000_000 + 300 * offset;
    long eventTimeMs = timestampMs - random.nextInt(random.nextInt(6) == 0 ? 30_000 : 2_000);
    String id =
        "id " + (random.nextInt(3) == 0 ? Math.max(0, offset - random.nextInt(80)) : offset);
    String json =
        "{\"id\": \"%s\", \"seen\": %d, \"who\": \"w%d\", \"ms\": %s}"
            .formatted(id, eventTimeMs, random.nextInt(4), random.nextDouble());
    decoder.append(offset, timestampMs, (random.nextInt(20) == 0 ? "?" : json).getBytes(UTF_8));
  }

  /** Returns the fold of [{@code from}, {@code to}) that never stopped, from the start of a log. */
  public static PartitionFold whole(long from, long to) {
    PartitionFold fold = start(from, Carry.EMPTY);
    fold(fold, to);
    return fold;
  }

  /** Returns the finished rows of all views, each view's on its own. */
  public static List<Set<List<Object>>> rows(List<View> views) {
    List<Set<List<Object>>> all = new ArrayList<>();
    for (View view : views) {
      Batch finished = view.finish();
      Set<List<Object>> rows = new HashSet<>();
      for (int row = 0; row < finished.size(); row++) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < finished.width(); i++) {
          values.add(finished.column(i).value(row));
        }
        rows.add(values);
      }
      all.add(rows);
    }
    return all;
  }

  public static List<View> views(PartitionFold fold) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < PLANS.size(); i++) {
      views.add(fold.view(i));
    }
    return views;
  }
}
