package io.braid.benchmark;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.demo.PlaybackEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Records of one partition of the demo's topic: the same at every run.
 *
 * @param values JSON, at offsets from 0 on
 * @param timestampsMs the records' own timestamps, epoch milliseconds, ascending
 */
record Traffic(List<byte[]> values, long[] timestampsMs) {

  /** How many events a benchmark goes through at one invocation. */
  static final int EVENTS = 50_000;

  private static final long START_MS = 1_790_000_000_000L;

  /** 50,000 events then span 14 minutes. */
  private static final int EVENTS_A_SECOND = 60;

  /** Returns {@link #EVENTS} events as the demo sends them. */
  static Traffic demo() {
    return generate("");
  }

  /**
   * Returns {@link #EVENTS} events of the demo that have two more fields, for aggregates that want
   * another type: {@code bytes}, a BIGINT, and {@code cached}, a BOOLEAN.
   */
  static Traffic extended() {
    return generate(",\"bytes\":%d,\"cached\":%b}");
  }

  private static Traffic generate(String moreFields) {
    PlaybackEvents events = new PlaybackEvents(new Random(1));
    Random more = new Random(2);
    List<byte[]> values = new ArrayList<>(EVENTS);
    long[] timestampsMs = new long[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      timestampsMs[i] = START_MS + i * 1_000L / EVENTS_A_SECOND;
      String value = events.next(timestampsMs[i]).value();
      if (!moreFields.isEmpty()) {
        value =
            value.substring(0, value.length() - 1)
                + moreFields.formatted(more.nextInt(5_000_000), more.nextBoolean());
      }
      values.add(value.getBytes(StandardCharsets.UTF_8));
    }
    return new Traffic(values, timestampsMs);
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
    for (int from = 0; from < EVENTS; from += poll) {
      batches.add(decode(decoder, from, Math.min(from + poll, EVENTS)));
    }
    return batches;
  }
}
