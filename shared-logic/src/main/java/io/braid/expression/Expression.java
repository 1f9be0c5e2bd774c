package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/** A scalar expression over the columns of a batch. Immutable and safe to share. */
public interface Expression {

  /** Returns the type of every value. */
  ColumnType type();

  /** Returns the expressions this one is made of, in writing order. */
  List<Expression> operands();

  /**
   * Returns one value for every row of {@code batch}.
   *
   * @param errors counts values that are NULL because of a division by zero or an overflow
   */
  Column evaluate(Batch batch, ExpressionErrors errors);

  /**
   * Returns the normal form: equal for expressions that give the same values on every batch by the
   * same steps. Stored in fingerprints, so a change is a new semantics version.
   */
  String text();
}
