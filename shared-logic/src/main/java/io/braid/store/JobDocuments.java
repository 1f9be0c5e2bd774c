package io.braid.store;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The JSON documents of one kind of job, one file each. A document is replaced whole.
 *
 * @param <T> the record that a document holds
 */
public final class JobDocuments<T> {

  private final Store store;
  private final Path folder;
  private final String fileName;
  private final Class<T> type;

  private JobDocuments(Store store, Path folder, String fileName, Class<T> type) {
    this.store = store;
    this.folder = folder;
    this.fileName = fileName;
    this.type = type;
  }

  /** Returns documents kept as {@code <folder>/<id>.json}. */
  public static <T> JobDocuments<T> asFiles(Store store, Path folder, Class<T> type) {
    return new JobDocuments<>(store, folder, "", type);
  }

  /** Returns documents kept as {@code <folder>/<id>/<fileName>}. */
  public static <T> JobDocuments<T> inFolders(
      Store store, Path folder, String fileName, Class<T> type) {
    return new JobDocuments<>(store, folder, fileName, type);
  }

  private Path file(String id) {
    return fileName.isEmpty()
        ? new Path(folder, id + ".json")
        : new Path(new Path(folder, id), fileName);
  }

  /** Writes the document of a job, in place of the one before. */
  public void write(String id, T document) {
    store.replace(file(id), Json.write(document));
  }

  /** Returns the document of a job, or empty when there is none. */
  public Optional<T> read(String id) {
    Path file = file(id);
    return store.read(file).map(json -> Json.read(json, type, file));
  }

  /** Returns all documents, those of the greatest ids first. */
  public List<T> readAll() {
    return store.list(folder).stream()
        .map(Path::getName)
        .filter(name -> !fileName.isEmpty() || name.endsWith(".json"))
        .map(name -> fileName.isEmpty() ? name.substring(0, name.length() - 5) : name)
        .sorted(Comparator.reverseOrder())
        .map(id -> read(id).orElse(null))
        .filter(Objects::nonNull)
        .toList();
  }
}
