package io.braid.batch.recompute;

import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.WarmUp;
import io.braid.store.ArchiveFile;
import io.braid.store.ArchiveListing;
import io.braid.store.Store;
import io.braid.time.PartitionTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts the archive of one partition into tasks of files that follow each other. What a task needs
 * to know of the records below it, how far event time has come there, stand in the files' footers;
 * the ids that are remembered it finds by reading those few files below it in which they were seen
 * last. Where a footer says nothing, or speaks of another decoder, no task starts behind it.
 */
final class SplitPlan {

  private final Store store;
  private final Source source;
  private final SplitSize size;

  SplitPlan(Store store, Source source, SplitSize size) {
    this.store = store;
    this.source = source;
    this.size = size;
  }

  /**
   * Returns the tasks that fold [{@code from}, {@code cut}), in offset order, at least one.
   *
   * @param carry at {@code from}
   */
  List<FoldTask.Input> tasks(
      ArchiveListing archive, int partition, long from, Carry carry, long cut) {
    List<ArchiveListing.Entry> files =
        archive.files().stream().filter(f -> f.to() > from && f.from() < cut).toList();
    List<Integer> starts = starts(files);
    List<PartitionTime> times = times(files, carry.time(), starts.get(starts.size() - 1));
    starts.removeIf(start -> start >= times.size());
    List<FoldTask.Input> tasks = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      int start = starts.get(i);
      boolean isLast = i + 1 == starts.size();
      int end = isLast ? files.size() : starts.get(i + 1);
      long taskFrom = start == 0 ? from : files.get(start).from();
      long taskCut = isLast ? cut : files.get(end).from();
      int warmUp = start == 0 ? 0 : warmUp(times, start);
      boolean fromBase = start == 0 || isBaseRemembered(times, start);
      tasks.add(
          new FoldTask.Input(
              partition,
              fromBase ? from : Math.max(from, files.get(warmUp).from()),
              (fromBase ? carry : WarmUp.carryAt(times.get(warmUp))).encode(),
              files(files.subList(fromBase ? 0 : warmUp, start)),
              taskFrom,
              files(files.subList(start, end)),
              taskCut,
              isLast));
    }
    return tasks;
  }

  /** Returns the indexes of the files with which a task would start for its size; first 0. */
  private List<Integer> starts(List<ArchiveListing.Entry> files) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    long offsets = 0;
    long bytes = 0;
    for (int i = 0; i < files.size(); i++) {
      if (offsets >= size.offsets() || bytes >= size.bytes()) {
        starts.add(i);
        offsets = 0;
        bytes = 0;
      }
      offsets += files.get(i).to() - files.get(i).from();
      bytes += store.length(files.get(i).path());
    }
    return starts;
  }

  /**
   * Returns how far event time has come at the start of each file up to {@code last}; ends early,
   * behind a file that does not say it.
   */
  private List<PartitionTime> times(
      List<ArchiveListing.Entry> files, PartitionTime atStart, int last) {
    List<PartitionTime> times = new ArrayList<>(List.of(atStart));
    for (int i = 0; i < last; i++) {
      Optional<PartitionTime> time = ArchiveFile.time(files.get(i).path(), source);
      if (time.isEmpty()) {
        return times;
      }
      times.add(times.get(i).max(time.get()));
    }
    return times;
  }

  private static List<FoldTask.File> files(List<ArchiveListing.Entry> entries) {
    return entries.stream().map(e -> new FoldTask.File(e.path().toString(), e.to())).toList();
  }

  private boolean isBaseRemembered(List<PartitionTime> times, int start) {
    return WarmUp.isRemembered(
        source.rules(), times.get(0).highestMs(), times.get(start).highestMs());
  }

  /** Returns the first file of which ids may be remembered at the start of file {@code start}. */
  private int warmUp(List<PartitionTime> times, int start) {
    long highestMs = times.get(start).highestMs();
    int file = start;
    while (file > 0
        && WarmUp.isRemembered(source.rules(), times.get(file).highestMs(), highestMs)) {
      file--;
    }
    return file;
  }
}
