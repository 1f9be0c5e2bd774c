package io.braid.benchmark;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.demo.PlaybackEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Records of one partition of the demo's topic: the same at every run.
 *
 * @param values one a record, at offsets from 0 on
 * @param timestampsMs the records' own timestamps, epoch milliseconds, ascending
 */
record Traffic(List<byte[]> values, long[] timestampsMs) {

  /** How many events a benchmark goes through at one invocation. */
  static final int EVENTS = 50_000;

  /** A system property with another number, for trying out that all benchmarks run. */
  static final String EVENTS_PROPERTY = "braid.benchmark.events";

  private static final long START_MS = 1_790_000_000_000L;

  /** {@link #EVENTS} then span 13 minutes. */
  private static final int GAP_MS = 16;

  /** Returns events as the demo sends them. */
  static Traffic demo(Encoding encoding) {
    return generate(GAP_MS, "", encoding);
  }

  /**
   * Returns events of the demo that have two more fields, for aggregates that want another type:
   * {@code bytes}, a BIGINT, and {@code cached}, a BOOLEAN. JSON.
   */
  static Traffic extended() {
    return extended(GAP_MS);
  }

  /**
   * As above, less or more dense.
   *
   * @param gapMs from one event to the next
   */
  static Traffic extended(int gapMs) {
    return generate(gapMs, ",\"bytes\":%d,\"cached\":%b}", Encoding.JSON);
  }

  private static Traffic generate(int gapMs, String moreFields, Encoding encoding) {
    PlaybackEvents events = new PlaybackEvents(new Random(1));
    Function<String, byte[]> encoder = encoding.encoder();
    Random more = new Random(2);
    List<byte[]> values = new ArrayList<>();
    long[] timestampsMs = new long[Integer.getInteger(EVENTS_PROPERTY, EVENTS)];
    for (int i = 0; i < timestampsMs.length; i++) {
      timestampsMs[i] = START_MS + (long) i * gapMs;
      String value = events.next(timestampsMs[i]).value();
      if (!moreFields.isEmpty()) {
        value =
            value.substring(0, value.length() - 1)
                + moreFields.formatted(more.nextInt(5_000_000), more.nextBoolean());
      }
      values.add(encoder.apply(value));
    }
    return new Traffic(values, timestampsMs);
  }

  /** Returns the number of records. */
  int size() {
    return timestampsMs.length;
  }

  /** Appends the records in [{@code from}, {@code to}) and returns them decoded. */
  EventBatch decode(Decoder decoder, int from, int to) {
    for (int i = from; i < to; i++) {
      decoder.append(i, timestampsMs[i], values.get(i));
    }
    return decoder.take();
  }

  /** Returns all records decoded, {@code poll} of them a batch. */
  List<EventBatch> decode(Decoder decoder, int poll) {
    List<EventBatch> batches = new ArrayList<>();
    for (int from = 0; from < size(); from += poll) {
      batches.add(decode(decoder, from, Math.min(from + poll, size())));
    }
    return batches;
  }
}
