package io.braid.platform;

import io.braid.log.Position;
import io.braid.platform.Orders.Fields;
import io.braid.platform.Orders.Order;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The slow and obvious fold of orders: one loop over records as they were appended, that keeps what
 * every total was after every offset, and so knows the answer at any position. Written from the
 * rules of DESIGN.md alone. Appended to by one thread; read when that is done.
 */
final class OrderFold {

  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final long MINUTE_MS = 60_000;
  private static final long NEVER = Long.MIN_VALUE;
  private static final MathContext PRECISE = new MathContext(80);

  /** An order where it stands in the log. */
  record Appended(int partition, long offset, Order order) {}

  private record Key(String kind, long minuteMs) {}

  private record SessionOrder(long offset, String kind, Long amount, long eventTimeMs) {}

  private record Totals(
      long orders,
      long large,
      long amounts,
      BigInteger amount,
      long costs,
      BigDecimal cost,
      double cheapest,
      double dearest) {

    static final Totals NONE =
        new Totals(
            0,
            0,
            0,
            BigInteger.ZERO,
            0,
            BigDecimal.ZERO,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);

    static Totals of(Fields order) {
      Long amount = order.amount();
      Double cost = order.cost();
      return new Totals(
          1,
          amount != null && amount > 50 ? 1 : 0,
          amount == null ? 0 : 1,
          amount == null ? BigInteger.ZERO : BigInteger.valueOf(amount),
          cost == null ? 0 : 1,
          cost == null ? BigDecimal.ZERO : new BigDecimal(cost),
          cost == null ? NONE.cheapest : cost,
          cost == null ? NONE.dearest : cost);
    }

    Totals plus(Totals other) {
      return new Totals(
          orders + other.orders,
          large + other.large,
          amounts + other.amounts,
          amount.add(other.amount),
          costs + other.costs,
          cost.add(other.cost),
          Math.min(cheapest, other.cheapest),
          Math.max(dearest, other.dearest));
    }

    String amountText() {
      return amounts == 0 ? "null" : amount.toString();
    }

    String costText(Function<Totals, Double> value) {
      return costs == 0 ? "null" : Double.toString(value.apply(this));
    }
  }

  /** What one partition had come to after some record. */
  private record Progress(long highestMs, long lastTimestampMs, long duplicates, long late) {}

  private static final class Partition {
    private final NavigableMap<Long, Progress> progress = new TreeMap<>();
    private final Map<String, NavigableMap<Long, Totals>> byKind = new HashMap<>();
    private final Map<Key, NavigableMap<Long, Totals>> byMinute = new HashMap<>();
    private final List<SessionOrder> ofSessions = new ArrayList<>();
    private final NavigableSet<Long> diverted = new TreeSet<>();
    private final Map<String, Long> stoodMs = new HashMap<>();

    void append(long offset, Order order, boolean dropsLate) {
      Progress before =
          progress.isEmpty() ? new Progress(NEVER, NEVER, 0, 0) : progress.lastEntry().getValue();
      if (order.fields().isEmpty()) {
        progress.put(offset, before);
        return;
      }
      Fields fields = order.fields().get();
      long highest =
          Math.max(before.highestMs, Math.min(fields.eventTimeMs(), order.timestampMs()));
      boolean started = before.highestMs != NEVER;
      long watermark = before.highestMs - Orders.WATERMARK_MS;
      boolean duplicate = false;
      if (fields.id() != null) {
        Long stood = stoodMs.put(fields.id(), highest - Orders.WATERMARK_MS);
        duplicate = stood != null && watermark - stood <= Orders.WITHIN_MS;
      }
      long minuteMs = Math.floorDiv(fields.eventTimeMs(), MINUTE_MS) * MINUTE_MS;
      boolean late =
          started && minuteMs + MINUTE_MS + Orders.ALLOWED_LATENESS_MS <= watermark && !duplicate;
      progress.put(
          offset,
          new Progress(
              highest,
              Math.max(before.lastTimestampMs, order.timestampMs()),
              before.duplicates + (duplicate ? 1 : 0),
              before.late + (late ? 1 : 0)));
      if (duplicate) {
        return;
      }
      boolean lateSession =
          started && fields.eventTimeMs() + Orders.GAP_MS + Orders.ALLOWED_LATENESS_MS <= watermark;
      add(byKind, fields.kind(), offset, fields);
      if (!(dropsLate && late)) {
        add(byMinute, new Key(fields.kind(), minuteMs), offset, fields);
      }
      if (!(dropsLate && lateSession)) {
        ofSessions.add(
            new SessionOrder(offset, fields.kind(), fields.amount(), fields.eventTimeMs()));
      }
      if (dropsLate && (late || lateSession)) {
        diverted.add(offset);
      }
    }

