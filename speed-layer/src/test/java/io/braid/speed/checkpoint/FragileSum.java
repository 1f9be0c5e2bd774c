package io.braid.speed.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.aggregate.UserAggregate;
import io.braid.column.ColumnType;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A user's aggregate, the sum of whole numbers, whose next merges can be made to fail. */
public final class FragileSum implements UserAggregate<Long> {

  private static final AtomicInteger FAILURES = new AtomicInteger();

  /** Has the next merges of this process fail. */
  public static void failNext(int merges) {
    FAILURES.set(merges);
  }

  @Override
  public String name() {
    return "FRAGILE_SUM";
  }

  @Override
  public ColumnType type(List<ColumnType> arguments) {
    if (!arguments.equals(List.of(ColumnType.BIGINT))) {
      throw new IllegalArgumentException("it takes one BIGINT");
    }
    return ColumnType.BIGINT;
  }

  @Override
  public Long empty() {
    return 0L;
  }

  @Override
  public Long lift(Long state, Object[] values) {
    return state + (Long) values[0];
  }

  @Override
  public Long merge(Long state, Long other) {
    if (FAILURES.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("fragile");
    }
    return state + other;
  }

  @Override
  public byte[] encode(Long state) {
    return String.valueOf(state).getBytes(UTF_8);
  }

  @Override
  public Long decode(byte[] bytes) {
    return Long.valueOf(new String(bytes, UTF_8));
  }

  @Override
  public Object finish(Long state) {
    return state;
  }
}
