package io.braid.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class EventIdsTest {

  @Property(tries = 200)
  void anAsciiTextInABufferHasTheIdOfTheText(
      @ForAll @CharRange(to = 127) @StringLength(max = 400) String text) {
    byte[] buffer = ("<" + text + ">").getBytes(StandardCharsets.US_ASCII);
    EventIds ids = new EventIds(1);
    ids.append(text);
    ids.appendAscii(new byte[600], 0, 600); // leaves nothing behind that counts
    ids.appendAscii(buffer, 1, text.length());

    assertThat(ids.high(2)).isEqualTo(ids.high(0));
    assertThat(ids.low(2)).isEqualTo(ids.low(0));
  }
}
