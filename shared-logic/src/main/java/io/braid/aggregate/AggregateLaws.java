package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tries the laws of an aggregate on a user's implementation, with generated values of the types it
 * is to be applied to, always the same ones. Takes some tens of milliseconds.
 *
 * <p>The first rounds have few and plain values, so that the counterexample of a simple mistake is
 * a simple one; later ones have the extremes of each type (infinities and NaN among them); the last
 * have so many that a state which changes its form as it grows does so. One owner.
 */
final class AggregateLaws<S> {

  private static final long SEED = 20_260_101;
  private static final int ROUNDS = 60;
  private static final int FIRST_OF_MANY = 16;
  private static final int FIRST_WITH_EXTREMES = 25;
  private static final int FIRST_LARGE = 56;
  private static final int LARGE = 700;

  /** Values that are shown of a counterexample; the others are counted. */
  private static final int MOST_SHOWN = 8;

  private static final String LETTERS = "abcxyz ÉéßΩ日本€";
  private static final double[] EXTREME_DOUBLES = {
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    Double.MIN_VALUE
  };

  private final UserAggregate<S> aggregate;
  private final List<ColumnType> arguments;
  private final ColumnType type;
  private final Random random = new Random(SEED);

  /** What is at work, for the message when it throws. */
  private List<Object[]> tried = List.of();

  private AggregateLaws(UserAggregate<S> aggregate, List<ColumnType> arguments, ColumnType type) {
    this.aggregate = aggregate;
    this.arguments = arguments;
    this.type = type;
  }

  /**
   * Returns the first broken law with a counterexample, as a sentence; empty when none was found.
   *
   * @param type of finished values
   */
  static <S> Optional<String> violation(
      UserAggregate<S> aggregate, List<ColumnType> arguments, ColumnType type) {
    return new AggregateLaws<>(aggregate, arguments, type).violation();
  }

  private Optional<String> violation() {
    try {
      Object ofNone = finish(aggregate.empty());
      for (int round = 0; round < ROUNDS; round++) {
        List<Object[]> pool = new ArrayList<>();
        List<Object[]> a = rows(round, pool);
        List<Object[]> b = rows(round, pool);
        List<Object[]> c = rows(round, pool);
        Optional<String> broken = broken(a, b, c, ofNone);
        if (broken.isPresent()) {
          return broken;
        }
      }
      return Optional.empty();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      return Optional.of("over %s it fails: %s".formatted(text(tried), reason(e)));
    }
  }

  /** Returns what was thrown, in words. */
  static String reason(Throwable e) {
    String said = e.getMessage() == null ? "" : ": " + e.getMessage();
    return (e.getClass().getSimpleName() + said).replaceAll("\\s+", " ");
  }

