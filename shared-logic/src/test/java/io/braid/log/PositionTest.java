package io.braid.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PositionTest {

  @Test
  void isAtOrPastItselfAndWhatLiesBelow() {
    Position position = Position.of(Map.of(0, 5L, 1, 7L));
    assertThat(position.isAtOrPast(position)).isTrue();
    assertThat(position.isAtOrPast(Position.of(Map.of(0, 4L, 1, 7L)))).isTrue();
    assertThat(position.isAtOrPast(Position.of(Map.of(0, 6L, 1, 1L)))).isFalse();
    assertThat(position.isAtOrPast(Position.NONE)).isTrue();
  }

  @Test
  void isNotPastAPartitionThatItLacks() {
    Position position = Position.of(Map.of(0, 5L));
    assertThat(position.isAtOrPast(Position.of(Map.of(0, 5L, 1, 0L)))).isFalse();
    assertThat(Position.of(Map.of(0, 5L, 1, 0L)).isAtOrPast(position)).isTrue();
  }

  @Test
  void lagAddsUpWhatIsBehindAndNothingThatIsAhead() {
    Position position = Position.of(Map.of(0, 5L, 1, 9L));
    assertThat(position.lag(Position.of(Map.of(0, 8L, 1, 7L, 2, 4L)))).isEqualTo(3 + 4);
    assertThat(position.lag(Position.NONE)).isZero();
  }

  @Test
  void keepsACopyOfItsOffsets() {
    Map<Integer, Long> offsets = new HashMap<>(Map.of(0, 5L));
    Position position = Position.of(offsets);
    offsets.put(0, 6L);
    assertThat(position.offset(0)).isEqualTo(5);
    assertThatThrownBy(() -> position.offsets().put(0, 6L))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void partitionWithoutOffsetIsRefusedUnlessThereIsADefault() {
    Position position = Position.of(Map.of(0, 5L));
    assertThat(position.offset(1, 3)).isEqualTo(3);
    assertThatThrownBy(() -> position.offset(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No partition 1 in {0=5}");
  }

  @Test
  void isAnObjectByPartitionInJson() throws Exception {
    JsonMapper mapper = new JsonMapper();
    Position position = Position.of(Map.of(10, 95L, 2, 120L));
    assertThat(mapper.writeValueAsString(position)).isEqualTo("{\"2\":120,\"10\":95}");
    assertThat(mapper.readValue("{\"2\":120,\"10\":95}", Position.class)).isEqualTo(position);
  }

  @Test
  void offsetRangeThatRunsBackwardsIsRefused() {
    assertThat(new OffsetRange(0, 5, 5).to()).isEqualTo(5);
    assertThatThrownBy(() -> new OffsetRange(0, 5, 4))
        .hasMessage("Invalid offset range: partition 0 [5, 4)");
    assertThatThrownBy(() -> new OffsetRange(0, -1, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
