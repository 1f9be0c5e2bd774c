package io.braid.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.log.OffsetRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveReaderTest {

  private static final int PARTITION = 2;

  @TempDir java.nio.file.Path folder;
  private Store store;
  private ArchiveReader reader;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
    reader = new ArchiveReader(store, "plays", "topic-id");
  }

  private Path archive() {
    return store.archive("plays", "topic-id", PARTITION);
  }

  /** Writes a file in which offsets that end in 7 have no record. */
  private Path write(long from, long to) throws IOException {
    Path file = new Path(archive(), ArchiveListing.fileName(from, to));
    try (ParquetWriter<GenericRecord> writer =
        ParquetColumns.open(file, ArchiveFile.rawSchema(), Map.of())) {
      for (long offset = from; offset < to; offset++) {
        if (offset % 10 != 7) {
          GenericRecord record = new GenericData.Record(ArchiveFile.rawSchema());
          record.put(ArchiveFile.OFFSET, offset);
          record.put(ArchiveFile.TIMESTAMP, 1000 + offset);
          record.put(ArchiveFile.KEY, ByteBuffer.wrap(new byte[] {1}));
          byte[] value = value(offset);
          record.put(ArchiveFile.VALUE, value == null ? null : ByteBuffer.wrap(value));
          record.put(ArchiveFile.HEADERS, List.of());
          writer.write(record);
        }
      }
    }
    return file;
  }

  private static byte[] value(long offset) {
    return offset % 10 == 3 ? null : ("value " + offset).getBytes(UTF_8);
  }

  private void writeHole(long from, long to) {
    store.putIfAbsent(new Path(archive(), ArchiveListing.holeName(from, to)), new byte[0]);
  }

  /** Reads a range, compares every record with what was written, and returns where it ended. */
  private long requireRead(long from, long to) {
    List<Long> offsets = new ArrayList<>();
    long[] nextOfAll = {from};
    long end =
        reader.read(
            new OffsetRange(PARTITION, from, to),
            records -> {
              for (int i = 0; i < records.size(); i++) {
                long offset = records.offset(i);
                assertThat(offset).isBetween(nextOfAll[0], records.next() - 1);
                assertThat(records.timestampMs(i)).isEqualTo(1000 + offset);
                assertThat(records.value(i)).isEqualTo(value(offset));
                offsets.add(offset);
              }
              assertThat(records.next()).isGreaterThan(nextOfAll[0]);
              nextOfAll[0] = records.next();
            });
    assertThat(nextOfAll[0]).isEqualTo(end);
    List<Long> expected = new ArrayList<>();
    for (long offset = from; offset < end; offset++) {
      if (offset % 10 != 7) {
        expected.add(offset);
      }
    }
    assertThat(offsets).isEqualTo(expected);
    return end;
  }

  @Test
  void anyRangeWithinTheFilesIsHandedOverWhole() throws IOException {
    write(5, 18);
    write(18, 19);
    write(19, 40);
    for (long from : new long[] {5, 6, 17, 18, 19, 27, 39, 40}) {
      assertThat(reader.reach(PARTITION, from)).isEqualTo(40);
      for (long to = from; to <= 45; to += 3) {
        assertThat(requireRead(from, to)).as("%d to %d", from, to).isEqualTo(Math.min(to, 40));
      }
    }
  }

  @Test
  void manyRecordsComeInBatches() throws IOException {
    write(0, 10_000);
    List<Integer> sizes = new ArrayList<>();
    reader.read(new OffsetRange(PARTITION, 0, 10_000), records -> sizes.add(records.size()));
    assertThat(sizes).containsExactly(4096, 4096, 9000 - 2 * 4096);
    assertThat(requireRead(4321, 9876)).isEqualTo(9876);
  }

  @Test
  void whatTheArchiveDoesNotHaveEndsIt() throws IOException {
    write(10, 20);
    writeHole(20, 30);
    write(30, 40);
    write(50, 60);
    assertThat(requireRead(12, 60)).isEqualTo(20);
    assertThat(requireRead(20, 60)).isEqualTo(20);
    assertThat(requireRead(25, 60)).isEqualTo(25);
    assertThat(requireRead(30, 60)).isEqualTo(40);
    assertThat(requireRead(40, 60)).isEqualTo(40);
    assertThat(requireRead(3, 60)).isEqualTo(3);
    assertThat(reader.reach(PARTITION, 12)).isEqualTo(20);
    assertThat(reader.reach(PARTITION, 30)).isEqualTo(40);
    assertThat(reader.reach(PARTITION, 45)).isEqualTo(45);
    assertThat(reader.reach(PARTITION + 1, 12)).isEqualTo(12);
  }

  @Test
  void fileThatIsReplacedWhileItIsReadIsReadOnWithoutARepetition() throws IOException {
    write(0, 9000);
    List<Long> offsets = new ArrayList<>();
    reader.read(
        new OffsetRange(PARTITION, 0, 9000),
        records -> {
          for (int i = 0; i < records.size(); i++) {
            offsets.add(records.offset(i));
          }
          try {
            Path other = write(0, 9001);
            store.replace(other, new Path(archive(), ArchiveListing.fileName(0, 9000)));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(offsets).hasSize(8100).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void damagedFileIsAnErrorThatNamesIt() throws IOException {
    Path file = write(0, 10);
    java.nio.file.Path damaged = java.nio.file.Path.of(file.toUri().getPath());
    Files.write(damaged, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> requireRead(0, 10))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("Cannot read " + file);
  }

  @Test
  void whatTheConsumerThrowsIsPassedOn() throws IOException {
    write(0, 10);
    assertThatThrownBy(
            () ->
                reader.read(
                    new OffsetRange(PARTITION, 0, 10),
                    records -> {
                      throw new IllegalStateException("enough");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
  }
}