  private Optional<String> broken(
      List<Object[]> a, List<Object[]> b, List<Object[]> c, Object ofNone) {
    List<Object[]> shuffled = new ArrayList<>(a);
    Collections.shuffle(shuffled, random);
    List<Object[]> both = new ArrayList<>(a);
    both.addAll(b);
    List<Supplier<Optional<String>>> laws =
        List.of(
            () ->
                differ(
                    "finish() must leave a state as it is: over " + text(a) + " it gives",
                    finish(of(a)),
                    "the second time",
                    finishedTwice(a)),
            () ->
                differ(
                    "merging with an empty state must change nothing: over "
                        + text(a)
                        + " it gives",
                    finish(of(a)),
                    "with an empty state merged into it",
                    finish(aggregate.merge(of(a), aggregate.empty()))),
            () ->
                differ(
                    "merging with an empty state must change nothing: over "
                        + text(a)
                        + " it gives",
                    finish(of(a)),
                    "merged into an empty state",
                    finish(aggregate.merge(aggregate.empty(), of(a)))),
            () ->
                differ(
                    "encoding must lose nothing: over " + text(a) + " it gives",
                    finish(of(a)),
                    "after encode and decode",
                    finish(travelled(of(a)))),
            () ->
                differ(
                    "encode() must leave a state as it is: over " + text(a) + " it gives",
                    finish(of(a)),
                    "after encode",
                    finishedAfterEncoding(a)),
            () ->
                differ(
                    "the order of values must not matter: over " + text(a) + " it gives",
                    finish(of(a)),
                    "over " + text(shuffled),
                    finish(of(shuffled))),
            () ->
                differ(
                    "merging must be commutative: over %s merged with %s it gives"
                        .formatted(text(a), text(b)),
                    finish(merged(a, b)),
                    "the other way round",
                    finish(merged(b, a))),
            () ->
                differ(
                    "merging must be associative: over (%s and %s) and %s it gives"
                        .formatted(text(a), text(b), text(c)),
                    finish(aggregate.merge(merged(a, b), of(c))),
                    "over the first and (the second and the third)",
                    finish(aggregate.merge(of(a), merged(b, c)))),
            () ->
                differ(
                    "how values are split must not matter: over %s and %s merged it gives"
                        .formatted(text(a), text(b)),
                    finish(merged(a, b)),
                    "over all of them lifted into one state",
                    finish(of(both))),
            () ->
                differ(
                    "decoded states must merge as others do: over %s and %s it gives"
                        .formatted(text(a), text(b)),
                    finish(merged(a, b)),
                    "merged after encode and decode",
                    finish(aggregate.merge(travelled(of(a)), travelled(of(b))))),
            () ->
                differ(
                    "decoded states must go on as others do: over %s it gives"
                        .formatted(text(both)),
                    finish(of(both)),
                    "with encode and decode behind " + text(a),
                    finish(lifted(travelled(of(a)), b))),
            () ->
                differ(
                    "merge() must leave the second state as it is: over %s it gives"
                        .formatted(text(b)),
                    finish(of(b)),
                    "after it was merged into the state of " + text(a),
                    finishedAfterMerging(a, b)),
            () ->
                differ(
                    "empty() must give a new state each time: over no value it gives",
                    ofNone,
                    "after other states were used",
                    finish(aggregate.empty())));
    return laws.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> differ(String law, Object one, String instead, Object other) {
    return Objects.equals(one, other)
        ? Optional.empty()
        : Optional.of(
            "%s %s, %s %s".formatted(law, UserValues.text(one), instead, UserValues.text(other)));
  }

  private Object finish(S state) {
    return UserValues.normalise(type, aggregate.finish(state));
  }

  private Object finishedTwice(List<Object[]> rows) {
    S state = of(rows);
    aggregate.finish(state);
    return finish(state);
  }

  private Object finishedAfterEncoding(List<Object[]> rows) {
    S state = of(rows);
    aggregate.encode(state);
    return finish(state);
  }

  private Object finishedAfterMerging(List<Object[]> into, List<Object[]> rows) {
    S state = of(rows);
    lifted(aggregate.merge(of(into), state), into); // also what the merged state does later
    return finish(state);
  }

  private S of(List<Object[]> rows) {
    tried = rows;
    return lifted(aggregate.empty(), rows);
  }

  private S lifted(S into, List<Object[]> rows) {
    S state = into;
    Object[] values = new Object[arguments.size()]; // used again and again, as in a fold
    for (Object[] row : rows) {
      System.arraycopy(row, 0, values, 0, values.length);
      state = aggregate.lift(state, values);
    }
    return state;
  }

  private S merged(List<Object[]> one, List<Object[]> other) {
    S left = of(one);
    S right = of(other);
    tried = new ArrayList<>(one);
    tried.addAll(other);
    return aggregate.merge(left, right);
  }

  private S travelled(S state) {
    byte[] bytes = aggregate.encode(state);
    if (bytes == null) {
      throw new IllegalStateException("encode() gives null");
    }
    return aggregate.decode(bytes.clone());
  }

  private static String text(List<Object[]> rows) {
    String shown =
        rows.stream().limit(MOST_SHOWN).map(AggregateLaws::text).collect(Collectors.joining(", "));
    int others = rows.size() - MOST_SHOWN;
    return others > 0 ? "[%s and %d more]".formatted(shown, others) : "[" + shown + "]";
  }

  private static String text(Object[] row) {
    String values = Arrays.stream(row).map(UserValues::text).collect(Collectors.joining(", "));
    return row.length == 1 ? values : "(" + values + ")";
  }

  /** Returns some rows; of many, every other one was there before: ties are where mistakes are. */
  private List<Object[]> rows(int round, List<Object[]> pool) {
    boolean plain = round < FIRST_OF_MANY;
    boolean extremes = round >= FIRST_WITH_EXTREMES;
    int size =
        round >= FIRST_LARGE
            ? LARGE / 2 + random.nextInt(LARGE)
            : random.nextInt(plain ? 2 : 3 + round / 8);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (plain || pool.isEmpty() || random.nextBoolean()) {
        pool.add(
            arguments.stream()
                .map(argument -> value(argument, plain, extremes && random.nextInt(8) == 0))
                .toArray());
      }
      rows.add(pool.get(plain ? pool.size() - 1 : random.nextInt(pool.size())));
    }
    return rows;
  }

  private Object value(ColumnType argument, boolean plain, boolean extreme) {
    boolean small = plain || random.nextBoolean();
    return switch (argument.kind()) {
      case STRING -> extreme ? "\uD83D\uDE00".repeat(random.nextInt(3)) : word();
      case BOOLEAN -> random.nextBoolean();
      case INT -> extreme ? (long) (small ? Integer.MIN_VALUE : Integer.MAX_VALUE) : whole(small);
      case BIGINT ->
          extreme
              ? (small ? Long.MIN_VALUE : Long.MAX_VALUE)
              : whole(small) * (small ? 1 : 100_003);
      case DOUBLE ->
          extreme
              ? EXTREME_DOUBLES[random.nextInt(EXTREME_DOUBLES.length)]
              : small ? whole(true) / 4.0 : random.nextGaussian() * Math.pow(10, random.nextInt(7));
      case DECIMAL -> decimal(argument, extreme);
      case TIMESTAMP -> (long) (random.nextDouble() * 4e12);
      case DATE -> (long) random.nextInt(40_000);
      case BYTES -> throw new IllegalStateException("No argument has type " + argument);
    };
  }

  private long whole(boolean small) {
    return small ? random.nextInt(21) - 10 : random.nextInt(2_000_001) - 1_000_000;
  }

  private String word() {
    return random
        .ints(random.nextInt(5), 0, LETTERS.length())
        .mapToObj(i -> LETTERS.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private BigDecimal decimal(ColumnType argument, boolean extreme) {
    BigInteger beyond = BigInteger.TEN.pow(argument.precision());
    BigInteger unscaled =
        extreme
            ? beyond.subtract(BigInteger.ONE)
            : BigInteger.valueOf(random.nextInt(100_000)).mod(beyond);
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), argument.scale());
  }
}