    private static <K> void add(
        Map<K, NavigableMap<Long, Totals>> totals, K key, long offset, Fields fields) {
      NavigableMap<Long, Totals> history = totals.computeIfAbsent(key, unused -> new TreeMap<>());
      Totals before = history.isEmpty() ? Totals.NONE : history.lastEntry().getValue();
      history.put(offset, before.plus(Totals.of(fields)));
    }
  }

  private final Map<Integer, Partition> partitions = new TreeMap<>();
  private final List<Appended> appended = new ArrayList<>();
  private final boolean dropsLate;

  /** A fold that includes late orders. */
  OrderFold() {
    this(false);
  }

  OrderFold(boolean dropsLate) {
    this.dropsLate = dropsLate;
  }

  void append(int partition, long offset, Order order) {
    appended.add(new Appended(partition, offset, order));
    partitions
        .computeIfAbsent(partition, unused -> new Partition())
        .append(offset, order, dropsLate);
  }

  /** Returns all that was appended, in each partition's order. */
  List<Appended> appended() {
    return appended;
  }

  /** Returns the position behind all that was appended. */
  Position end() {
    Map<Integer, Long> offsets = new TreeMap<>();
    partitions.forEach((number, p) -> offsets.put(number, p.progress.lastKey() + 1));
    return Position.of(offsets);
  }

  /** Returns the rows of {@code orders_total}, in the order of an answer. */
  List<List<String>> total(Position position) {
    List<List<String>> rows = new ArrayList<>();
    Map<String, Totals> totals = at(position, partition -> partition.byKind);
    totals.keySet().stream()
        .sorted(Comparator.nullsLast(Comparator.naturalOrder()))
        .forEach(
            kind -> {
              Totals t = totals.get(kind);
              rows.add(
                  List.of(
                      String.valueOf(kind),
                      Long.toString(t.orders),
                      Long.toString(t.large),
                      t.amountText(),
                      t.costText(all -> all.cost.doubleValue()),
                      t.costText(
                          all ->
                              all.cost
                                  .divide(BigDecimal.valueOf(all.costs), PRECISE)
                                  .doubleValue()),
                      t.costText(Totals::cheapest)));
            });
    return rows;
  }

  /** Returns the rows of {@code orders_per_minute}, in the order of an answer. */
  List<List<String>> perMinute(Position position) {
    List<List<String>> rows = new ArrayList<>();
    Map<Key, Totals> totals = at(position, partition -> partition.byMinute);
    totals.keySet().stream()
        .sorted(
            Comparator.comparingLong(Key::minuteMs)
                .thenComparing(Key::kind, Comparator.nullsLast(Comparator.naturalOrder())))
        .forEach(
            key -> {
              Totals t = totals.get(key);
              rows.add(
                  List.of(
                      String.valueOf(key.kind),
                      Long.toString(t.orders),
                      t.amountText(),
                      t.costText(all -> all.cost.doubleValue()),
                      t.costText(Totals::dearest),
                      ISO.format(Instant.ofEpochMilli(key.minuteMs)),
                      ISO.format(Instant.ofEpochMilli(key.minuteMs + MINUTE_MS))));
            });
    return rows;
  }

