package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import java.util.Arrays;
import java.util.List;

/**
 * The states of a user's aggregate, stored as the bytes it makes of them; NULL over no value.
 *
 * <p>Reading is synchronized, so that a state has one owner at a time even when several threads
 * read: encoding and finishing leave it as it is, but may sort what they find.
 */
final class UserAccumulators<S> extends Accumulators {

  private final UserAggregate<S> aggregate;
  private final ColumnType type;
  private S[] states = newArray(16);

  UserAccumulators(UserAggregate<S> aggregate, ColumnType type) {
    this.aggregate = aggregate;
    this.type = type;
  }

  @SuppressWarnings("unchecked") // nobody else sees the array
  private static <S> S[] newArray(int length) {
    return (S[]) new Object[length];
  }

  @Override
  void ensureCapacity(int count) {
    if (count <= states.length) {
      return;
    }
    states = Arrays.copyOf(states, Capacity.of(states.length, count));
  }

  private S state(int group) {
    S state = states[group];
    return state == null ? aggregate.empty() : state;
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < count; i++) {
      boolean complete = true;
      for (int a = 0; a < values.length; a++) {
        values[a] = arguments.get(a).value(i);
        complete &= values[a] != null;
      }
      if (complete) {
        states[groups[i]] = aggregate.lift(state(groups[i]), values);
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BYTES);
  }

  @Override
  public synchronized List<Column> states(int[] rows, int count) {
    byte[][] encoded = new byte[count][];
    for (int i = 0; i < count; i++) {
      S state = states[rows[i]];
      encoded[i] = state == null ? null : aggregate.encode(state);
    }
    return List.of(BytesColumn.of(encoded, count));
  }

  @Override
  public void merge(List<Column> encoded, int[] groups, int count) {
    BytesColumn theirs = (BytesColumn) encoded.get(0);
    for (int i = 0; i < count; i++) {
      if (!theirs.isNull(i)) {
        int group = groups[i];
        byte[] bytes = theirs.get(i);
        S other = aggregate.decode(Arrays.copyOf(bytes, bytes.length));
        S state = states[group];
        states[group] = state == null ? other : aggregate.merge(state, other);
      }
    }
  }

  @Override
  public synchronized Column finish() {
    Object[] finished = new Object[groups()];
    for (int group = 0; group < finished.length; group++) {
      finished[group] = UserValues.normalise(type, aggregate.finish(state(group)));
    }
    return UserValues.column(type, finished);
  }

  @Override
  public synchronized long memoryBytes() {
    return HeapSize.ofReferences(states.length)
        + HeapSize.ofAll(groups(), group -> states[group], aggregate::memoryBytes);
  }
}
