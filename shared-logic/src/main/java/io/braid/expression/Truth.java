package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.List;

/**
 * NOT, and the tests that are never NULL themselves.
 *
 * @param operand any type for IS [NOT] NULL, otherwise BOOLEAN
 */
record Truth(Kind kind, Expression operand) implements Expression {

  /** What is asked; the name is part of the normal form. */
  enum Kind {
    NOT,
    IS_NULL,
    IS_NOT_NULL,
    IS_TRUE,
    IS_NOT_TRUE,
    IS_FALSE,
    IS_NOT_FALSE
  }

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    Column column = operand.evaluate(batch, errors);
    long[] results = new long[size];
    if (kind == Kind.NOT) {
      LongColumn truths = (LongColumn) column;
      for (int i = 0; i < size; i++) {
        results[i] = truths.get(i) ^ 1;
      }
      return NullMask.of(size, column).column(ColumnType.BOOLEAN, results);
    }
    switch (kind) {
      case IS_NULL, IS_NOT_NULL -> {
        if (column instanceof StringColumn texts) {
          for (int i = 0; i < size; i++) {
            results[i] = texts.code(i) < 0 ? 1 : 0;
          }
        } else if (column.mayHaveNulls()) {
          for (int i = 0; i < size; i++) {
            results[i] = column.isNull(i) ? 1 : 0;
          }
        }
      }
      case IS_TRUE, IS_NOT_TRUE -> {
        LongColumn truths = (LongColumn) column;
        for (int i = 0; i < size; i++) {
          results[i] = truths.isTrue(i) ? 1 : 0;
        }
      }
      case IS_FALSE, IS_NOT_FALSE -> {
        LongColumn truths = (LongColumn) column;
        for (int i = 0; i < size; i++) {
          results[i] = truths.get(i) == 0 && !truths.isNull(i) ? 1 : 0;
        }
      }
      case NOT -> throw new IllegalStateException("NOT was handled above");
    }
    if (kind == Kind.IS_NOT_NULL || kind == Kind.IS_NOT_TRUE || kind == Kind.IS_NOT_FALSE) {
      for (int i = 0; i < size; i++) {
        results[i] ^= 1;
      }
    }
    return LongColumn.of(ColumnType.BOOLEAN, results, size);
  }

  @Override
  public String text() {
    return kind + "(" + operand.text() + ")";
  }
}
