package io.braid.speed.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.CarrySize;
import io.braid.fold.FoldCounts;
import io.braid.log.Position;
import io.braid.speed.figures.FoldStatus.CheckpointStatus;
import io.braid.speed.figures.FoldStatus.Last;
import io.braid.speed.figures.PartitionStatus.Holding;
import io.braid.time.PartitionTime;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures are those of the status, as long as there is what they are about. */
@Timeout(60)
class SpeedFiguresTest {

  private static final long NOW = 1_795_327_200_000L;

  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern TAG = Pattern.compile("([a-z]+)=\"");

  private static final OutputStatus OUTPUTS =
      new OutputStatus(3, 40, 5, 6, 7, 8, 2, 1_500_000_000L);

  private final AtomicReference<WorkerStatus> status = new AtomicReference<>();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SpeedFigures figures = new SpeedFigures(registry, status::get);

  private static PartitionStatus partition(int partition, Holding holding) {
    return new PartitionStatus(
        partition,
        holding,
        1_000,
        56_000,
        900,
        OptionalLong.of(950),
        OptionalLong.of(NOW - 12),
        OptionalLong.of(880));
  }

  private static FoldStatus fold(int partition, boolean level) {
    return new FoldStatus(
        partition,
        level,
        890,
        new FoldCounts(790, 4, 3, List.of(2L, 9L), List.of(0L, 1L), 6),
        new PartitionTime(NOW - 2_500, NOW - 2_000),
        5_000,
        new CarrySize(700, 11_200),
        new CheckpointStatus(12, 1, Optional.of(new Last(800, NOW - 4_000, 123_456, 78))));
  }

  private static SourceStatus source(
      String name, List<GenerationStatus> generations, List<PartitionStatus> partitions) {
    return new SourceStatus(
        name,
        List.of("plays", "errors"),
        NOW,
        2_000,
        true,
        Map.of(SpeedTask.MEMBERSHIP, "The group does not answer"),
        OUTPUTS,
        generations,
        partitions);
  }

  private void show(SourceStatus... sources) {
    status.set(new WorkerStatus(3_000, 10_000, List.of(sources)));
  }

  /** Returns the samples without their prefix, by name and tags as they are written. */
  private Map<String, Double> samples() {
    Map<String, Double> samples = new TreeMap<>();
    figures
        .read(registry::scrape)
        .lines()
        .filter(line -> line.startsWith("braid_speed_"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              samples.put(
                  line.substring("braid_speed_".length(), space),
                  Double.valueOf(line.substring(space + 1)));
            });
    return samples;
  }

