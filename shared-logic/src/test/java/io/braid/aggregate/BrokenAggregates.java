package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.nio.ByteBuffer;
import java.util.List;

/** Aggregates over one BIGINT that break one law each. */
public final class BrokenAggregates {

  private BrokenAggregates() {}

  /** A sum, which breaks no law. */
  abstract static class Sum implements UserAggregate<Long> {

    @Override
    public ColumnType type(List<ColumnType> arguments) {
      return ColumnType.BIGINT;
    }

    @Override
    public Long empty() {
      return 0L;
    }

    @Override
    public Long lift(Long state, Object[] values) {
      return state + (long) values[0];
    }

    @Override
    public Long merge(Long state, Long other) {
      return state + other;
    }

    @Override
    public byte[] encode(Long state) {
      return ByteBuffer.allocate(8).putLong(state).array();
    }

    @Override
    public Long decode(byte[] bytes) {
      return ByteBuffer.wrap(bytes).getLong();
    }

    @Override
    public Object finish(Long state) {
      return state;
    }
  }

  /** Keeps what came first. */
  public static final class First extends Sum {

    @Override
    public String name() {
      return "BROKEN_FIRST";
    }

    @Override
    public Long empty() {
      return Long.MIN_VALUE;
    }

    @Override
    public Long lift(Long state, Object[] values) {
      return merge(state, (long) values[0]);
    }

    @Override
    public Long merge(Long state, Long other) {
      return state == Long.MIN_VALUE ? other : state;
    }
  }

  /** Lifts in any order, but merges by keeping one side. */
  public static final class Left extends Sum {

    @Override
    public String name() {
      return "BROKEN_LEFT";
    }

    @Override
    public Long merge(Long state, Long other) {
      return state == 0 ? other : state;
    }
  }

  /** Merges to half of both. */
  public static final class Halves extends Sum {

    @Override
    public String name() {
      return "BROKEN_HALVES";
    }

    @Override
    public Long merge(Long state, Long other) {
      return state == 0 || other == 0 ? state + other : (state + other) / 2;
    }
  }

  /** Adds one each time that states merge. */
  public static final class OneMore extends Sum {

    @Override
    public String name() {
      return "BROKEN_IDENTITY";
    }

    @Override
    public Long merge(Long state, Long other) {
      return state + other + 1;
    }
  }

  /** Stores 16 bits. */
  public static final class Truncating extends Sum {

    @Override
    public String name() {
      return "BROKEN_CODEC";
    }

    @Override
    public byte[] encode(Long state) {
      return ByteBuffer.allocate(2).putShort((short) (long) state).array();
    }

    @Override
    public Long decode(byte[] bytes) {
      return (long) ByteBuffer.wrap(bytes).getShort();
    }
  }

  /** Cannot take a negative number. */
  public static final class Throwing extends Sum {

    @Override
    public String name() {
      return "BROKEN_THROWING";
    }

    @Override
    public Long lift(Long state, Object[] values) {
      if ((long) values[0] < 0) {
        throw new IllegalStateException("no negative\nnumbers");
      }
      return super.lift(state, values);
    }
  }

  /** Finishes to a text. */
  public static final class Text extends Sum {

    @Override
    public String name() {
      return "BROKEN_RESULT";
    }

    @Override
    public Object finish(Long state) {
      return "" + state;
    }
  }

  /** Sums doubles one by one, which rounds as they come. */
  public static final class DoubleSum implements UserAggregate<Double> {

    @Override
    public String name() {
      return "BROKEN_ROUNDING";
    }

    @Override
    public ColumnType type(List<ColumnType> arguments) {
      return ColumnType.DOUBLE;
    }

    @Override
    public Double empty() {
      return 0.0;
    }

    @Override
    public Double lift(Double state, Object[] values) {
      return state + (double) values[0];
    }

    @Override
    public Double merge(Double state, Double other) {
      return state + other;
    }

    @Override
    public byte[] encode(Double state) {
      return ByteBuffer.allocate(8).putDouble(state).array();
    }

    @Override
    public Double decode(byte[] bytes) {
      return ByteBuffer.wrap(bytes).getDouble();
    }

    @Override
    public Object finish(Double state) {
      return state;
    }
  }

  /** Gives the same state to everybody, and changes it. */
  public static final class Shared implements UserAggregate<long[]> {

    private final long[] state = {0};

    @Override
    public String name() {
      return "BROKEN_SHARED";
    }

    @Override
    public ColumnType type(List<ColumnType> arguments) {
      return ColumnType.BIGINT;
    }

    @Override
    public long[] empty() {
      return state;
    }

    @Override
    public long[] lift(long[] state, Object[] values) {
      state[0] = Math.max(state[0], Math.abs((long) values[0]));
      return state;
    }

    @Override
    public long[] merge(long[] state, long[] other) {
      state[0] = Math.max(state[0], other[0]);
      return state;
    }

    @Override
    public byte[] encode(long[] state) {
      return ByteBuffer.allocate(8).putLong(state[0]).array();
    }

    @Override
    public long[] decode(byte[] bytes) {
      return new long[] {ByteBuffer.wrap(bytes).getLong()};
    }

    @Override
    public Object finish(long[] state) {
      return state[0];
    }
  }
}
