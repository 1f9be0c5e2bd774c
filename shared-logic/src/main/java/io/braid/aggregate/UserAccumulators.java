package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The states of a user's aggregate, stored as the bytes it makes of them; NULL over no value. */
final class UserAccumulators<S> extends Accumulators {

  private final UserAggregate<S> aggregate;
  private final ColumnType type;
  private final List<S> states = new ArrayList<>();

  UserAccumulators(UserAggregate<S> aggregate, ColumnType type) {
    this.aggregate = aggregate;
    this.type = type;
  }

  @Override
  void ensureCapacity(int count) {
    while (states.size() < count) {
      states.add(null);
    }
  }

  private S state(int group) {
    S state = states.get(group);
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
        states.set(groups[i], aggregate.lift(state(groups[i]), values));
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BYTES);
  }

  @Override
  public List<Column> states() {
    byte[][] encoded = new byte[groups()][];
    for (int group = 0; group < encoded.length; group++) {
      S state = states.get(group);
      encoded[group] = state == null ? null : aggregate.encode(state);
    }
    return List.of(BytesColumn.of(encoded, encoded.length));
  }

  @Override
  public void merge(List<Column> encoded, int[] groups, int count) {
    BytesColumn theirs = (BytesColumn) encoded.get(0);
    for (int i = 0; i < count; i++) {
      if (!theirs.isNull(i)) {
        int group = groups[i];
        byte[] bytes = theirs.get(i);
        S other = aggregate.decode(Arrays.copyOf(bytes, bytes.length));
        S state = states.get(group);
        states.set(group, state == null ? other : aggregate.merge(state, other));
      }
    }
  }

  @Override
  public Column finish() {
    Object[] finished = new Object[groups()];
    for (int group = 0; group < finished.length; group++) {
      finished[group] = UserValues.normalise(type, aggregate.finish(state(group)));
    }
    return UserValues.column(type, finished);
  }
}
