/**
 * Scalar expressions, evaluated a column at a time with SQL's three-valued logic.
 *
 * <p>An {@link io.braid.expression.Expression} is an immutable tree, made by {@link
 * io.braid.expression.Expressions}. It reads the columns of a {@link io.braid.column.Batch} by
 * index and gives one column. An error inside, such as a division by zero, makes that value NULL
 * and is counted in {@link io.braid.expression.ExpressionErrors}.
 */
package io.braid.expression;
