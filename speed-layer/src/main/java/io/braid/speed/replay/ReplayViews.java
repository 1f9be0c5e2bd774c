package io.braid.speed.replay;

import io.braid.definition.Metric;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.store.Json;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import io.braid.view.ViewCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replay folded, as bytes: version, fingerprints of the metrics, then for each partition a
 * JSON head with all but the views, and the views.
 */
final class ReplayViews {

  private static final int VERSION = 1;

  private ReplayViews() {}

  /** What a replay made of one partition, and what continues it. */
  record Folded(PartitionSnapshot snapshot, Carry carry) {}

  /** All of a snapshot but its views. */
  private record Head(
      OffsetRange folded,
      List<OffsetRange> lost,
      PartitionTime time,
      FoldCounts counts,
      long completeAsOfMs) {}

  /** Returns the bytes of partitions whose snapshots hold the views of all {@code metrics}. */
  static byte[] encode(List<Folded> partitions, List<Metric> metrics) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeInt(metrics.size());
      for (Metric metric : metrics) {
        out.writeUTF(metric.fingerprint());
      }
      out.writeInt(partitions.size());
      for (Folded partition : partitions) {
        PartitionSnapshot snapshot = partition.snapshot();
        Head head =
            new Head(
                snapshot.folded(),
                snapshot.lost(),
                snapshot.time(),
                snapshot.counts(),
                snapshot.completeAsOfMs());
        write(Json.mapper().writeValueAsBytes(head), out);
        write(partition.carry().encode(), out);
        for (View view : snapshot.views()) {
          write(ViewCodec.encode(view), out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Returns what was encoded.
   *
   * @throws IllegalStateException when the definition of a metric has changed since
   */
  static List<Folded> decode(byte[] bytes, List<Metric> metrics) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      List<String> fingerprints = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        fingerprints.add(in.readUTF());
      }
      if (version != VERSION
          || !fingerprints.equals(metrics.stream().map(Metric::fingerprint).toList())) {
        throw new IllegalStateException(
            "Cannot read the replay: its metrics were defined otherwise than now; replay again");
      }
      List<Folded> folded = new ArrayList<>();
      int partitions = in.readInt();
      for (int i = 0; i < partitions; i++) {
        Head head = Json.mapper().readValue(read(in), Head.class);
        Carry carry = Carry.decode(read(in));
        List<View> views = new ArrayList<>();
        for (Metric metric : metrics) {
          views.add(ViewCodec.decode(read(in), metric.plan().schema()));
        }
        PartitionSnapshot snapshot =
            new PartitionSnapshot(
                head.folded(),
                head.lost(),
                head.time(),
                head.counts(),
                views,
                head.completeAsOfMs());
        folded.add(new Folded(snapshot, carry));
      }
      return folded;
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read the replay: its file is damaged", e);
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
