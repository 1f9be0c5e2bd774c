package io.braid.fold;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.time.Timestamps;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random records of one partition of {@link TestingSource}: NULLs, duplicates, disorder, late
 * events, clock jumps, dead letters, skipped offsets.
 */
final class RandomLog {

  private static final long START = Instant.parse("2026-11-22T06:00:00Z").toEpochMilli();

  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1,
    0.1,
    0.2,
    0.3,
    -0.3,
    1e16,
    -1e16,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    4.9e-324,
    -4.9e-324,
    2.2250738585072014e-308,
    0x1p960,
    -0x1p961,
    1e300
  };
  private static final String[] TEXTS = {
    "", "a", "b", "null", "\uFFFD", "\uD83D\uDE00", "ü", "a longer text with \"quotes\" and \\"
  };

  /**
   * One record.
   *
   * @param row its values by column, NULLs left out; null for a dead letter
   */
  record Event(long offset, long timestampMs, byte[] value, Map<String, Object> row) {}

  private final Random random;
  private final List<Event> records = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private long clockMs = START;

  private RandomLog(Random random) {
    this.random = random;
  }

  /** Returns {@code count} records in offset order. */
  static List<Event> of(Random random, int count) {
    RandomLog log = new RandomLog(random);
    long offset = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      log.append(offset);
      offset += random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 1;
    }
    return log.records;
  }

  /** Returns the offset behind the last record. */
  static long end(List<Event> records) {
    return records.isEmpty() ? 0 : records.get(records.size() - 1).offset() + 1;
  }

  private void append(long offset) {
    clockMs +=
        switch (random.nextInt(30)) {
          case 0 -> 25_000; // forgets what came before
          case 1 -> -8_000; // a clock set back
          case 2, 3, 4 -> 0;
          default -> random.nextInt(1_500);
        };
    if (random.nextInt(12) == 0) {
      records.add(new Event(offset, clockMs, deadLetter(), null));
      return;
    }
    Map<String, Object> row = row();
    records.add(new Event(offset, clockMs, json(row).getBytes(UTF_8), row));
  }

  private byte[] deadLetter() {
    String[] broken = {
      "{",
      "[]",
      "{\"id\": \"a\"}",
      "{\"event_time\": \"yesterday\"}",
      "{\"event_time\": %d, \"num\": 1.5}".formatted(clockMs),
      "{\"event_time\": %d}".formatted(clockMs + 7_200_000)
    };
    return broken[random.nextInt(broken.length)].getBytes(UTF_8);
  }

  private Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    put(row, "id", id());
    long eventTimeMs =
        switch (random.nextInt(10)) {
          case 0 -> clockMs - random.nextInt(60_000); // often late
          case 1 -> clockMs + random.nextInt(3_000); // ahead of its record
          default -> clockMs - random.nextInt(4_000);
        };
    row.put("event_time", eventTimeMs);
    put(row, "txt", TEXTS[random.nextInt(TEXTS.length)]);
    put(row, "num", (long) random.nextInt(7) - 3);
    put(row, "big", big());
    put(row, "dbl", dbl());
    put(row, "price", new BigDecimal(BigInteger.valueOf(random.nextInt(5) - 2), 4));
    put(row, "wide", wide());
    put(row, "flag", random.nextBoolean());
    put(row, "dd", (long) random.nextInt(40_000) - 20_000);
    put(row, "moment", eventTimeMs - random.nextInt(1_000_000));
    return row;
  }

  private void put(Map<String, Object> row, String column, Object value) {
    if (value != null && random.nextInt(8) != 0) {
      row.put(column, value);
    }
  }

  private String id() {
    if (!ids.isEmpty() && random.nextInt(3) == 0) {
      return ids.get(Math.max(0, ids.size() - 1 - random.nextInt(40)));
    }
    ids.add("id-" + ids.size());
    return ids.get(ids.size() - 1);
  }

  private long big() {
    return switch (random.nextInt(6)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      default -> random.nextInt(5) - 2;
    };
  }

  private double dbl() {
    return random.nextInt(3) == 0
        ? Math.scalb(random.nextDouble() - 0.5, random.nextInt(200) - 100)
        : DOUBLES[random.nextInt(DOUBLES.length)];
  }

  private BigDecimal wide() {
    BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    return switch (random.nextInt(4)) {
      case 0 -> new BigDecimal(most, 10);
      case 1 -> new BigDecimal(most.negate(), 10);
      default -> new BigDecimal(new BigInteger(100, random), 10);
    };
  }

  private String json(Map<String, Object> row) {
    StringBuilder json = new StringBuilder("{");
    for (Map.Entry<String, Object> field : row.entrySet()) {
      if (field.getKey().equals("txt")) {
        json.append("\"deep\": {\"txt\": ").append(value(field)).append("}, ");
      } else {
        json.append('"').append(field.getKey()).append("\": ").append(value(field)).append(", ");
      }
    }
    return json.append("\"unknown\": [null, {}]}").toString();
  }

  private String value(Map.Entry<String, Object> field) {
    Object value = field.getValue();
    if (field.getKey().equals("dd")) {
      return "\"" + Timestamps.formatDate((Long) value) + "\"";
    } else if (field.getKey().equals("moment") && random.nextBoolean()) {
      return "\"" + Timestamps.format((Long) value) + "\"";
    } else if (value instanceof String text) {
      return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
    return value.toString();
  }
}