  @Test
  void everyFigureIsThatOfTheStatus() {
    show(
        source(
            "clicks",
            List.of(
                new GenerationStatus("log", false, List.of(fold(0, true))),
                new GenerationStatus("run-1", true, List.of(fold(0, true), fold(1, false)))),
            List.of(partition(0, Holding.OWNED), partition(1, Holding.LEFT))));

    String ofPartition = "{partition=\"0\",source=\"clicks\"}";
    String ofFold = "{generation=\"run-1\",partition=\"1\",source=\"clicks\"}";
    String late = "{generation=\"run-1\",metric=\"errors\",partition=\"1\",source=\"clicks\"}";
    assertThat(samples())
        .containsEntry("memory_budget_bytes", 10_000.0)
        .containsEntry("memory_used_bytes{source=\"clicks\"}", 2_000.0)
        .containsEntry("fetching_paused{source=\"clicks\"}", 1.0)
        .containsEntry("troubled{source=\"clicks\",task=\"membership\"}", 1.0)
        .containsEntry("troubled{source=\"clicks\",task=\"checkpoints\"}", 0.0)
        .containsEntry("partitions{holding=\"owned\",source=\"clicks\"}", 1.0)
        .containsEntry("partitions{holding=\"left\",source=\"clicks\"}", 1.0)
        .containsEntry("partitions{holding=\"adopted\",source=\"clicks\"}", 0.0)
        .containsEntry("generations{source=\"clicks\"}", 2.0)
        .containsEntry("generation_newest{generation=\"log\",source=\"clicks\"}", 0.0)
        .containsEntry("generation_newest{generation=\"run-1\",source=\"clicks\"}", 1.0)
        .containsEntry("generation_level{generation=\"log\",source=\"clicks\"}", 1.0)
        .containsEntry("generation_level{generation=\"run-1\",source=\"clicks\"}", 0.0)
        .containsEntry("generation_catching_up{generation=\"run-1\",source=\"clicks\"}", 1.0)
        .containsEntry("records_total" + ofPartition, 1_000.0)
        .containsEntry("bytes_total" + ofPartition, 56_000.0)
        .containsEntry("position" + ofPartition, 900.0)
        .containsEntry("log_end" + ofPartition, 950.0)
        .containsEntry("lag_records" + ofPartition, 50.0)
        .containsEntry("freshness_seconds" + ofPartition, 0.012)
        .containsEntry("outputs_position" + ofPartition, 880.0)
        .containsEntry("fold_position" + ofFold, 890.0)
        .containsEntry("fold_level" + ofFold, 0.0)
        .containsEntry("fold_records_total" + ofFold, 790.0)
        .containsEntry("fold_dead_letters_total" + ofFold, 4.0)
        .containsEntry("fold_duplicates_total" + ofFold, 3.0)
        .containsEntry("fold_diverted_total" + ofFold, 6.0)
        .containsEntry("fold_late_total" + late, 9.0)
        .containsEntry("fold_expression_errors_total" + late, 1.0)
        .containsEntry("fold_event_time_seconds" + ofFold, (NOW - 2_500) / 1e3)
        .containsEntry("fold_watermark_seconds" + ofFold, (NOW - 7_500) / 1e3)
        .containsEntry("fold_lag_event_time_seconds" + ofFold, 2.5)
        .containsEntry("fold_remembered_ids" + ofFold, 700.0)
        .containsEntry("fold_remembered_bytes" + ofFold, 11_200.0)
        .containsEntry("checkpoint_written_total" + ofFold, 12.0)
        .containsEntry("checkpoint_failures_total" + ofFold, 1.0)
        .containsEntry("checkpoint_position" + ofFold, 800.0)
        .containsEntry("checkpoint_age_seconds" + ofFold, 4.0)
        .containsEntry("checkpoint_size_bytes" + ofFold, 123_456.0)
        .containsEntry("checkpoint_duration_seconds" + ofFold, 0.078)
        .containsEntry("outputs_waiting{source=\"clicks\"}", 3.0)
        .containsEntry("outputs_delivered_total{source=\"clicks\"}", 40.0)
        .containsEntry("outputs_again_total{source=\"clicks\"}", 5.0)
        .containsEntry("outputs_without_content_total{source=\"clicks\"}", 6.0)
        .containsEntry("outputs_left_out_total{source=\"clicks\"}", 7.0)
        .containsEntry("outputs_failures_total{source=\"clicks\"}", 8.0)
        .containsEntry("outputs_commit_seconds_count{source=\"clicks\"}", 2.0)
        .containsEntry("outputs_commit_seconds_sum{source=\"clicks\"}", 1.5);
  }

  @Test
  void whatIsFoldedHereAndHasNotComeToTheEndsIsNamed() {
    SourceStatus status =
        source(
            "clicks",
            List.of(
                new GenerationStatus("log", false, List.of(fold(0, true), fold(3, true))),
                new GenerationStatus("run-1", true, List.of(fold(0, false), fold(1, false)))),
            List.of(
                partition(0, Holding.OWNED),
                partition(1, Holding.ADOPTED),
                partition(2, Holding.LEFT),
                partition(3, Holding.LEFT)));

    assertThat(status.behind(Position.of(Map.of(0, 891L, 1, 5L, 2, 900L, 3, 900L))))
        .containsExactly(
            "source clicks: partition 0 is folded up to 890 of 891",
            "source clicks: partition 1 is not folded yet");
    assertThat(status.behind(Position.of(Map.of(0, 890L)))).hasSize(1);
  }

