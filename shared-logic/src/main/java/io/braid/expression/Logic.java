package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * AND or OR of boolean operands, with SQL's three values.
 *
 * <p>Operands are taken from left to right; one that can fail sees only the rows that those before
 * it left open, so {@code d <> 0 AND n / d > 1} counts no error.
 *
 * @param and AND, otherwise OR
 */
record Logic(boolean and, List<Operand> conditions) implements Expression {

  private static final int[] NONE = {};

  /**
   * One operand.
   *
   * @param total whether it cannot fail, asked once and not in every batch
   */
  record Operand(Expression expression, boolean total) {}

  Logic {
    conditions = List.copyOf(conditions);
  }

  static Logic of(boolean and, List<Expression> operands) {
    return new Logic(
        and, operands.stream().map(o -> new Operand(o, Expressions.isTotal(o))).toList());
  }

  @Override
  public List<Expression> operands() {
    return conditions.stream().map(Operand::expression).toList();
  }

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    long deciding = and ? 0 : 1;
    long[] results = new long[size];
    Arrays.fill(results, 1 - deciding);
    NullMask nulls = new NullMask(size);
    for (Operand operand : conditions) {
      Expression condition = operand.expression();
      int[] open = operand.total() ? NONE : open(results, deciding);
      if (operand.total() || open.length == size) {
        merge((LongColumn) condition.evaluate(batch, errors), deciding, results, nulls);
      } else if (open.length > 0) {
        Batch rest = batch.select(open, open.length);
        LongColumn truths = (LongColumn) condition.evaluate(rest, errors);
        for (int i = 0; i < open.length; i++) {
          merge(truths, i, deciding, results, nulls, open[i]);
        }
      }
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  private static int[] open(long[] results, long deciding) {
    int[] rows = new int[results.length];
    int count = 0;
    for (int row = 0; row < results.length; row++) {
      if (results[row] != deciding) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** Combines two columns of truths. */
  static LongColumn combine(boolean and, List<LongColumn> columns, int size) {
    long deciding = and ? 0 : 1;
    long[] results = new long[size];
    Arrays.fill(results, 1 - deciding);
    NullMask nulls = new NullMask(size);
    for (LongColumn truths : columns) {
      merge(truths, deciding, results, nulls);
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  private static void merge(LongColumn truths, long deciding, long[] results, NullMask nulls) {
    if (!truths.mayHaveNulls() && nulls.isEmpty()) {
      if (deciding == 0) {
        for (int i = 0; i < results.length; i++) {
          results[i] &= truths.get(i);
        }
      } else {
        for (int i = 0; i < results.length; i++) {
          results[i] |= truths.get(i);
        }
      }
      return;
    }
    if (!truths.mayHaveNulls()) {
      for (int i = 0; i < results.length; i++) {
        if (truths.get(i) == deciding) {
          results[i] = deciding;
          nulls.clear(i);
        }
      }
      return;
    }
    for (int i = 0; i < results.length; i++) {
      merge(truths, i, deciding, results, nulls, i);
    }
  }

  private static void merge(
      LongColumn truths, int from, long deciding, long[] results, NullMask nulls, int to) {
    if (results[to] == deciding) {
      return;
    }
    if (truths.isNull(from)) {
      nulls.set(to);
    } else if (truths.get(from) == deciding) {
      results[to] = deciding;
      nulls.clear(to);
    }
  }

  @Override
  public String text() {
    return conditions.stream()
        .map(operand -> operand.expression().text())
        .collect(Collectors.joining(and ? " and " : " or ", "(", ")"));
  }
}
