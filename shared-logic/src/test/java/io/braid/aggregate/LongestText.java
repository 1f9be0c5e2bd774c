package io.braid.aggregate;

import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** LONGEST(text): the longest; of several the last in order; an empty text over none. */
public final class LongestText implements UserAggregate<String> {

  @Override
  public String name() {
    return "Longest"; // in any case
  }

  @Override
  public ColumnType type(List<ColumnType> arguments) {
    if (!arguments.equals(List.of(ColumnType.STRING))) {
      throw new IllegalArgumentException("it takes one text");
    }
    return ColumnType.STRING;
  }

  @Override
  public String empty() {
    return "";
  }

  @Override
  public String lift(String state, Object[] values) {
    return merge(state, (String) values[0]);
  }

  @Override
  public String merge(String state, String other) {
    int longer = Integer.compare(state.length(), other.length());
    return (longer == 0 ? state.compareTo(other) : longer) >= 0 ? state : other;
  }

  @Override
  public byte[] encode(String state) {
    return state.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public Object finish(String state) {
    return state;
  }

  @Override
  public long memoryBytes(String state) {
    return HeapSize.of(state);
  }
}
