package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.decode.JsonDecoder;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerSource;
import io.braid.serving.worker.SourceWorkers;
import io.braid.serving.worker.WorkerClient;
import io.braid.speed.peer.WorkerEndpoint;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server's side of the way to a worker meets the worker's side. */
@Timeout(60)
final class PeersTest {

  private static final String SELECT =
      """
      COUNT(*) AS n, COUNT(DISTINCT txt) AS d, SUM(dbl) AS s, SUM(price) AS sd, AVG(num) AS a,
      MIN(txt) AS lo, MAX(price) AS hi, VAR_POP(dbl) AS v, FIRST_VALUE(txt) AS f, LAST_VALUE(num) AS l,
      BOOL_OR(num > 3) AS o, APPROX_COUNT_DISTINCT(num) AS about, APPROX_QUANTILE(dbl, 0.9) AS p90
      """;

  private static final Definitions DEFINITIONS =
      DefinitionLoader.parse(
          Path.of("braid.yaml"),
          """
          name: test
          sources:
            all:
              topic: all
              columns: {txt: string, num: bigint, dbl: double, price: 'decimal(20,4)', at: timestamp}
              event_time: at
          metrics:
            windows: 'SELECT txt, %1$s FROM "all" GROUP BY txt, TUMBLE("at", INTERVAL ''10'' SECOND)'
            sessions: 'SELECT txt, %1$s FROM "all" GROUP BY txt, SESSION("at", INTERVAL ''3'' SECOND)'
            totals: 'SELECT %1$s FROM "all"'
          """
              .formatted(SELECT.replace("\n", " ")),
          name -> Optional.empty());

  private static final Source SOURCE = DEFINITIONS.sources().get("all");
  private static final List<Metric> METRICS = DEFINITIONS.metricsOf(SOURCE);
  private static final PeerSource PEER = new PeerSource("all", "topic-id", METRICS);
  private static final List<Integer> INDEXES = List.of(0, 1, 2);

  private final PartitionFold fold = fold(3_000);

  /** Hands out the fold as a worker does. */
  private final PartialViews worker =
      new PartialViews() {
        @Override
        public Optional<List<PartitionSnapshot>> read(
            String source, String generation, List<Integer> metrics, PaneRange range) {
          if (!generation.equals("log")) {
            return Optional.empty();
          }
          List<View> views = new ArrayList<>();
          metrics.forEach(index -> views.add(fold.view(index).slice(range)));
          return Optional.of(
              List.of(
                  new PartitionSnapshot(
                      new OffsetRange(2, 0, fold.position()),
                      List.of(),
                      fold.time(),
                      fold.counts(),
                      views,
                      5)));
        }

        @Override
        public Optional<SortedMap<String, Position>> positions(String source) {
          return Optional.of(new TreeMap<>(Map.of("log", Position.of(Map.of(2, fold.position())))));
        }
      };

  private final WorkerEndpoint endpoint =
      new WorkerEndpoint(
          "127.0.0.1",
          0,
          List.of(PEER),
          worker,
          "secret"::equals,
          () -> "",
          () -> new Health(List.of(), List.of()));
  private final WorkerClient client = new WorkerClient("secret", WorkerClient.Timeouts.DEFAULT);

  @AfterEach
  void close() {
    client.close();
    endpoint.close();
  }

  private static PartitionFold fold(int records) {
    Set<Integer> columns =
        IntStream.range(0, SOURCE.schema().columns().size()).boxed().collect(Collectors.toSet());
    JsonDecoder decoder = new JsonDecoder(SOURCE.schema(), SOURCE.duplicates(), columns);
    for (int i = 0; i < records; i++) {
      long at = 1_795_327_200_000L + i * 100L;
      String json =
          "{\"txt\": \"t%d\", \"num\": %d, \"dbl\": 0.%d, \"price\": %d.5, \"at\": %d}"
              .formatted(i % 17, i % 7, i, i % 1_000, at);
      decoder.append(i, at, json.getBytes(StandardCharsets.UTF_8));
    }
    PartitionFold fold =
        new PartitionFold(
            2, SOURCE.rules(), METRICS.stream().map(Metric::plan).toList(), 0, Carry.EMPTY);
    fold.fold(decoder.take());
    return fold;
  }

  private SourceWorkers workers(PeerSource source, WorkerClient with) {
    return new SourceWorkers(source, Optional.empty(), () -> Set.of(endpoint.address()), with);
  }

  private static List<List<Object>> rows(View view) {
    var finished = view.sortedByPane().finish();
    return IntStream.range(0, finished.size())
        .mapToObj(
            row ->
                IntStream.range(0, finished.width())
                    .<Object>mapToObj(i -> String.valueOf(finished.column(i).value(row)))
                    .toList())
        .toList();
  }

  @Test
  void viewsComeOverTheNetworkAsTheyAreHere() {
    PaneRange range = new PaneRange(1_795_327_200_000L + 20_000, 1_795_327_200_000L + 90_000);
    try (SourceWorkers workers = workers(PEER, client)) {
      for (PaneRange asked : List.of(PaneRange.ALL, range, PaneRange.NONE)) {
        PartitionSnapshot there = workers.generation("log").read(INDEXES, asked).get(0);
        PartitionSnapshot here = worker.read("all", "log", INDEXES, asked).orElseThrow().get(0);

        assertThat(there.folded()).isEqualTo(here.folded());
        assertThat(there.counts()).isEqualTo(here.counts());
        assertThat(there.completeAsOfMs()).isEqualTo(5);
        for (int metric : INDEXES) {
          assertThat(rows(there.views().get(metric))).isEqualTo(rows(here.views().get(metric)));
        }
      }
      assertThat(workers.generation("run-1").read(INDEXES, PaneRange.ALL)).isEmpty();
      assertThat(workers.failures()).isEmpty();
    }
  }

  @Test
  void aWorkerTellsNothingToAServerWithAnotherTokenOrOtherDefinitions() {
    PeerSource other = new PeerSource("all", "topic-id", METRICS.subList(0, 2));
    try (WorkerClient stranger = new WorkerClient("guess", WorkerClient.Timeouts.DEFAULT);
        SourceWorkers unknown = workers(PEER, stranger);
        SourceWorkers different = workers(other, client)) {
      assertThat(unknown.generation("log").read(INDEXES, PaneRange.ALL)).isEmpty();
      assertThat(unknown.failures().get(endpoint.address())).contains("(401)", "speed.token");
      assertThat(different.generation("log").read(List.of(0), PaneRange.ALL)).isEmpty();
      assertThat(different.failures().get(endpoint.address())).contains("(409)", "definitions");
      assertThatThrownBy(() -> stranger.probe(endpoint.address(), PEER).get())
          .hasMessageContaining("(401)");
    }
    assertThat(client.probe(endpoint.address(), PEER))
        .succeedsWithin(WorkerClient.Timeouts.DEFAULT.answer());
  }
}
