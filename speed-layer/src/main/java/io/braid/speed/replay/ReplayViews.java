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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a replay folded, as bytes: version, topic id, fingerprints of the metrics, then for each
 * partition the carry and the snapshot, and last the CRC32C of all before.
 */
final class ReplayViews {

  private static final int VERSION = 3;

  private ReplayViews() {}

  /** What a replay made of one partition, and what continues it. */
  record Folded(PartitionSnapshot snapshot, Carry carry) {}

  /**
   * Returns the bytes of partitions whose snapshots hold the views of all {@code metrics}; none
   * before the first is folded.
   *
   * @param topicId of the log that is folded
   */
  static byte[] encode(List<Folded> partitions, List<Metric> metrics, String topicId) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeUTF(topicId);
      out.writeInt(metrics.size());
      for (Metric metric : metrics) {
        out.writeUTF(metric.fingerprint());
      }
      out.writeInt(partitions.size());
      for (Folded partition : partitions) {
        partition.carry().write(out);
        SnapshotCodec.write(partition.snapshot(), out);
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Refuses what {@link #decode} refuses.
   *
   * @throws IllegalStateException as there
   */
  static void check(byte[] bytes, List<Metric> metrics, String topicId) {
    try (DataInputStream in = opened(bytes, metrics, topicId)) {
      in.readInt();
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Returns the bytes from where the number of partitions stands. */
  private static DataInputStream opened(byte[] bytes, List<Metric> metrics, String topicId)
      throws IOException {
    int end = bytes.length - Integer.BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes, end, Integer.BYTES).getInt() != checksum(bytes, end)) {
      throw damaged(null);
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
    int version = in.readInt();
    if (version != VERSION) {
      throw new IllegalStateException(
          "Cannot read the replay: its file is of version %d, known is %d; replay again"
              .formatted(version, VERSION));
    }
    if (!in.readUTF().equals(topicId)) {
      throw new IllegalStateException(
          "Cannot read the replay: its topic was deleted and created again since; replay again");
    }
    List<String> fingerprints = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      fingerprints.add(in.readUTF());
    }
    if (!fingerprints.equals(metrics.stream().map(Metric::fingerprint).toList())) {
      throw new IllegalStateException(
          "Cannot read the replay: its metrics were defined otherwise than now; replay again");
    }
    return in;
  }

  private static int checksum(byte[] bytes, int end) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, end);
    return (int) sum.getValue();
  }

  private static IllegalStateException damaged(Exception cause) {
    return new IllegalStateException(
        "Cannot read the replay: its file is damaged, or written by an earlier version; replay again",
        cause);
  }

  /**
   * Returns what was encoded.
   *
   * @throws IllegalStateException when it is damaged, of another topic of the same name, or the
   *     definition of a metric has changed since
   */
  static List<Folded> decode(byte[] bytes, List<Metric> metrics, String topicId) {
    try (DataInputStream in = opened(bytes, metrics, topicId)) {
      List<ViewSchema> schemas = metrics.stream().map(metric -> metric.plan().schema()).toList();
      List<Folded> folded = new ArrayList<>();
      int partitions = in.readInt();
      for (int i = 0; i < partitions; i++) {
        Carry carry = Carry.read(in);
        folded.add(new Folded(SnapshotCodec.read(in, schemas), carry));
      }
      return folded;
    } catch (IOException e) {
      throw damaged(e);
    }
  }
}
