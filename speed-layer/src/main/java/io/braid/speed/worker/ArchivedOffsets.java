package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.log.OffsetRange;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.ArchiveReader;
import io.braid.store.StoreException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills what the log has lost from the archive, as far as that reaches without a gap; the rest is
 * skipped, and the folds say so. What leaves Braid of offsets filled here is not emitted.
 */
final class ArchivedOffsets implements LostOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(ArchivedOffsets.class);

  private final SourceReader reader;
  private final ArchiveReader archive;

  ArchivedOffsets(SpeedSetup setup) {
    this.reader = setup.reader();
    this.archive = new ArchiveReader(setup.store(), reader.source().name(), setup.topic().id());
  }

  @Override
  public void pass(LiveFold fold, long start) {
    fill(fold.partition(), fold.position(), start, fold::fold);
    fold.skipLost(start);
  }

  /** Brings all folds of a feed to an offset. */
  void pass(PartitionFeed feed, long start) {
    fill(feed.partition(), feed.position(), start, feed::fold);
    feed.skipLost(start);
  }

  private void fill(int partition, long from, long start, BiConsumer<EventBatch, Long> fold) {
    if (from >= start) {
      return;
    }
    try {
      Decoder decoder = reader.decoder();
      long reached =
          archive.read(
              new OffsetRange(partition, from, start),
              records -> {
                for (int i = 0; i < records.size(); i++) {
                  decoder.append(records.offset(i), records.timestampMs(i), records.value(i));
                }
                fold.accept(decoder.take(), records.next());
              });
      LOG.info(
          "Source {}: offsets [{}, {}) of partition {} are gone from the log; the archive has them up to {}",
          reader.source().name(),
          from,
          start,
          partition,
          reached);
    } catch (StoreException e) {
      LOG.warn(
          "Source {}: offsets [{}, {}) of partition {} are gone from the log, and the archive cannot be read: {}",
          reader.source().name(),
          from,
          start,
          partition,
          e.getMessage());
    }
  }
}
