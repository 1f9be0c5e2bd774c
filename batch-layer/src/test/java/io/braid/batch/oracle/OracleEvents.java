package io.braid.batch.oracle;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Events as both sides read them: JSON for Braid, rows for Spark. Five days around the night in
 * which Berlin's clocks go forward, in bursts with pauses between them, out of order, with NULLs.
 */
final class OracleEvents {

  /** The columns as a definition names them; behind them, {@code off} is the offset. */
  static final String COLUMNS =
      """
            user_id: string
            service: string
            latency_ms: double
            plays: int
            bytes: bigint
            price: decimal(10,2)
            paid: boolean
            born: date
            seen: timestamp
            event_time: timestamp
      """;

  static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("service", DataTypes.StringType)
          .add("latency_ms", DataTypes.DoubleType)
          .add("plays", DataTypes.IntegerType)
          .add("bytes", DataTypes.LongType)
          .add("price", DataTypes.createDecimalType(10, 2))
          .add("paid", DataTypes.BooleanType)
          .add("born", DataTypes.DateType)
          .add("seen", DataTypes.TimestampType)
          .add("event_time", DataTypes.TimestampType)
          .add("off", DataTypes.LongType);

  private static final Instant START = Instant.parse("2026-03-27T00:00:00Z");
  private static final int PAUSE_MS = 40 * 60_000;
  private static final int STEP_MS = 45_000;
  private static final int DISORDER_MS = 20 * 60_000;
  private static final String[] SERVICES = {"search", "play", "Ünder_way", " list ", "s%x", ""};

  /** One event. */
  record Event(long offset, long eventTimeMs, byte[] json, Row row) {}

  private final Random random;

  private OracleEvents(Random random) {
    this.random = random;
  }

  /** Returns {@code count} events in offset order. */
  static List<Event> of(long seed, int count) {
    OracleEvents events = new OracleEvents(new Random(seed));
    List<Event> all = new ArrayList<>();
    long clockMs = START.toEpochMilli();
    for (int offset = 0; offset < count; offset++) {
      clockMs += events.random.nextInt(60) == 0 ? PAUSE_MS : events.random.nextInt(2 * STEP_MS);
      all.add(events.event(offset, clockMs));
    }
    return all;
  }

  private Event event(long offset, long clockMs) {
    boolean late = random.nextInt(5) == 0;
    long eventTimeMs = late ? clockMs - random.nextInt(DISORDER_MS) : clockMs;
    // Whole seconds make events exactly one gap apart, and at the border of windows, common.
    eventTimeMs -= random.nextBoolean() ? eventTimeMs % 1_000 : 0;
    String user = orNull("u" + random.nextInt(7), 20);
    String service = orNull(SERVICES[random.nextInt(SERVICES.length)], 9);
    Double latency = orNull(random.nextInt(4000) / 8.0 - 20, 9);
    Integer plays = orNull(random.nextInt(9) - 3, 9);
    Long bytes = orNull(random.nextLong() >> 20, 9);
    BigDecimal price = orNull(BigDecimal.valueOf(random.nextInt(20_000) - 5_000, 2), 9);
    Boolean paid = orNull(random.nextBoolean(), 9);
    LocalDate born = orNull(LocalDate.of(1960, 1, 1).plusDays(random.nextInt(20_000)), 9);
    Long seenMs = orNull(eventTimeMs - random.nextInt(400 * 86_400) * 1_000L, 9);
    Row row =
        RowFactory.create(
            user,
            service,
            latency,
            plays,
            bytes,
            price,
            paid,
            born == null ? null : Date.valueOf(born),
            seenMs == null ? null : Timestamp.from(Instant.ofEpochMilli(seenMs)),
            Timestamp.from(Instant.ofEpochMilli(eventTimeMs)),
            offset);
    String json =
        """
        {"user_id": %s, "service": %s, "latency_ms": %s, "plays": %s, "bytes": %s, "price": %s,
         "paid": %s, "born": %s, "seen": %s, "event_time": %d}"""
            .formatted(
                quoted(user),
                quoted(service),
                latency,
                plays,
                bytes,
                price,
                paid,
                quoted(born),
                seenMs,
                eventTimeMs);
    return new Event(offset, eventTimeMs, json.getBytes(StandardCharsets.UTF_8), row);
  }

  private <T> T orNull(T value, int oneIn) {
    return random.nextInt(oneIn) == 0 ? null : value;
  }

  private static String quoted(Object value) {
    return value == null ? "null" : "\"" + value + "\"";
  }
}
