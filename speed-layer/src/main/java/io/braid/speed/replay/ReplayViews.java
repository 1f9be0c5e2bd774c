package io.braid.speed.replay;

import io.braid.definition.Metric;
import io.braid.fold.Carry;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SnapshotCodec;
import io.braid.view.ViewSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replay folded, as bytes: version, fingerprints of the metrics, then for each partition the
 * carry and the snapshot.
 */
final class ReplayViews {

  private static final int VERSION = 2;

  private ReplayViews() {}

  /** What a replay made of one partition, and what continues it. */
  record Folded(PartitionSnapshot snapshot, Carry carry) {}

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
        partition.carry().write(out);
        SnapshotCodec.write(partition.snapshot(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
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
      List<ViewSchema> schemas = metrics.stream().map(metric -> metric.plan().schema()).toList();
      List<Folded> folded = new ArrayList<>();
      int partitions = in.readInt();
      for (int i = 0; i < partitions; i++) {
        Carry carry = Carry.read(in);
        folded.add(new Folded(SnapshotCodec.read(in, schemas), carry));
      }
      return folded;
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read the replay: its file is damaged", e);
    }
  }
}
