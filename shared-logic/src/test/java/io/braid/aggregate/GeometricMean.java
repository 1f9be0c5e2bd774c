package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * GEOMETRIC_MEAN(x, weight): of doubles with whole weights. Logarithms are rounded to whole numbers
 * of 2^-32, because a sum of doubles depends on their order. NaN when a value is not positive and
 * finite.
 */
public final class GeometricMean implements UserAggregate<GeometricMean.Logs> {

  private static final double UNIT = 0x1p-32;

  /** What is known of some values; changed in place. */
  public static final class Logs {
    private long weights;
    private long sum;
    private boolean invalid;
  }

  @Override
  public String name() {
    return "GEOMETRIC_MEAN";
  }

  @Override
  public int version() {
    return 3;
  }

  @Override
  public ColumnType type(List<ColumnType> arguments) {
    if (!arguments.equals(List.of(ColumnType.DOUBLE, ColumnType.INT))) {
      throw new IllegalArgumentException("it takes a DOUBLE and an INTEGER");
    }
    return ColumnType.DOUBLE;
  }

  @Override
  public Logs empty() {
    return new Logs();
  }

  @Override
  public Logs lift(Logs state, Object[] values) {
    double value = (double) values[0];
    long weight = (long) values[1];
    if (value > 0 && value < Double.POSITIVE_INFINITY) {
      state.sum += weight * Math.round(StrictMath.log(value) / UNIT);
      state.weights += weight;
    } else {
      state.invalid = true;
    }
    return state;
  }

  @Override
  public Logs merge(Logs state, Logs other) {
    state.sum += other.sum;
    state.weights += other.weights;
    state.invalid |= other.invalid;
    return state;
  }

  @Override
  public byte[] encode(Logs state) {
    byte invalid = (byte) (state.invalid ? 1 : 0);
    return ByteBuffer.allocate(17).putLong(state.weights).putLong(state.sum).put(invalid).array();
  }

  @Override
  public Logs decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Logs logs = new Logs();
    logs.weights = buffer.getLong();
    logs.sum = buffer.getLong();
    logs.invalid = buffer.get() == 1;
    return logs;
  }

  @Override
  public Object finish(Logs state) {
    if (state.weights == 0 && !state.invalid) {
      return null;
    }
    return state.invalid ? Double.NaN : StrictMath.exp(state.sum * UNIT / state.weights);
  }
}
