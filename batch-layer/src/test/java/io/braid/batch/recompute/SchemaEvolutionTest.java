package io.braid.batch.recompute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.batch.archive.ArchiveRenewal;
import io.braid.batch.archive.ArchivedRecords;
import io.braid.batch.archive.ArchivedRecords.Raw;
import io.braid.batch.archive.Archiver;
import io.braid.batch.run.BatchRuns;
import io.braid.column.Batch;
import io.braid.decode.Decoder;
import io.braid.definition.DefinitionText;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveFile;
import io.braid.store.ArchiveListing;
import io.braid.store.ParquetColumns;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.store.ViewFile;
import io.braid.view.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An archive that was written under one definition gives, under another, what a fold of the log
 * under that other one gives: before its files are renewed and afterwards.
 */
final class SchemaEvolutionTest {

  private static final Topics.Topic TOPIC = new Topics.Topic("plays", "topic-1", 1);
  private static final int RECORDS = 400;

  private static final String JSON =
      """
      name: test
      sources:
        plays:
          topic: plays
          columns:
            id: string
            price: int
            country: {type: string, path: country}
            event_time: timestamp
          event_time: event_time
          max_future: 3650d
          deduplicate: {by: id, within: 10m}
      metrics:
        totals: |
          SELECT country, COUNT(*) AS n, COUNT(id) AS ids, SUM(price) AS price FROM plays
          GROUP BY country, TUMBLE(event_time, INTERVAL '1' MINUTE)
      """;

  /** A column is added, the path of another changes, and the type of a third. */
  private static final String LATER_JSON =
      JSON.replace("price: int", "price: double\n      first: {type: string, path: 'tags[0]'}")
          .replace("path: country", "path: client.country")
          .replace("SUM(price)", "MAX(first) AS first, SUM(price)");

  private static final String PLAY =
      """
      {"type": "record", "name": "play", "fields": [
        {"name": "id", "type": "string"},
        {"name": "price", "type": "int"},
        {"name": "country", "type": ["null", "string"]},
        {"name": "event_time", "type": "long"}]}
      """;

  private static final String LATER_PLAY =
      """
      {"type": "record", "name": "play", "fields": [
        {"name": "client", "type": {"type": "record", "name": "client", "fields": [
          {"name": "country", "type": ["null", "string"], "default": null}]}, "default": {}},
        {"name": "first", "type": "string", "default": "none"},
        {"name": "id", "type": "string"},
        {"name": "cost", "aliases": ["price"], "type": "double"},
        {"name": "event_time", "type": "long"}]}
      """;

  private static final String AVRO =
      JSON.replace("    columns:", "    format: avro\n    schema: play.avsc\n    columns:");

  private static final String LATER_AVRO =
      LATER_JSON
          .replace(
              "    columns:",
              "    format: avro\n    schema: later.avsc\n    writer_schemas: [play.avsc]\n    columns:")
          .replace("price: double", "price: {type: double, path: cost}")
          .replace("{type: string, path: 'tags[0]'}", "string");

  private static SparkEngine engine;

  @TempDir Path directory;
  private Store store;

  @BeforeAll
  static void startSpark() {
    engine = new SparkEngine("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    engine.close();
  }

  @BeforeEach
  void openStore() {
    store = Store.open(directory.resolve("store").toUri());
  }

  private DefinitionText definitions(String yaml) throws IOException {
    Path file = directory.resolve("braid.yaml");
    Files.writeString(file, yaml);
    Files.writeString(directory.resolve("play.avsc"), PLAY);
    Files.writeString(directory.resolve("later.avsc"), LATER_PLAY);
    DefinitionText text =
        DefinitionText.read(file, Map.of(), Optional.of(URI.create(store.location().toString())));
    Files.delete(directory.resolve("play.avsc")); // executors have none of the driver's files
    Files.delete(directory.resolve("later.avsc"));
    return text;
  }

  /** Records of both definitions' producers, each of which the other cannot read now and then. */
  private static List<Raw> json() {
    Random random = new Random(5);
    List<Raw> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      long time = 1_700_000_000_000L + i * 500L;
      String value =
          switch (random.nextInt(4)) {
            case 0 -> "{\"id\": \"%d\", \"price\": %d, \"country\": \"DE\", \"event_time\": %d}";
            case 1 -> // a fraction: a dead letter of the first definition
                "{\"id\": \"%d\", \"price\": %d.5, \"client\": {\"country\": \"FR\"},"
                    + " \"event_time\": %d}";
            case 2 -> // a number for a tag: a dead letter of the second
                "{\"id\": \"%d\", \"price\": %d, \"tags\": [7], \"event_time\": %d}";
            default ->
                "{\"id\": \"%d\", \"price\": %d, \"tags\": [\"new\"],"
                    + " \"client\": {\"country\": \"IT\"}, \"event_time\": %d}";
          };
      records.add(new Raw(i, time, value.formatted(random.nextInt(RECORDS), i, time)));
    }
    return records;
  }

