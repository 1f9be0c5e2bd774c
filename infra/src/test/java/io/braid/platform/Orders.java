package io.braid.platform;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Made-up orders with everything that goes wrong with events: duplicates (of other content, so that
 * counting the wrong one shows), ids that come back after they are forgotten, disorder, late
 * events, nulls, and records that cannot be decoded. Seeded; event time runs on its own, so that a
 * log of some thousand orders spans many minutes. One thread.
 */
final class Orders {

  static final int PARTITIONS = 3;
  static final long WATERMARK_MS = 5_000;
  static final long WITHIN_MS = 60_000;
  static final long ALLOWED_LATENESS_MS = 30_000;
  static final long IDLE_AFTER_MS = 30_000;
  static final long GAP_MS = 1_000;

  /** A metric for all time and one per minute: columns as {@link OrderFold} orders them. */
  static final String DEFINITIONS =
      """
      name: orders
      store: ./store
      sources:
        orders:
          topic: orders
          partitions: 3
          columns:
            id: string
            kind: string
            amount: bigint
            cost: {type: double, path: price.net}
            event_time: timestamp
          event_time: event_time
          watermark: 5s
          idle_after: 30s
          deduplicate: {by: id, within: 1m}
          late: include
          allowed_lateness: 30s
      metrics:
        orders_total: |
          SELECT kind, COUNT(*) AS orders, COUNT(*) FILTER (WHERE amount > 50) AS many,
                 SUM(amount) AS amount, SUM(cost) AS cost, AVG(cost) AS mean, MIN(cost) AS cheapest
          FROM orders GROUP BY kind
        orders_per_minute: |
          SELECT kind, COUNT(*) AS orders, SUM(amount) AS amount, SUM(cost) AS cost,
                 MAX(cost) AS dearest
          FROM orders GROUP BY kind, TUMBLE(event_time, INTERVAL '1' MINUTE)
      """;

  /** The same and a metric of sessions, over a source that drops late orders. */
  static final String DROPPING_DEFINITIONS =
      DEFINITIONS.replace("late: include", "late: drop")
          + """
              orders_sessions: |
                SELECT kind, COUNT(*) AS orders, SUM(amount) AS amount
                FROM orders GROUP BY kind, SESSION(event_time, INTERVAL '1' SECOND)
            """;

  private static final long BASE_MS = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
  private static final long STEP_MS = 100;
  private static final String[] KINDS = {"book", "bread", "boat", "Ball", "bête"};

  private final Random random;
  private final Map<Integer, List<String>> idsSent = new HashMap<>();
  private final Map<Integer, Long> sent = new HashMap<>();

  /**
   * A record to be sent.
   *
   * @param value null for a tombstone
   * @param fields what it says; empty when it cannot be decoded
   */
  record Order(
      int partition, long timestampMs, byte[] key, byte[] value, Optional<Fields> fields) {}

  /** What an order says; all but the event time may be null. */
  record Fields(String id, String kind, Long amount, Double cost, long eventTimeMs) {}

  Orders(long seed) {
    random = new Random(seed);
  }

  /** Writes the definitions into a folder and returns the file. */
  static Path define(Path folder) throws java.io.IOException {
    return Files.writeString(Files.createDirectories(folder).resolve("braid.yaml"), DEFINITIONS);
  }

  /** Returns the next order of a partition. */
  Order next(int partition) {
    long number = sent.merge(partition, 1L, Long::sum);
    long timestampMs = BASE_MS + number * STEP_MS;
    byte[] key = number % 3 == 0 ? null : ("k" + number).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(40) == 0) {
      return new Order(partition, timestampMs, key, broken(timestampMs), Optional.empty());
    }
    Fields fields =
        new Fields(
            id(partition, number),
            random.nextInt(20) == 0 ? null : KINDS[random.nextInt(KINDS.length)],
            random.nextInt(10) == 0 ? null : Long.valueOf(random.nextInt(100)),
            random.nextInt(10) == 0 ? null : cost(),
            eventTimeMs(timestampMs));
    return new Order(partition, timestampMs, key, json(fields), Optional.of(fields));
  }

  private String id(int partition, long number) {
    if (random.nextInt(15) == 0) {
      return null;
    }
    List<String> ids = idsSent.computeIfAbsent(partition, unused -> new ArrayList<>());
    String id = "p" + partition + "-" + number;
    if (!ids.isEmpty() && random.nextInt(8) == 0) {
      // 2000 orders are three minutes: some of these ids are remembered and some are forgotten.
      int back = 1 + random.nextInt(Math.min(ids.size(), random.nextBoolean() ? 20 : 2_000));
      id = ids.get(ids.size() - back);
    }
    ids.add(id);
    return id;
  }

  private double cost() {
    return switch (random.nextInt(30)) {
      case 0 -> 1e17;
      case 1 -> -1e17;
      case 2 -> 1e-9;
      default -> random.nextInt(1_000_000) / 1_000.0;
    };
  }

  private long eventTimeMs(long timestampMs) {
    return switch (random.nextInt(20)) {
      case 0 -> timestampMs - 120_000 - random.nextInt(300_000);
      case 1 -> timestampMs + random.nextInt(2_000); // a clock that is ahead
      default -> timestampMs - random.nextInt(8_000);
    };
  }

  private static byte[] json(Fields fields) {
    StringBuilder json = new StringBuilder("{");
    if (fields.id() != null) {
      json.append("\"id\": \"").append(fields.id()).append("\", ");
    }
    json.append("\"kind\": ");
    json.append(fields.kind() == null ? "null" : "\"" + fields.kind() + "\"");
    if (fields.amount() != null) {
      json.append(", \"amount\": ").append(fields.amount());
    }
    json.append(", \"price\": {\"net\": ").append(fields.cost()).append("}");
    json.append(", \"more\": [1, {\"a\": 2}], \"event_time\": ");
    boolean text = fields.eventTimeMs() % 2 == 0;
    json.append(
        text
            ? "\"" + Instant.ofEpochMilli(fields.eventTimeMs()) + "\""
            : Long.toString(fields.eventTimeMs()));
    return json.append("}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private byte[] broken(long timestampMs) {
    String text =
        switch (random.nextInt(7)) {
          case 0 -> "no json {";
          case 1 -> "[1, 2]";
          case 2 -> "{\"id\": \"x\", \"kind\": \"book\"}";
          case 3 -> "{\"amount\": \"12\", \"event_time\": " + timestampMs + "}";
          case 4 -> "{\"kind\": 12, \"event_time\": " + timestampMs + "}";
          case 5 -> "{\"kind\": \"book\", \"event_time\": " + (timestampMs + 3_600_001) + "}";
          default -> null;
        };
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