  @Test
  void whatIsNotKnownIsNoNumber() {
    show(
        source(
            "clicks",
            List.of(
                new GenerationStatus(
                    "log",
                    true,
                    List.of(
                        new FoldStatus(
                            0,
                            true,
                            0,
                            FoldCounts.zero(2),
                            PartitionTime.START,
                            5_000,
                            CarrySize.NONE,
                            CheckpointStatus.NONE)))),
            List.of(
                new PartitionStatus(
                    0,
                    Holding.ADOPTED,
                    0,
                    0,
                    0,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty()))));

    Map<String, Double> samples = samples();
    Set<String> unknown = new TreeSet<>();
    samples.forEach(
        (name, value) -> {
          if (value.isNaN()) {
            unknown.add(name.substring(0, name.indexOf('{')));
          }
        });
    assertThat(unknown)
        .containsExactlyInAnyOrder(
            "log_end",
            "lag_records",
            "freshness_seconds",
            "outputs_position",
            "fold_event_time_seconds",
            "fold_watermark_seconds",
            "fold_lag_event_time_seconds",
            "checkpoint_position",
            "checkpoint_age_seconds",
            "checkpoint_size_bytes",
            "checkpoint_duration_seconds");
  }

  @Test
  void namesTypesAndTagsAreThoseOfTheReadme() throws IOException {
    show(
        source(
            "clicks",
            List.of(new GenerationStatus("log", true, List.of(fold(0, true)))),
            List.of(partition(0, Holding.OWNED))));

    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      if (line.startsWith("| `braid_speed_")) {
        String[] cells = line.split("\\|");
        Set<String> tags = new TreeSet<>(List.of(cells[3].strip().split(", ")));
        tags.remove("");
        documented.put(cells[1].strip().replace("`", ""), cells[2].strip() + " " + tags);
      }
    }
    Map<String, String> types = new TreeMap<>();
    Map<String, String> shown = new TreeMap<>();
    figures
        .read(registry::scrape)
        .lines()
        .forEach(
            line -> {
              String[] words = line.split(" ");
              if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3]);
              } else if (!line.startsWith("#")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                String name = sample.group(1).replaceAll("_(count|sum)$", "");
                Set<String> tags = new TreeSet<>();
                Matcher tag = TAG.matcher(sample.group(2) == null ? "" : sample.group(2));
                while (tag.find()) {
                  tags.add(tag.group(1));
                }
                shown.put(name, types.get(name) + " " + tags);
              }
            });
    assertThat(shown).isEqualTo(documented);
  }

  @Test
  void whatLeavesTakesItsFiguresAlongAndComesBackWithNewOnes() {
    SourceStatus both =
        source(
            "clicks",
            List.of(new GenerationStatus("log", true, List.of(fold(0, true), fold(1, true)))),
            List.of(partition(0, Holding.OWNED), partition(1, Holding.OWNED)));
    show(both);
    assertThat(samples()).containsKey("records_total{partition=\"1\",source=\"clicks\"}");

    show(
        source(
            "clicks",
            List.of(new GenerationStatus("run-1", true, List.of(fold(0, true)))),
            List.of(partition(0, Holding.OWNED))));
    assertThat(samples().keySet())
        .noneMatch(name -> name.contains("partition=\"1\"") || name.contains("=\"log\""))
        .anyMatch(name -> name.contains("partition=\"0\""));

    show(both);
    assertThat(samples())
        .containsEntry("records_total{partition=\"1\",source=\"clicks\"}", 1_000.0);
    show();
    assertThat(samples()).containsOnlyKeys("memory_budget_bytes");
  }

  @Test
  void figuresAreReadWhilePartitionsComeAndGo() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Random random = new Random(7);
    status.set(new WorkerStatus(0, 0, List.of()));
    List<Thread> readers =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try {
                            while (!over.get()) {
                              samples();
                            }
                          } catch (RuntimeException | Error e) {
                            failure.set(e);
                          }
                        }))
            .toList();
    readers.forEach(Thread::start);
    for (int round = 0; round < 200; round++) {
      List<Integer> held = IntStream.range(0, 8).filter(p -> random.nextBoolean()).boxed().toList();
      status.set(
          new WorkerStatus(
              0,
              0,
              List.of(
                  source(
                      "clicks",
                      List.of(
                          new GenerationStatus(
                              "run-" + round / 20,
                              true,
                              held.stream().map(p -> fold(p, true)).toList())),
                      held.stream().map(p -> partition(p, Holding.OWNED)).toList()))));
      samples();
    }
    over.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
    long shown = samples().keySet().stream().filter(n -> n.startsWith("records_total")).count();
    assertThat(shown).isEqualTo(status.get().sources().get(0).partitions().size());
  }
}