  /**
   * Records of the first schema with and without a header, and of the second with one. A plain
   * datum of the first is none of the second; a header of the second is unknown to the first.
   */
  private static List<Raw> avro() throws IOException {
    Schema play = new Schema.Parser().parse(PLAY);
    Schema later = new Schema.Parser().parse(LATER_PLAY);
    Random random = new Random(6);
    List<Raw> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      long time = 1_700_000_000_000L + i * 500L;
      int kind = random.nextInt(3);
      GenericData.Record record = new GenericData.Record(kind == 2 ? later : play);
      record.put("id", "id " + random.nextInt(RECORDS));
      record.put("event_time", time);
      if (kind == 2) {
        GenericData.Record client = new GenericData.Record(later.getField("client").schema());
        client.put("country", "FR");
        record.put("client", client);
        record.put("first", "a tag");
        record.put("cost", i + 0.5);
      } else {
        record.put("price", i);
        record.put("country", i % 2 == 0 ? "DE" : null);
      }
      records.add(new Raw(i, time, kind == 0 ? plain(record) : headed(record)));
    }
    records.add(new Raw(RECORDS, 0, (byte[]) null));
    return records;
  }

  private static byte[] plain(GenericData.Record record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
    return bytes.toByteArray();
  }

  private static byte[] headed(GenericData.Record record) throws IOException {
    ByteBuffer message =
        new BinaryMessageEncoder<GenericData.Record>(GenericData.get(), record.getSchema())
            .encode(record);
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    return bytes;
  }

  @Test
  void archiveOfJsonGivesWhatTheLaterDefinitionSays() throws IOException {
    checkBothWays(JSON, LATER_JSON, json());
  }

  @Test
  void archiveOfAvroGivesWhatTheLaterDefinitionSays() throws IOException {
    checkBothWays(AVRO, LATER_AVRO, avro());
  }

  private void checkBothWays(String first, String second, List<Raw> log) throws IOException {
    Source before = source(definitions(first));
    Source after = source(definitions(second));
    assertThat(after.decodeFingerprint()).isNotEqualTo(before.decodeFingerprint());
    List<Long> firstLetters = deadLetters(before, log);
    List<Long> secondLetters = deadLetters(after, log);
    assertThat(firstLetters).as("some are repaired").anyMatch(o -> !secondLetters.contains(o));
    assertThat(secondLetters).as("and new ones made").anyMatch(o -> !firstLetters.contains(o));
    long end = log.get(log.size() - 1).offset() + 1;
    ArchivedRecords.write(store, before, TOPIC.id(), 0, 0, 150, log.subList(0, 150));
    ArchivedRecords.write(store, before, TOPIC.id(), 0, 150, end, log.subList(150, log.size()));
    ArchiveRenewal renewal = new ArchiveRenewal(store);
    int run = 0;
    for (String yaml : List.of(first, second, first)) {
      DefinitionText text = definitions(yaml);
      checkRecompute("run-" + run++, text, log, end);
      List<List<Object>> raw = rawColumns();

      ArchiveRenewal.Outcome outcome = renewal.renew(source(text), TOPIC, () -> false);

      assertThat(outcome)
          .isEqualTo(
              run == 1
                  ? new ArchiveRenewal.Outcome(0, 0, true)
                  : new ArchiveRenewal.Outcome(2, log.size(), true));
      assertThat(files())
          .allSatisfy(
              file ->
                  assertThat(ArchiveFile.stampOf(file)).isEqualTo(ArchiveFile.stamp(source(text))));
      assertThat(rawColumns()).isEqualTo(raw);
      checkRecompute("run-" + run++, text, log, end);
    }
  }

  private void checkRecompute(String run, DefinitionText text, List<Raw> log, long end)
      throws IOException {
    Source source = source(text);
    List<Metric> metrics = text.load().metricsOf(source);
    List<MetricPlan> plans = metrics.stream().map(Metric::plan).toList();
    PartitionFold fold = new PartitionFold(0, source.rules(), plans, 0, Carry.EMPTY);
    Decoder decoder = source.decoder();
    for (Raw raw : log) {
      decoder.append(raw.offset(), raw.timestampMs(), raw.value());
    }
    fold.fold(decoder.take());

    RunManifest manifest =
        new Recompute(store, text, engine, InstantSource.system(), "test")
            .run(
                run,
                source,
                metrics,
                TOPIC,
                Position.of(Map.of(0, end)),
                Optional.empty(),
                events -> {});

    View found = new View(plans.get(0).schema());
    for (RunManifest.ViewPart part : manifest.metrics().get(0).parts()) {
      found.merge(ViewFile.read(store.resolve(part.path()), found.schema()));
    }
    assertThat(rows(found)).isNotEmpty().isEqualTo(rows(fold.view(0)));
    assertThat(manifest.counts().get(0)).isEqualTo(fold.counts());
  }

  @Test
  void recomputeAfterARenewalReadsTheDecodedColumns() throws IOException {
    List<Raw> log = json();
    ArchivedRecords.write(store, source(definitions(JSON)), TOPIC.id(), 0, 0, RECORDS, log);
    DefinitionText text = definitions(LATER_JSON);
    new ArchiveRenewal(store).renew(source(text), TOPIC, () -> false);
    // Raw values that say nothing: only the decoded columns can give what the log gave.
    org.apache.hadoop.fs.Path file = files().get(0);
    List<GenericRecord> records = read(file);
    store.delete(file);
    try (ParquetWriter<GenericRecord> writer =
        ParquetColumns.open(
            file,
            ArchiveFile.schema(source(text).schema()),
            Map.of(ParquetColumns.STAMP, ArchiveFile.stamp(source(text))))) {
      for (GenericRecord record : records) {
        record.put(ArchiveFile.VALUE, ByteBuffer.allocate(0));
        writer.write(record);
      }
    }
    checkRecompute("run-1", text, log, RECORDS);
  }

  @Test
  void leftoverOfACrashIsNoFileAndIsTidiedUp() throws IOException {
    List<Raw> log = json();
    ArchivedRecords.write(store, source(definitions(JSON)), TOPIC.id(), 0, 0, RECORDS, log);
    org.apache.hadoop.fs.Path folder = store.archive("plays", TOPIC.id(), 0);
    org.apache.hadoop.fs.Path half = store.temporary(folder);
    store.replace(half, new byte[] {'P', 'A', 'R', '1'});
    assertThat(files()).hasSize(1);

    DefinitionText text = definitions(LATER_JSON);
    checkRecompute("run-1", text, log, RECORDS);
    new ArchiveRenewal(store).renew(source(text), TOPIC, () -> false);

    assertThat(store.read(half)).isEmpty();
    checkRecompute("run-2", text, log, RECORDS);
  }

  @Test
  void renewalThatGivesWayOrFailsLeavesFilesAsTheyWere() throws IOException {
    List<Raw> log = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      log.add(new Raw(i, i, "{\"id\": \"%d\", \"event_time\": %d}".formatted(i, i)));
    }
    Source before = source(definitions(JSON));
    ArchivedRecords.write(store, before, TOPIC.id(), 0, 0, 10, log.subList(0, 10));
    ArchivedRecords.write(store, before, TOPIC.id(), 0, 10, 5_000, log.subList(10, 5_000));
    Source after = source(definitions(LATER_JSON));
    int[] asked = {0};

    // Asked before each file and between batches: the third time is inside the second file.
    ArchiveRenewal.Outcome outcome =
        new ArchiveRenewal(store).renew(after, TOPIC, () -> ++asked[0] >= 3);

    assertThat(outcome).isEqualTo(new ArchiveRenewal.Outcome(1, 10, false));
    assertThat(files().stream().map(ArchiveFile::stampOf))
        .containsExactly(ArchiveFile.stamp(after), ArchiveFile.stamp(before));
    org.apache.hadoop.fs.Path folder = store.archive("plays", TOPIC.id(), 0);
    try (var entries = Files.list(Path.of(folder.toUri().getPath()))) {
      assertThat(entries).as("no temporary file is left").hasSize(2);
    }

    store.replace(files().get(1), new byte[] {'n', 'o'});
    assertThatThrownBy(() -> new ArchiveRenewal(store).renew(after, TOPIC, () -> false))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("10-5000.parquet");
    assertThat(store.read(files().get(1))).contains(new byte[] {'n', 'o'});
  }

  @Test
  void runsRenewTheArchiveAfterTheirStart() throws Exception {
    ArchivedRecords.write(store, source(definitions(JSON)), TOPIC.id(), 0, 0, RECORDS, json());
    DefinitionText text = definitions(LATER_JSON);
    Map<String, String> nobody = Map.of("bootstrap.servers", "127.0.0.1:1");
    try (Topics topics = new Topics(nobody);
        BatchRuns runs =
            new BatchRuns(
                text.load(),
                store,
                topics,
                Map.of("plays", TOPIC),
                new Archiver(store, nobody, topics),
                new ArchiveRenewal(store),
                new Recompute(store, text, engine, InstantSource.system(), "test"),
                (publication, manifest) -> {},
                InstantSource.system())) {
      assertThat(runs.list()).isEmpty();
      long deadline = System.nanoTime() + 30_000_000_000L;
      String current = ArchiveFile.stamp(source(text));
      while (!carries(files().get(0), current) && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(ArchiveFile.stampOf(files().get(0))).isEqualTo(current);
    }
  }

  /** A look that falls into the replacement meets one file's length and the other's bytes. */
  private static boolean carries(org.apache.hadoop.fs.Path file, String stamp) {
    try {
      return ArchiveFile.stampOf(file).equals(stamp);
    } catch (StoreException e) {
      return false;
    }
  }

  private static Source source(DefinitionText text) {
    return text.load().sources().get("plays");
  }

  private static List<Long> deadLetters(Source source, List<Raw> log) {
    Decoder decoder = source.decoder();
    log.forEach(raw -> decoder.append(raw.offset(), raw.timestampMs(), raw.value()));
    var batch = decoder.take();
    List<Long> offsets = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      if (batch.isDeadLetter(row)) {
        offsets.add(batch.offset(row));
      }
    }
    return offsets;
  }

  private List<org.apache.hadoop.fs.Path> files() {
    return ArchiveListing.of(store, store.archive("plays", TOPIC.id(), 0)).files().stream()
        .map(ArchiveListing.Entry::path)
        .toList();
  }

  private List<List<Object>> rawColumns() throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (org.apache.hadoop.fs.Path file : files()) {
      for (GenericRecord record : read(file)) {
        List<Object> row = new ArrayList<>();
        for (Schema.Field field : ArchiveFile.rawSchema().getFields()) {
          row.add(record.get(field.name()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<GenericRecord> read(org.apache.hadoop.fs.Path file) throws IOException {
    List<GenericRecord> records = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(
                HadoopInputFile.fromPath(file, Store.configuration()))
            .withDataModel(GenericData.get())
            .build()) {
      for (GenericRecord record = reader.read(); record != null; record = reader.read()) {
        records.add(record);
      }
    }
    return records;
  }

  private static List<String> rows(View view) {
    Batch finished = view.finish();
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < finished.size(); row++) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < finished.width(); column++) {
        text.append(finished.column(column).value(row)).append('|');
      }
      rows.add(text.toString());
    }
    rows.sort(null);
    return rows;
  }
}
