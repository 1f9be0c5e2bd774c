package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.log.Position;
import io.braid.time.PartitionTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands around a run: its manifest, its carry, its publication, the archive it read. */
class RunFilesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00.123456Z");

  @TempDir java.nio.file.Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
  }

  @Test
  void publicationsAreNumberedFromOneAndTheHighestServes() {
    assertThat(Publication.latest(store, "playback")).isEmpty();
    for (int i = 1; i <= 11; i++) {
      Publication publication = Publication.publish(store, manifest("run-" + i), NOW);
      assertThat(publication.number()).isEqualTo(i);
      assertThat(Publication.latest(store, "playback")).contains(publication);
    }
    Publication latest = Publication.latest(store, "playback").orElseThrow();
    assertThat(latest.run()).isEqualTo("run-11");
    assertThat(latest.cut()).isEqualTo(Position.of(Map.of(0, 120L, 10, 95L)));
    assertThat(latest.fingerprints()).containsExactly(Map.entry("quality", "f00d"));
    assertThat(latest.publishedAt()).isEqualTo("2026-11-22T06:00:00.123Z");
  }

  @Test
  void publishersThatRaceTakeNumbersOfTheirOwn() throws Exception {
    ExecutorService publishers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Publication>> racing = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RunManifest manifest = manifest("run-" + i);
        racing.add(publishers.submit(() -> Publication.publish(store, manifest, NOW)));
      }
      List<Integer> numbers = new ArrayList<>();
      Map<Integer, String> runs = new TreeMap<>();
      for (Future<Publication> publication : racing) {
        numbers.add(publication.get().number());
        runs.put(publication.get().number(), publication.get().run());
      }
      assertThat(numbers).doesNotHaveDuplicates().hasSize(40);
      assertThat(runs.keySet()).last().isEqualTo(40);
      assertThat(Publication.latest(store, "playback").orElseThrow().run()).isEqualTo(runs.get(40));
    } finally {
      publishers.shutdownNow();
    }
  }

  @Test
  void manifestIsReadBackAsItWasWritten() {
    RunManifest manifest = manifest("run-1");
    assertThat(RunManifest.read(store, "run-1")).isEmpty();
    manifest.write(store);
    assertThat(RunManifest.read(store, "run-1")).contains(manifest);
    assertThat(manifest.view("f00d").orElseThrow().metric()).isEqualTo("quality");
    assertThat(manifest.view("cafe")).isEmpty();
  }

  @Test
  void manifestOfAVersionThatKeptNoTimesHasNone() {
    Path file = new Path(store.run("run-1"), "manifest.json");
    manifest("run-1").write(store);
    String written = new String(store.read(file).orElseThrow(), StandardCharsets.UTF_8);
    String older = written.replaceFirst("(?s)\"times\" : \\{.*?\\}\\s*\\},", "");
    store.delete(file);
    store.putIfAbsent(file, older.getBytes(StandardCharsets.UTF_8));

    assertThat(older).doesNotContain("times").hasSizeLessThan(written.length());
    assertThat(RunManifest.read(store, "run-1").orElseThrow().times()).isEmpty();
  }

  @Test
  void runIsFinishedOnce() {
    manifest("run-1").write(store);
    assertThatThrownBy(() -> manifest("run-1").write(store))
        .isInstanceOf(StoreException.class)
        .hasMessage("Cannot finish run run-1: it has a manifest already");
  }

  @Test
  void manifestThatIsDamagedIsRefusedAtItsPlace() {
    store.putIfAbsent(new Path(store.run("run-1"), "manifest.json"), new byte[] {'{'});
    assertThatThrownBy(() -> RunManifest.read(store, "run-1"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("runs/run-1/manifest.json")
        .hasMessageContaining("it is no RunManifest");
  }

  @Test
  void carriesAreReadBackByPartition() {
    SortedMap<Integer, Carry> carries = new TreeMap<>();
    byte[] withIds = new byte[20 + 4 + 24];
    withIds[3] = 1;
    withIds[23] = 1;
    withIds[47] = 7;
    carries.put(0, Carry.EMPTY);
    carries.put(12, Carry.decode(withIds));
    CarryFile.write(store, "run-1", carries);
    SortedMap<Integer, Carry> read = CarryFile.read(store, "run-1");
    assertThat(read).containsOnlyKeys(0, 12);
    assertThat(read.get(0).encode()).isEqualTo(Carry.EMPTY.encode());
    assertThat(read.get(12).encode()).isEqualTo(withIds);
    assertThatThrownBy(() -> CarryFile.write(store, "run-1", carries))
        .hasMessage("Cannot finish run run-1: it has a carry already");
  }

  @Test
  void carryThatIsMissingOrDamagedIsRefused() {
    assertThatThrownBy(() -> CarryFile.read(store, "run-1"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Cannot find");
    store.putIfAbsent(new Path(store.run("run-1"), "carry"), new byte[] {0, 0, 0, 1, 0});
    assertThatThrownBy(() -> CarryFile.read(store, "run-1"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("it is damaged");
  }

  @Test
  void carryWithAnyByteChangedIsRefused() {
    byte[] withIds = new byte[20 + 4 + 24];
    withIds[3] = 1;
    withIds[23] = 1;
    CarryFile.write(store, "run-1", new TreeMap<>(Map.of(4, Carry.decode(withIds))));
    Path file = new Path(store.run("run-1"), "carry");
    byte[] written = store.read(file).orElseThrow();
    for (int i = 0; i < written.length; i++) {
      byte[] changed = written.clone();
      changed[i] ^= 0x10;
      store.replace(file, changed);
      assertThatThrownBy(() -> CarryFile.read(store, "run-1"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("run-1/carry")
          .hasMessageContaining("it is damaged");
    }
  }

  @Test
  void carriesOfARunMustNameEveryPartitionOfItsCut() {
    CarryFile.write(store, "run-1", new TreeMap<>(Map.of(0, Carry.EMPTY, 10, Carry.EMPTY)));
    CarryFile.write(store, "run-2", new TreeMap<>(Map.of(0, Carry.EMPTY)));
    assertThat(CarryFile.read(store, manifest("run-1"))).containsOnlyKeys(0, 10);
    assertThatThrownBy(() -> CarryFile.read(store, manifest("run-2")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has no carry of partition 10, whose cut is 95");
  }

  @Test
  void archiveSaysWhatItHoldsAndWhatComesNext() {
    Path archive = archive("100-200.parquet", "20-100.parquet", "5-20.hole", "notes.txt");
    ArchiveListing listing = ArchiveListing.of(store, archive);
    assertThat(listing.files()).extracting(ArchiveListing.Entry::from).containsExactly(20L, 100L);
    assertThat(listing.holes()).extracting(ArchiveListing.Entry::to).containsExactly(20L);
    assertThat(listing.origin()).hasValue(5);
    assertThat(listing.next()).hasValue(200);
  }

  @Test
  void archiveThatIsEmptyHasNeitherOriginNorNext() {
    ArchiveListing listing = ArchiveListing.of(store, store.archive("s", "t", 0));
    assertThat(listing.origin()).isEmpty();
    assertThat(listing.next()).isEmpty();
  }

  @Test
  void archiveWithAGapIsRefused() {
    assertRefused("0-10.parquet", "11-20.parquet");
  }

  @Test
  void archiveWhoseRangesOverlapIsRefused() {
    assertRefused("0-10.parquet", "9-20.parquet");
    assertRefused("30-40.parquet", "30-40.hole");
    assertRefused("50-90.parquet", "60-70.parquet");
  }

  @Test
  void namesSortAsNumbers() {
    Path archive = archive("0-9.parquet", "9-10.parquet", "10-100.parquet");
    assertThat(ArchiveListing.of(store, archive).files())
        .extracting(entry -> entry.path().getName())
        .containsExactly("0-9.parquet", "9-10.parquet", "10-100.parquet");
    assertThat(ArchiveListing.fileName(9, 10)).isEqualTo("9-10.parquet");
    assertThat(ArchiveListing.holeName(9, 10)).isEqualTo("9-10.hole");
  }

  private void assertRefused(String... names) {
    Path archive = archive(names);
    assertThatThrownBy(() -> ArchiveListing.of(store, archive))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is not followed by the offset it ends at but by");
    store.delete(archive);
  }

  private Path archive(String... names) {
    Path archive = store.archive("playback", "topic-id", 3);
    for (String name : names) {
      store.putIfAbsent(new Path(archive, name), new byte[0]);
    }
    return archive;
  }

  private static RunManifest manifest(String run) {
    SortedMap<Integer, FoldCounts> counts = new TreeMap<>();
    counts.put(0, new FoldCounts(120, 1, 2, List.of(3L), List.of(4L), 0));
    counts.put(10, FoldCounts.zero(1));
    return new RunManifest(
        run,
        "playback",
        "topic-id",
        "full",
        Position.of(Map.of(0, 0L, 10, 5L)),
        Position.of(Map.of(10, 95L, 0, 120L)),
        List.of(new RunManifest.Missing(10, 5, 20, "expired")),
        counts,
        new TreeMap<>(Map.of(0, new PartitionTime(5, 7), 10, PartitionTime.START)),
        List.of(
            new RunManifest.MetricView(
                "quality", "f00d", List.of(new RunManifest.ViewPart("views/x", 1, 2, "abc")))),
        "2026-11-22T06:00:00.000Z",
        "1.0",
        new TreeMap<>());
  }
}
