package io.braid.batch.recompute;

import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.fold.FoldCounts;
import io.braid.store.Json;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import io.braid.view.View;
import io.braid.view.ViewCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import scala.Tuple2;

/**
 * Merges one bucket of a view over all tasks and writes it; adds up the counts of a partition's
 * tasks, and passes its carry through.
 */
final class MergeTask
    implements Function<Tuple2<FoldTask.Key, Iterable<byte[]>>, MergeTask.Output> {

  private static final long serialVersionUID = 1L;

  private final PortableDefinitions definitions;
  private final String source;
  private final String run;

  /**
   * What became of a key.
   *
   * @param bytes of a carry or of counts; empty for a view
   * @param path of a view's file, relative to the store; empty otherwise
   */
  record Output(FoldTask.Key key, byte[] bytes, String path, long rows, long length, String sha256)
      implements Serializable {}

  MergeTask(PortableDefinitions definitions, String source, String run) {
    this.definitions = definitions;
    this.source = source;
    this.run = run;
  }

  @Override
  public Output call(Tuple2<FoldTask.Key, Iterable<byte[]>> bucket) throws IOException {
    FoldTask.Key key = bucket._1();
    if (key.metric() == FoldTask.Key.COUNTS) {
      return new Output(key, sum(bucket._2()), "", 0, 0, "");
    } else if (!key.isView()) {
      return new Output(key, bucket._2().iterator().next(), "", 0, 0, "");
    }
    Definitions loaded = definitions.load();
    Metric metric = loaded.metricsOf(loaded.sources().get(source)).get(key.metric());
    View merged = new View(metric.plan().schema());
    for (byte[] encoded : bucket._2()) {
      merged.merge(ViewCodec.decode(encoded, metric.plan().schema()));
    }
    return write(key, metric, merged, Store.open(loaded.store()));
  }

  private static byte[] sum(Iterable<byte[]> counts) throws IOException {
    FoldCounts sum = null;
    for (byte[] encoded : counts) {
      FoldCounts counted = Json.mapper().readValue(encoded, FoldCounts.class);
      sum = sum == null ? counted : sum.plus(counted);
    }
    return Json.mapper().writeValueAsBytes(sum);
  }

  private Output write(FoldTask.Key key, Metric metric, View merged, Store store)
      throws IOException {
    Path folder = store.view(metric.name(), metric.fingerprint(), run);
    Path file = new Path(folder, "part-%05d.parquet".formatted(key.part()));
    store.makeFolder(folder);
    // A task that Spark runs again finds its file there, with the same rows.
    ViewFile.write(store, file, merged, metric.fingerprint());
    URI location = file.toUri();
    return new Output(
        key,
        new byte[0],
        store.relative(new Path(location)),
        merged.size(),
        store.length(file),
        sha256(file));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
    try (InputStream in =
        new DigestInputStream(file.getFileSystem(Store.configuration()).open(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
