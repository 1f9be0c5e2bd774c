package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.List;
import java.util.Optional;

/**
 * Part of a text, counted in code points from 1. The part asked for may reach over both ends, as
 * ISO 9075-2, 6.32, has it: SUBSTRING('abc' FROM 0 FOR 2) is 'a', SUBSTRING('abc' FROM -1) is
 * 'abc'. A negative length is NULL and counted.
 *
 * @param start an integer
 * @param length an integer, or empty for all that follows
 */
record Substring(Expression operand, Expression start, Optional<Expression> length)
    implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.STRING;
  }

  @Override
  public List<Expression> operands() {
    return length.map(l -> List.of(operand, start, l)).orElse(List.of(operand, start));
  }

  /** Returns whether no row can fail: the length, if there is one, is a constant that is valid. */
  boolean isTotal() {
    return length.isEmpty()
        || (length.get() instanceof Literal literal && (literal.isNull() || literal.asLong() >= 0));
  }

  @Override
  public StringColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    StringColumn texts = (StringColumn) operand.evaluate(batch, errors);
    if (isConstant(start) && (length.isEmpty() || isConstant(length.get())) && isTotal()) {
      long from = ((Literal) start).asLong();
      long to = length.map(l -> end(from, ((Literal) l).asLong())).orElse(Long.MAX_VALUE);
      return DistinctTexts.change(texts, size, text -> part(text, from, to));
    }
    LongColumn starts = (LongColumn) start.evaluate(batch, errors);
    Optional<LongColumn> lengths = length.map(l -> (LongColumn) l.evaluate(batch, errors));
    StringColumn.Builder parts = new StringColumn.Builder(new Dictionary(), size);
    for (int i = 0; i < size; i++) {
      long from = starts.get(i);
      if (texts.isNull(i) || starts.isNull(i) || (lengths.isPresent() && lengths.get().isNull(i))) {
        parts.appendNull();
      } else if (lengths.isEmpty()) {
        parts.append(part(texts.get(i), from, Long.MAX_VALUE));
      } else if (lengths.get().get(i) < 0) {
        parts.appendNull();
        errors.add();
      } else {
        parts.append(part(texts.get(i), from, end(from, lengths.get().get(i))));
      }
    }
    return parts.build();
  }

  private static boolean isConstant(Expression expression) {
    return expression instanceof Literal literal && !literal.isNull();
  }

  /** Returns the place behind a part, as far as there are such numbers. */
  private static long end(long start, long count) {
    return start > 0 && count > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + count;
  }

  /** Returns the code points at the places [start, end), counted from 1. */
  private static String part(String text, long start, long end) {
    long first = Math.max(start, 1);
    if (first > text.length() || end <= first) {
      return "";
    }
    int from = offset(text, 0, first - 1);
    return text.substring(from, offset(text, from, end - first));
  }

  /** Returns the index {@code points} code points behind {@code from}, at most the text's end. */
  private static int offset(String text, int from, long points) {
    int at = from;
    for (long left = points; left > 0 && at < text.length(); left--) {
      at += Character.charCount(text.codePointAt(at));
    }
    return at;
  }

  @Override
  public String text() {
    return "substring(%s from %s%s)"
        .formatted(operand.text(), start.text(), length.map(l -> " for " + l.text()).orElse(""));
  }
}
