package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import java.util.ArrayList;
import java.util.List;

/**
 * Squares of doubles. A square has up to 106 bits: the product rounded to a double, and the error
 * of that, which fused multiply-add gives exactly (TWO-PRODUCT). The products and the errors are
 * summed apart, each in a sum of its own, so that neither needs more than the two components that
 * {@link DoubleSumAccumulators} keeps for each group.
 *
 * <p>The square of a value from 2<sup>480</sup> on could overflow, and the error of one below
 * 2<sup>-485</sup> could underflow. Such squares are added whole to the sum of the errors, as
 * integers in units of 2<sup>-2148</sup>, the square of the least double: correct, and slow, but no
 * number that anybody measures is of this kind.
 *
 * <p>Source: T. Ogita, S. M. Rump, S. Oishi, Accurate Sum and Dot Product, SIAM Journal on
 * Scientific Computing 26 (2005), algorithm 3.5 (TwoProductFMA).
 */
final class DoubleSquareSums extends SquareSums {

  private static final double LEAST = 0x1p-485;
  private static final double MOST = 0x1p480;
  private static final int UNIT_EXPONENT = 2 * (Double.MIN_EXPONENT - 52);

  private final DoubleSumAccumulators products = new DoubleSumAccumulators();
  private final DoubleSumAccumulators errors = new DoubleSumAccumulators(UNIT_EXPONENT);

  @Override
  void ensureCapacity(int count) {
    products.grow(count);
    errors.grow(count);
  }

  @Override
  void lift(Column column, int[] groups, int count) {
    DoubleColumn values = (DoubleColumn) column;
    boolean mayHaveNulls = values.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && values.isNull(i)) {
        continue;
      }
      double value = values.get(i);
      double magnitude = Math.abs(value);
      if (magnitude >= LEAST && magnitude < MOST) {
        double product = value * value;
        products.add(groups[i], product);
        double error = Math.fma(value, value, -product);
        if (error != 0) {
          errors.add(groups[i], error);
        }
      } else if (magnitude != 0 && Double.isFinite(value)) {
        Dyadic exact = Dyadic.of(value);
        errors.addUnits(groups[i], exact.times(exact));
      }
    }
  }

  @Override
  List<ColumnType> stateTypes() {
    List<ColumnType> types = new ArrayList<>(products.stateTypes());
    types.addAll(errors.stateTypes());
    return types;
  }

  @Override
  List<Column> states(int[] rows, int count) {
    List<Column> states = new ArrayList<>(products.states(rows, count));
    states.addAll(errors.states(rows, count));
    return states;
  }

  @Override
  void merge(List<Column> states, int[] groups, int count) {
    int width = products.stateTypes().size();
    products.merge(states.subList(0, width), groups, count);
    errors.merge(states.subList(width, states.size()), groups, count);
  }

  @Override
  void merge(SquareSums other, int[] rows, int[] groups, int count) {
    DoubleSquareSums theirs = (DoubleSquareSums) other;
    products.merge(theirs.products, rows, groups, count);
    errors.merge(theirs.errors, rows, groups, count);
  }

  @Override
  Dyadic exact(int group) {
    return products.exact(group).plus(errors.exact(group));
  }

  @Override
  long memoryBytes() {
    return products.memoryBytes() + errors.memoryBytes();
  }
}
