package io.braid.benchmark.speed;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.worker.SourceReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** One fold with so many groups, in a process of its own. */
public final class StateProbe {

  private static final long START_MS = 1_700_000_000_000L;
  private static final int POLL = 5_000;

  /** Fewer would leave the measured stretch of a small run to a single batch. */
  private static final int LEAST_RECORDS = 100_000;

  private StateProbe() {}

  /** Takes a folder to write in, the aggregates, the number of groups, and of measured events. */
  public static void main(String[] args) throws IOException {
    int groups = Integer.parseInt(args[2]);
    long measured = Long.parseLong(args[3]);
    Path definition =
        Definition.write(
            Path.of(args[0]),
            "state",
            "127.0.0.1:9092",
            "playback",
            1,
            "avro",
            false,
            "SELECT user_id, " + args[1] + " FROM playback GROUP BY user_id");
    Definitions definitions = DefinitionLoader.load(definition, name -> Optional.empty());
    Source source = definitions.sources().values().iterator().next();
    SourceReader reader = new SourceReader(source, definitions.metricsOf(source));
    List<byte[]> records = records(groups);

    long before = usedAfterCollection();
    LiveFold fold = reader.fold(0, 0, Carry.EMPTY);
    Pass pass = new Pass(fold, reader.decoder(), records);
    pass.run(records.size());
    pass.forgetDecoder();
    long bytes = usedAfterCollection() - before;

    pass.decodeWith(reader.decoder());
    pass.run(measured / 2); // compiled by now
    pass.clear();
    pass.run(measured);
    System.out.printf(
        Locale.ROOT,
        "RESULT groups=%d bytes_a_group=%.1f fold_a_second=%.0f both_a_second=%.0f records=%d%n",
        groups,
        (double) bytes / groups,
        pass.events * 1e9 / pass.foldNs,
        pass.events * 1e9 / (pass.foldNs + pass.decodeNs),
        fold.records());
  }

  /** Returns at least one event of every group, in an order without any. */
  private static List<byte[]> records(int groups) {
    Playback playback = new Playback(1, 1);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < Math.max(groups, LEAST_RECORDS); i++) {
      Playback.Event event = playback.next(START_MS);
      records.add(
          playback.encode(
              new Playback.Event(
                  event.id(),
                  "user-" + i % groups,
                  event.service(),
                  event.status(),
                  event.latencyMs(),
                  event.country(),
                  event.eventTimeMs(),
                  false),
              "avro"));
    }
    Collections.shuffle(records, new Random(2));
    return records;
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Goes through the records, again and again, a poll at a time. */
  private static final class Pass {

    private final LiveFold fold;
    private final List<byte[]> records;
    private Decoder decoder;
    private long offset;
    private long events;
    private long decodeNs;
    private long foldNs;

    Pass(LiveFold fold, Decoder decoder, List<byte[]> records) {
      this.fold = fold;
      this.decoder = decoder;
      this.records = records;
    }

    void run(long more) {
      for (long end = offset + more; offset < end; ) {
        long start = System.nanoTime();
        long next = Math.min(end, offset + POLL);
        long count = next - offset;
        for (; offset < next; offset++) {
          decoder.append(offset, START_MS, records.get((int) (offset % records.size())));
        }
        EventBatch batch = decoder.take();
        long middle = System.nanoTime();
        fold.fold(batch, offset);
        foldNs += System.nanoTime() - middle;
        decodeNs += middle - start;
        events += count;
      }
    }

    void clear() {
      events = 0;
      decodeNs = 0;
      foldNs = 0;
    }

    /** What a decoder remembers of texts is no part of the state. */
    void forgetDecoder() {
      decoder = null;
    }

    void decodeWith(Decoder next) {
      decoder = next;
    }
  }
}
