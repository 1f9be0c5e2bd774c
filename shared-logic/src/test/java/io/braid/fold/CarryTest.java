package io.braid.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.decode.JsonDecoder;
import io.braid.time.PartitionTime;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CarryTest {

  private static final TestingSource SOURCE =
      TestingSource.with("SELECT COUNT(*) AS n FROM testing");

  /** Changing these bytes is a deliberate act with a version number. */
  private static final String STORED =
      "00000001" // version
          + "00000000000003e8" // highest event time: 1000
          + "00000000000003ec" // last record timestamp: 1004
          + "00000001" // ids
          + "2dcae9613d3c37ca03402c89fa0d3198" // XXH3-128 of the characters "abc"
          + "fffffffffffffc18"; // watermark as it stood: 1000 - 2000

  @Test
  void formatIsPinned() {
    JsonDecoder decoder = SOURCE.decoder();
    decoder.append(0, 1004, "{\"id\": \"abc\", \"event_time\": 1000}".getBytes(UTF_8));
    PartitionFold fold = new PartitionFold(0, SOURCE.rules(), SOURCE.plans(), 0, Carry.EMPTY);
    fold.fold(decoder.take());
    assertThat(HexFormat.of().formatHex(fold.carry().encode())).isEqualTo(STORED);
  }

  @Test
  void storedCarryGoesOnWithItsIds() {
    Carry carry = Carry.decode(HexFormat.of().parseHex(STORED));
    assertThat(carry.time()).isEqualTo(new PartitionTime(1000, 1004));
    JsonDecoder decoder = SOURCE.decoder();
    decoder.append(1, 1004, "{\"id\": \"abc\", \"event_time\": 1000}".getBytes(UTF_8));
    PartitionFold fold = new PartitionFold(0, SOURCE.rules(), SOURCE.plans(), 1, carry);
    fold.fold(decoder.take());
    assertThat(fold.counts().duplicates()).isEqualTo(1);
  }

  @Test
  void carryOfAnotherVersionIsRefused() {
    byte[] bytes = HexFormat.of().parseHex(STORED);
    bytes[3] = 2;
    assertThatThrownBy(() -> Carry.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot decode a carry of version 2, expected 1");
  }

  @Test
  void carryThatIsCutShortIsRefused() {
    byte[] bytes = HexFormat.of().parseHex(STORED);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cutShort = Arrays.copyOf(bytes, length);
      if (length == 20) {
        continue; // the carry of a source without ids
      }
      assertThatThrownBy(
              () -> new PartitionFold(0, SOURCE.rules(), SOURCE.plans(), 0, Carry.decode(cutShort)))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void foldDoesNotMoveBack() {
    PartitionFold fold = new PartitionFold(0, SOURCE.rules(), SOURCE.plans(), 5, Carry.EMPTY);
    assertThatThrownBy(() -> fold.advance(4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot move a fold back: position 5, asked for 4");
  }
}
