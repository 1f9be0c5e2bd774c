package io.braid.store;

import io.braid.log.Position;
import io.braid.time.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * Which run a source is served from: {@code published/<source>/<n>.json}. The highest n serves; a
 * file is created once and never changed.
 *
 * @param number n
 * @param fingerprints by metric
 * @param publishedAt ISO-8601
 */
public record Publication(
    int number, String run, Position cut, Map<String, String> fingerprints, String publishedAt) {

  /**
   * Publishes a run: from now on it serves.
   *
   * <p>Put-if-absent decides between two that publish at once: the loser takes the next number, so
   * that the later publication serves.
   */
  public static Publication publish(Store store, RunManifest manifest, Instant now) {
    Path folder = store.published(manifest.source());
    while (true) {
      int number = highest(store, manifest.source()).orElse(0) + 1;
      Publication publication =
          new Publication(
              number,
              manifest.run(),
              manifest.cut(),
              manifest.fingerprints(),
              Timestamps.format(now.toEpochMilli()));
      if (store.putIfAbsent(new Path(folder, number + ".json"), Json.write(publication))) {
        return publication;
      }
    }
  }

  /** Returns the publication that serves {@code source}, or empty when nothing was published. */
  public static Optional<Publication> latest(Store store, String source) {
    OptionalInt number = highest(store, source);
    return number.isEmpty() ? Optional.empty() : read(store, source, number.getAsInt());
  }

  /** Returns a source's publication of that number, or empty when there is none. */
  static Optional<Publication> read(Store store, String source, int number) {
    Path file = new Path(store.published(source), number + ".json");
    return store.read(file).map(json -> Json.read(json, Publication.class, file));
  }

  /** Returns the runs that were ever published of {@code source}, the one that serves first. */
  public static List<String> runs(Store store, String source) {
    List<String> runs = new ArrayList<>();
    for (int number = highest(store, source).orElse(0); number > 0; number--) {
      read(store, source, number)
          .map(Publication::run)
          .filter(run -> !runs.contains(run))
          .ifPresent(runs::add);
    }
    return runs;
  }

  /**
   * Returns the number of the publication that serves, by one listing; empty when there is none.
   */
  static OptionalInt highest(Store store, String source) {
    return store.list(store.published(source)).stream()
        .map(Path::getName)
        .filter(name -> name.matches("\\d+\\.json"))
        .map(name -> Integer.valueOf(name.substring(0, name.length() - ".json".length())))
        .max(Comparator.naturalOrder())
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }
}