  /** Returns the rows of {@code orders_sessions}, in the order of an answer. */
  List<List<String>> sessions(Position position) {
    Map<String, List<SessionOrder>> byKind = new HashMap<>();
    partitions.forEach(
        (number, partition) -> {
          for (SessionOrder order : partition.ofSessions) {
            if (order.offset < position.offset(number, 0)) {
              byKind.computeIfAbsent(order.kind, unused -> new ArrayList<>()).add(order);
            }
          }
        });
    List<Session> sessions = new ArrayList<>();
    byKind.forEach(
        (kind, all) -> {
          all.sort(Comparator.comparingLong(SessionOrder::eventTimeMs));
          List<SessionOrder> open = new ArrayList<>();
          for (SessionOrder order : all) {
            if (!open.isEmpty() && order.eventTimeMs - last(open) > Orders.GAP_MS) {
              sessions.add(new Session(kind, List.copyOf(open)));
              open.clear();
            }
            open.add(order);
          }
          sessions.add(new Session(kind, open));
        });
    return sessions.stream()
        .sorted(
            Comparator.comparingLong((Session session) -> session.orders.get(0).eventTimeMs)
                .thenComparing(Session::kind, Comparator.nullsLast(Comparator.naturalOrder())))
        .map(Session::row)
        .toList();
  }

  private static long last(List<SessionOrder> orders) {
    return orders.get(orders.size() - 1).eventTimeMs;
  }

  private record Session(String kind, List<SessionOrder> orders) {
    List<String> row() {
      List<Long> amounts =
          orders.stream().map(SessionOrder::amount).filter(Objects::nonNull).toList();
      return List.of(
          String.valueOf(kind),
          Integer.toString(orders.size()),
          amounts.isEmpty()
              ? "null"
              : Long.toString(amounts.stream().mapToLong(Long::longValue).sum()),
          ISO.format(Instant.ofEpochMilli(orders.get(0).eventTimeMs)),
          ISO.format(Instant.ofEpochMilli(last(orders) + Orders.GAP_MS)));
    }
  }

  /** Returns where orders stand that a metric drops as late, as {@code partition/offset}. */
  Set<String> diverted() {
    Set<String> places = new TreeSet<>();
    partitions.forEach(
        (number, partition) ->
            partition.diverted.forEach(offset -> places.add(number + "/" + offset)));
    return places;
  }

  /** Returns where records stand that are no orders, as {@code partition/offset}. */
  Set<String> deadLetters() {
    return appended.stream()
        .filter(record -> record.order().fields().isEmpty())
        .map(record -> record.partition() + "/" + record.offset())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private <K> Map<K, Totals> at(
      Position position, Function<Partition, Map<K, NavigableMap<Long, Totals>>> totals) {
    Map<K, Totals> merged = new HashMap<>();
    partitions.forEach(
        (number, partition) ->
            totals
                .apply(partition)
                .forEach(
                    (key, history) -> {
                      var entry = history.lowerEntry(position.offset(number, 0));
                      if (entry != null) {
                        merged.merge(key, entry.getValue(), Totals::plus);
                      }
                    }));
    return merged;
  }

  private List<Progress> progress(Position position) {
    List<Progress> found = new ArrayList<>();
    partitions.forEach(
        (number, partition) -> {
          var entry = partition.progress.lowerEntry(position.offset(number, 0));
          if (entry != null) {
            found.add(entry.getValue());
          }
        });
    return found;
  }

  long duplicates(Position position) {
    return progress(position).stream().mapToLong(Progress::duplicates).sum();
  }

  /** Returns how many orders {@code orders_per_minute} found late. */
  long late(Position position) {
    return progress(position).stream().mapToLong(Progress::late).sum();
  }

  /** Returns the source's watermark as an answer writes it. */
  String watermark(Position position) {
    List<Progress> started =
        progress(position).stream().filter(p -> p.lastTimestampMs != NEVER).toList();
    long newest = started.stream().mapToLong(Progress::lastTimestampMs).max().orElse(0);
    return started.stream()
        .filter(p -> newest - p.lastTimestampMs <= Orders.IDLE_AFTER_MS)
        .map(p -> p.highestMs - Orders.WATERMARK_MS)
        .min(Comparator.naturalOrder())
        .map(watermark -> ISO.format(Instant.ofEpochMilli(watermark)))
        .orElse("null");
  }
}
