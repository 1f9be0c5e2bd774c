package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a text matches a pattern: {@code %} stands for any characters or none, {@code _} for any
 * one code point. A pattern that is wrong about its escape is NULL and counted.
 *
 * @param escape one code point, or empty for patterns without
 */
record Like(Expression operand, Expression pattern, Optional<String> escape) implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand, pattern);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    StringColumn texts = (StringColumn) operand.evaluate(batch, errors);
    if (pattern instanceof Literal constant && !constant.isNull()) {
      LikePattern compiled = compile(constant.asText());
      return DistinctTexts.test(texts, size, compiled::matches);
    }
    StringColumn patterns = (StringColumn) pattern.evaluate(batch, errors);
    NullMask nulls = NullMask.of(size, texts, patterns);
    long[] results = new long[size];
    Map<Integer, Optional<LikePattern>> byCode = new HashMap<>();
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      Optional<LikePattern> compiled =
          byCode.computeIfAbsent(patterns.code(i), code -> tryCompile(patterns, code));
      if (compiled.isEmpty()) {
        nulls.fail(i, errors);
      } else if (compiled.get().matches(texts.get(i))) {
        results[i] = 1;
      }
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  private LikePattern compile(String text) {
    return LikePattern.of(text, escape.map(e -> e.codePointAt(0)).orElse(-1));
  }

  private Optional<LikePattern> tryCompile(StringColumn patterns, int code) {
    try {
      return Optional.of(compile(patterns.dictionary().text(code)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // counted for every row that has this pattern
    }
  }

  @Override
  public String text() {
    String behind = escape.map(e -> " escape '" + e.replace("'", "''") + "'").orElse("");
    return "(" + operand.text() + " like " + pattern.text() + behind + ")";
  }
}
