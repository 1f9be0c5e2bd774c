package io.braid.aggregate;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A user's aggregate as a function of SQL. The first time that it is applied to arguments of some
 * types its laws are tried, and what came out is remembered.
 */
final class UserFunction<S> implements AggregateFunction {

  private final UserAggregate<S> aggregate;
  private final String name;
  private final Map<List<ColumnType>, Verdict> verdicts = new ConcurrentHashMap<>();

  UserFunction(UserAggregate<S> aggregate) {
    this.aggregate = aggregate;
    this.name = aggregate.name().toUpperCase(Locale.ROOT);
  }

  /** What applying the function to some types gives: a type, or a reason why not. */
  private record Verdict(Optional<ColumnType> type, String refusal) {

    static Verdict refused(String reason) {
      return new Verdict(Optional.empty(), reason);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ColumnType type(List<ColumnType> arguments, List<Double> constants) {
    Verdict verdict = verdicts.computeIfAbsent(List.copyOf(arguments), this::judge);
    return verdict.type().orElseThrow(() -> new IllegalArgumentException(verdict.refusal()));
  }

  private Verdict judge(List<ColumnType> arguments) {
    String types = arguments.stream().map(ColumnType::sqlName).collect(Collectors.joining(", "));
    ColumnType type;
    try {
      type = aggregate.type(arguments);
    } catch (IllegalArgumentException e) {
      return Verdict.refused(
          "%s cannot be applied to %s: %s".formatted(name, types, e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      return Verdict.refused(
          "%s cannot be applied to %s: its type() fails: %s"
              .formatted(name, types, AggregateLaws.reason(e)));
    }
    if (type == null || type.kind() == Kind.BYTES) {
      return Verdict.refused(
          "%s cannot be applied to %s: its type() gives %s, which no column of an answer has"
              .formatted(name, types, type));
    }
    return AggregateLaws.violation(aggregate, arguments, type)
        .map(
            broken ->
                Verdict.refused(
                    "%s of %s is no aggregate of %s: %s"
                        .formatted(name, aggregate.getClass().getName(), types, broken)))
        .orElse(new Verdict(Optional.of(type), ""));
  }

  @Override
  public Accumulators accumulators(List<ColumnType> arguments, List<Double> constants) {
    return new UserAccumulators<>(aggregate, type(arguments, constants));
  }

  @Override
  public boolean isRetractable() {
    return false;
  }

  @Override
  public String accuracy() {
    return aggregate.accuracy();
  }

  @Override
  public String bytesPerGroup(List<ColumnType> arguments) {
    return "those of its state";
  }

  @Override
  public String text() {
    return name + "@" + aggregate.version();
  }
}
