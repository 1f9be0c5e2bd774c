package io.braid.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * What a listing of one partition's archive folder says: the files, the holes, and what comes next.
 *
 * @param files in offset order, contiguous with the holes
 * @param holes offsets that expired before they were archived
 */
public record ArchiveListing(List<Entry> files, List<Entry> holes) {

  private static final Pattern NAME = Pattern.compile("(\\d+)-(\\d+)\\.(parquet|hole)");

  /**
   * A file of the archive.
   *
   * @param from the first offset, inclusive
   * @param to the end, exclusive
   */
  public record Entry(long from, long to, Path path) {}

  public ArchiveListing {
    files = List.copyOf(files);
    holes = List.copyOf(holes);
  }

  /**
   * Lists a partition's folder.
   *
   * @throws StoreException when ranges overlap or leave a gap that no hole explains
   */
  public static ArchiveListing of(Store store, Path folder) {
    List<Entry> entries = entries(store, folder);
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).from() != entries.get(i - 1).to()) {
        throw new StoreException(
            "Cannot use the archive %s: %s is not followed by the offset it ends at but by %s"
                .formatted(
                    folder, entries.get(i - 1).path().getName(), entries.get(i).path().getName()));
      }
    }
    return new ArchiveListing(
        entries.stream().filter(entry -> !isHole(entry)).toList(),
        entries.stream().filter(ArchiveListing::isHole).toList());
  }

  private static List<Entry> entries(Store store, Path folder) {
    List<Entry> entries = new ArrayList<>();
    for (Path path : store.list(folder)) {
      Matcher name = NAME.matcher(path.getName());
      if (name.matches()) {
        entries.add(new Entry(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)), path));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::from));
    return entries;
  }

  private static boolean isHole(Entry entry) {
    return entry.path().getName().endsWith(".hole");
  }

  /**
   * Returns the files that hold the offsets from {@code from} on, in offset order, as far as there
   * is neither a hole nor a gap; none when {@code from} itself is in no file. For who reads while
   * files are added: a gap is no error.
   */
  static List<Entry> filesFrom(Store store, Path folder, long from) {
    List<Entry> files = new ArrayList<>();
    long next = from;
    for (Entry entry : entries(store, folder)) {
      if (entry.to() > next) {
        if (entry.from() > next || isHole(entry)) {
          break;
        }
        files.add(entry);
        next = entry.to();
      }
    }
    return files;
  }

  /** Returns the name of the file that holds [{@code from}, {@code to}). */
  public static String fileName(long from, long to) {
    return from + "-" + to + ".parquet";
  }

  /** Returns the name of the file that says that [{@code from}, {@code to}) was lost. */
  public static String holeName(long from, long to) {
    return from + "-" + to + ".hole";
  }

  /** Returns the offset that coverage is counted from, or empty when nothing is archived. */
  public OptionalLong origin() {
    return java.util.stream.Stream.concat(files.stream(), holes.stream())
        .mapToLong(Entry::from)
        .min();
  }

  /** Returns the next offset to archive, or empty when nothing is archived. */
  public OptionalLong next() {
    return java.util.stream.Stream.concat(files.stream(), holes.stream())
        .mapToLong(Entry::to)
        .max();
  }
}
