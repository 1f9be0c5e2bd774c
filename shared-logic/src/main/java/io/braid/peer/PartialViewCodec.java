package io.braid.peer;

import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SnapshotCodec;
import io.braid.view.ViewSchema;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's partial view as bytes: a version, the generation, the number of partitions and their
 * snapshots, cut into blocks of at most 64 KiB that each carry their CRC32C, and an end mark. A
 * reader never decodes a damaged block and never takes the beginning of an answer for all of it.
 * The byte table stands in the README of the speed layer.
 */
public final class PartialViewCodec {

  private static final int VERSION = 1;

  private PartialViewCodec() {}

  /** Writes snapshots of one generation; {@code out} is flushed and stays open. */
  public static void write(String generation, List<PartitionSnapshot> snapshots, OutputStream out)
      throws IOException {
    BlockOutput blocks = new BlockOutput(out);
    DataOutputStream data = new DataOutputStream(blocks);
    data.writeInt(VERSION);
    data.writeUTF(generation);
    data.writeInt(snapshots.size());
    for (PartitionSnapshot snapshot : snapshots) {
      SnapshotCodec.write(snapshot, data);
    }
    blocks.end();
  }

  /**
   * Reads what {@link #write} wrote, to the end of {@code in}.
   *
   * @param generation that was asked for
   * @param schemas of the views that were asked for, in their order
   * @throws IOException when it is damaged, cut off, or goes on behind its end
   * @throws IllegalArgumentException when it is of another version or generation, or has other
   *     views
   */
  public static List<PartitionSnapshot> read(
      InputStream in, String generation, List<ViewSchema> schemas) throws IOException {
    BlockInput blocks = new BlockInput(in);
    DataInputStream data = new DataInputStream(blocks);
    int version = data.readInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Cannot decode a partial view of version %d, expected %d".formatted(version, VERSION));
    }
    String found = data.readUTF();
    if (!found.equals(generation)) {
      throw new IllegalArgumentException(
          "Cannot use a partial view of generation %s, asked for %s".formatted(found, generation));
    }
    int count = data.readInt();
    List<PartitionSnapshot> snapshots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      snapshots.add(SnapshotCodec.read(data, schemas));
    }
    blocks.requireEnd();
    return snapshots;
  }
}
