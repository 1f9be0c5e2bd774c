package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @Property(tries = 20_000)
  void parsingAgreesWithTheLibrarysParser(@ForAll long seed) {
    String text = randomText(new Random(seed));
    assertThat(Timestamps.parse(text)).as(text).isEqualTo(slowParse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-11-22T06:00:00.Z",
        "2026-11-22T06:00:00.1234567890Z",
        "2026-11-22T06:00:0\u0660Z",
        "2026-11-22T06:00:00.\u0661Z",
        "2026-11-22T06:00:00,5Z",
        "2026-11-22T06:00:60Z",
        "2026-11-22T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "-2026-11-22T06:00:00Z",
        "2026-11-22T06:00:00+25:00",
        "2026-11-22T06:00:00-00:00",
        "+999999999-12-31T23:59:59.999999999-18:00",
        "-999999999-01-01T00:00:00+18:00",
        "9999-12-31T23:59:59.999-00:01",
        "0001-01-01T00:00:00+00:01",
        "0001-01-01T00:00:00-00:01"
      })
  void rareTextsAreParsedAsTheLibraryDoes(String text) {
    assertThat(Timestamps.parse(text)).isEqualTo(slowParse(text));
  }

  @Property
  void formattedInstantIsParsedBack(
      @ForAll @LongRange(min = Timestamps.MIN_MS, max = Timestamps.MAX_MS) long epochMs) {
    String text = Timestamps.format(epochMs);
    assertThat(text).hasSize("2026-11-22T06:00:00.000Z".length());
    assertThat(Timestamps.parse(text)).hasValue(epochMs);
  }

  @Property
  void formattedDateIsParsedBack(
      @ForAll @LongRange(min = -719_162, max = 2_932_896) long epochDay) {
    assertThat(Timestamps.parseDate(Timestamps.formatDate(epochDay))).hasValue(epochDay);
  }

  @Test
  void datesOutsideTheYears1To9999AreNone() {
    assertThat(Timestamps.parseDate("0001-01-01")).hasValue(LocalDate.of(1, 1, 1).toEpochDay());
    assertThat(Timestamps.parseDate("0000-12-31")).isEmpty();
    assertThat(Timestamps.parseDate("+10000-01-01")).isEmpty();
    assertThat(Timestamps.parseDate("+999999999-12-31")).isEmpty();
    assertThat(Timestamps.parseDate("-999999999-01-01")).isEmpty();
  }

  private static OptionalLong slowParse(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      boolean valid =
          !instant.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
              && instant.isBefore(Instant.parse("+10000-01-01T00:00:00Z"));
      return valid ? OptionalLong.of(instant.toEpochMilli()) : OptionalLong.empty();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /** Mostly instants in one of the forms that producers write, some of them damaged. */
  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    text.append("%04d".formatted(random.nextInt(10) == 0 ? random.nextInt(10_000) : 2024));
    text.append("-%02d".formatted(random.nextInt(14)));
    text.append("-%02d".formatted(random.nextInt(33)));
    text.append(random.nextInt(20) == 0 ? "t" : "T");
    text.append("%02d".formatted(random.nextInt(26)));
    text.append(":%02d".formatted(random.nextInt(62)));
    if (random.nextInt(10) > 0) {
      text.append(":%02d".formatted(random.nextInt(62)));
      if (random.nextBoolean()) {
        text.append('.');
        int digits = random.nextInt(11);
        for (int i = 0; i < digits; i++) {
          text.append((char) ('0' + random.nextInt(10)));
        }
      }
    }
    String[] offsets = {"Z", "Z", "Z", "z", "+01:30", "-18:00", "+02", "+00:00:01", "+0100", ""};
    text.append(offsets[random.nextInt(offsets.length)]);
    if (random.nextInt(4) == 0) {
      String alphabet = "0123456789-:T.Z+ ";
      int at = random.nextInt(text.length());
      text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
