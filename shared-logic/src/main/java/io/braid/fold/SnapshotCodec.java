package io.braid.fold;

import io.braid.log.OffsetRange;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import io.braid.view.ViewCodec;
import io.braid.view.ViewSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Snapshots as bytes, in which they are kept in checkpoints and replays and travel from workers to
 * servers: a version, offsets, times, counts, then the views. The byte table stands in this
 * module's README.
 */
public final class SnapshotCodec {

  private static final int VERSION = 1;

  private SnapshotCodec() {}

  /** Writes {@code snapshot} with all the views it has. */
  public static void write(PartitionSnapshot snapshot, DataOutput out) throws IOException {
    out.writeInt(VERSION);
    write(snapshot.folded(), out);
    out.writeInt(snapshot.lost().size());
    for (OffsetRange lost : snapshot.lost()) {
      write(lost, out);
    }
    out.writeLong(snapshot.time().highestMs());
    out.writeLong(snapshot.time().lastTimestampMs());
    FoldCounts counts = snapshot.counts();
    out.writeLong(counts.records());
    out.writeLong(counts.deadLetters());
    out.writeLong(counts.duplicates());
    out.writeLong(counts.diverted());
    write(counts.late(), out);
    write(counts.expressionErrors(), out);
    out.writeLong(snapshot.completeAsOfMs());
    out.writeLong(snapshot.carrySize().ids());
    out.writeLong(snapshot.carrySize().bytes());
    out.writeInt(snapshot.views().size());
    for (View view : snapshot.views()) {
      ViewCodec.write(view, out);
    }
  }

  private static void write(OffsetRange range, DataOutput out) throws IOException {
    out.writeInt(range.partition());
    out.writeLong(range.from());
    out.writeLong(range.to());
  }

  private static void write(List<Long> counts, DataOutput out) throws IOException {
    out.writeInt(counts.size());
    for (long count : counts) {
      out.writeLong(count);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param schemas of the views that were written, in their order
   * @throws IllegalArgumentException when it is of another version or has another number of views
   */
  public static PartitionSnapshot read(DataInput in, List<ViewSchema> schemas) throws IOException {
    int version = in.readInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Cannot decode a snapshot of version %d, expected %d".formatted(version, VERSION));
    }
    OffsetRange folded = readRange(in);
    List<OffsetRange> lost = new ArrayList<>();
    int lostRanges = in.readInt();
    for (int i = 0; i < lostRanges; i++) {
      lost.add(readRange(in));
    }
    PartitionTime time = new PartitionTime(in.readLong(), in.readLong());
    long records = in.readLong();
    long deadLetters = in.readLong();
    long duplicates = in.readLong();
    long diverted = in.readLong();
    FoldCounts counts =
        new FoldCounts(records, deadLetters, duplicates, readCounts(in), readCounts(in), diverted);
    long completeAsOfMs = in.readLong();
    CarrySize carrySize = new CarrySize(in.readLong(), in.readLong());
    int count = in.readInt();
    if (count != schemas.size()) {
      throw new IllegalArgumentException(
          "Cannot decode a snapshot: it has %d views, expected %d"
              .formatted(count, schemas.size()));
    }
    List<View> views = new ArrayList<>();
    for (ViewSchema schema : schemas) {
      views.add(ViewCodec.read(in, schema));
    }
    return new PartitionSnapshot(folded, lost, time, counts, views, completeAsOfMs, carrySize);
  }

  private static OffsetRange readRange(DataInput in) throws IOException {
    return new OffsetRange(in.readInt(), in.readLong(), in.readLong());
  }

  private static List<Long> readCounts(DataInput in) throws IOException {
    List<Long> counts = new ArrayList<>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      counts.add(in.readLong());
    }
    return counts;
  }
}
