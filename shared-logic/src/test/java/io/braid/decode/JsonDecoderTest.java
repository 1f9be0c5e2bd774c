package io.braid.decode;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {

  private static final long NOON = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
  private static final IdRule NO_IDS = new IdRule.None();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "string       | \"a\"                                | a",
        "string       | \"\"                                 | ``",
        "string       | \"null\"                             | null",
        "string       | \"\\ud83d\\ude00\"                   | 😀",
        "string       | \"ü\\u0000\\n\"                      | `ü\u0000\n`",
        "boolean      | true                                 | true",
        "boolean      | false                                | false",
        "int          | 2147483647                           | 2147483647",
        "int          | -2147483648                          | -2147483648",
        "int          | -0                                   | 0",
        "bigint       | 9223372036854775807                  | 9223372036854775807",
        "bigint       | -9223372036854775808                 | -9223372036854775808",
        "double       | 1                                    | 1.0",
        "double       | -0.0                                 | -0.0",
        "double       | 1.7976931348623157e308               | 1.7976931348623157E308",
        "double       | 4.9e-324                             | 4.9E-324",
        "double       | 1e-999                               | 0.0",
        "double       | 123456789012345678901234567890       | 1.2345678901234568E29",
        "decimal(5,2) | 999.99                               | 999.99",
        "decimal(5,2) | -1                                   | -1.00",
        "decimal(5,2) | 1.230000                             | 1.23",
        "decimal(5,2) | 1e2                                  | 100.00",
        "decimal(5,2) | 0e99                                 | 0.00",
        "decimal(5,2) | 0.000                                | 0.00",
        "decimal(38,0)| 99999999999999999999999999999999999999 |"
            + " 99999999999999999999999999999999999999",
        "decimal(38,38)| 1e-38                               | 1E-38",
      })
  void valueOfItsColumnsKindIsKept(String type, String json, String expected) {
    assertThat(value(type, json)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2026-11-22T06:00:00Z                 | 2026-11-22T06:00:00Z",
        "2026-11-22T07:30:00.5+01:30          | 2026-11-22T06:00:00.5Z",
        "2026-11-22T06:00Z                    | 2026-11-22T06:00:00Z",
        "2026-11-22t06:00:00z                 | 2026-11-22T06:00:00Z",
        "2026-11-22T06:00:00.123999999Z       | 2026-11-22T06:00:00.123Z",
        "1969-12-31T23:59:59.999999Z          | 1969-12-31T23:59:59.999Z",
        "2024-02-29T00:00:00Z                 | 2024-02-29T00:00:00Z",
        "0001-01-01T00:00:00Z                 | 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z             | 9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59.999999999Z       | 9999-12-31T23:59:59.999Z",
      })
  void timestampWithOffsetIsKeptInMilliseconds(String text, Instant expected) {
    assertThat(value("timestamp", quoted(text))).isEqualTo(expected.toEpochMilli());
  }

  @Test
  void timestampMayBeEpochMilliseconds() {
    assertThat(value("timestamp", "-1")).isEqualTo(-1L);
    assertThat(value("timestamp", "253402300799999")).isEqualTo(253402300799999L);
  }

  @Test
  void dateIsKeptAsEpochDay() {
    assertThat(value("date", quoted("1969-12-31"))).isEqualTo(-1L);
    assertThat(value("date", quoted("9999-12-31")))
        .isEqualTo(LocalDate.of(9999, 12, 31).toEpochDay());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "string       | 1                             | expected string, found 1",
        "string       | true                          | expected string, found true",
        "string       | {\"a\": 1}                    | expected string, found an object",
        "string       | [\"a\"]                       | expected string, found an array",
        "string       | \"\\ud83d\"                   | expected string, found the string",
        "string       | \"\\ude00\\ud83d\"            | expected string, found the string",
        "string       | \"a\\ud83d b\"                | expected string, found the string",
        "boolean      | \"true\"                      | expected boolean, found the string \"true\"",
        "boolean      | 1                             | expected boolean, found 1",
        "int          | 2147483648                    | expected int, found 2147483648",
        "int          | -2147483649                   | expected int, found -2147483649",
        "int          | 1.0                           | expected int, found 1.0",
        "int          | 1e0                           | expected int, found 1e0",
        "int          | \"1\"                         | expected int, found the string \"1\"",
        "bigint       | 9223372036854775808           | expected bigint, found 9223372036854775808",
        "bigint       | -9223372036854775809          | expected bigint, found -9223372036854775809",
        "bigint       | 1.0                           | expected bigint, found 1.0",
        "bigint       | true                          | expected bigint, found true",
        "bigint       | [1]                           | expected bigint, found an array",
        "double       | \"1.5\"                       | expected double, found the string \"1.5\"",
        "double       | \"NaN\"                       | expected double, found the string \"NaN\"",
        "double       | 1e309                         | expected double, found 1e309",
        "double       | -1e999999999999               | expected double, found -1e999999999999",
        "decimal(5,2) | 1000                          | expected decimal(5,2), found 1000",
        "decimal(5,2) | 0.001                         | expected decimal(5,2), found 0.001",
        "decimal(5,2) | \"1.00\"                      | expected decimal(5,2), found the string",
        "decimal(5,2) | 1e999999999                   | expected decimal(5,2), found 1e999999999",
        "decimal(5,2) | 1e-999999999                  | expected decimal(5,2), found 1e-999999999",
        "decimal(38,0)| 1e2147483647                  | expected decimal(38,0), found 1e2147483647",
        "decimal(5,2) | 1e2147483648                  | expected decimal(5,2), found 1e2147483648",
        "decimal(5,2) | 1000e2147483647               | expected decimal(5,2), found 1000e2147483647",
        "decimal(5,2) | 1e-2147483647                 | expected decimal(5,2), found 1e-2147483647",
        "decimal(38,0)| 100000000000000000000000000000000000000 |"
            + " expected decimal(38,0), found 1000000000",
        "timestamp    | \"2026-11-22T06:00:00\"       | expected timestamp, found the string",
        "timestamp    | \"2026-11-22\"                | expected timestamp, found the string",
        "timestamp    | \"2026-02-29T00:00:00Z\"      | expected timestamp, found the string",
        "timestamp    | \"2026-11-22T24:00:01Z\"      | expected timestamp, found the string",
        "timestamp    | \"2026-11-22 06:00:00Z\"      | expected timestamp, found the string",
        "timestamp    | \"1763791200000\"             | expected timestamp, found the string",
        "timestamp    | \"0000-12-31T23:59:59Z\"      | expected timestamp, found the string",
        "timestamp    | \"+10000-01-01T00:00:00Z\"    | expected timestamp, found the string",
        "timestamp    | 253402300800000               | expected timestamp, found 253402300800000",
        "timestamp    | -62135596800001               | expected timestamp, found -62135596800001",
        "timestamp    | 1.5                           | expected timestamp, found 1.5",
        "timestamp    | true                          | expected timestamp, found true",
        "date         | 1                             | expected date, found 1",
        "date         | \"2026-11-22T00:00:00Z\"      | expected date, found the string",
        "date         | \"2026-02-29\"                | expected date, found the string",
        "date         | \"+10000-01-01\"              | expected date, found the string",
        "date         | \"+999999999-12-31\"          | expected date, found the string",
        "date         | \"-999999999-01-01\"          | expected date, found the string",
      })
  void valueOfAnotherKindMakesADeadLetter(String type, String json, String reason) {
    assertThat(reason(type, "{\"t\": 0, \"v\": " + json + "}")).startsWith("column 'v': " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "string",
        "boolean",
        "int",
        "bigint",
        "double",
        "decimal(5,2)",
        "timestamp",
        "date"
      })
  void missingValueAndNullAreNull(String type) {
    for (String record : List.of("{\"t\": 0}", "{\"t\": 0, \"v\": null}")) {
      EventBatch batch = decode(schema("v " + type), NO_IDS, record);
      assertThat(batch.reason(0)).isNull();
      assertThat(batch.columns().column(0).isNull(0)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                     | not JSON: empty",
        "` `                                    | not JSON: empty",
        "[{\"t\": 0}]                           | not a JSON object",
        "\"text\"                               | not a JSON object",
        "null                                   | not a JSON object",
        "17                                     | not a JSON object",
        "{\"t\": 0                              | not JSON:",
        "{\"t\": 0,}                            | not JSON:",
        "{'t': 0}                               | not JSON:",
        "{t: 0}                                 | not JSON:",
        "{\"t\": 0, \"v\": NaN}                 | not JSON:",
        "{\"t\": 0, \"v\": 01}                  | not JSON:",
        "{\"t\": 0} {\"t\": 0}                  | not JSON: text behind the object",
        "{\"t\": 0} x                           | not JSON:",
        "{\"t\": 0, \"other\": \"\\x\"}         | not JSON:",
        "{\"t\": 0, \"other\": [1, {\"a\": }]}  | not JSON:",
        "{\"v\": \"a\"}                         | column 't': the event time is missing",
        "{\"t\": null}                          | column 't': the event time is missing",
        "{\"t\": \"soon\"}                      | `column 't': expected timestamp, found the string"
            + " \"soon\"`",
      })
  void recordThatIsNoEventMakesADeadLetter(String record, String reason) {
    assertThat(reason("string", record)).startsWith(reason);
  }

  @Test
  void tombstoneIsADeadLetter() {
    JsonDecoder decoder = new JsonDecoder(schema("v string"), NO_IDS, Set.of(0));
    decoder.append(0, NOON, null);
    assertThat(decoder.take().reason(0)).isEqualTo("no value");
  }

  @Test
  void invalidUtf8MakesADeadLetter() {
    byte[] broken = "{\"t\": 0, \"v\": \"?\"}".getBytes(UTF_8);
    for (int evil : new int[] {0x80, 0xff, 0xfe, 0xe4}) {
      broken[15] = (byte) evil;
      assertThat(broken[14]).isEqualTo((byte) '"');
      assertThat(reason(broken)).as("byte %x", evil).isNotNull();
    }
  }

  @Test
  void invalidUtf8InAFieldThatNoColumnNamesMakesADeadLetter() {
    byte[] broken = "{\"t\": 0, \"w\": \"?\"}".getBytes(UTF_8);
    broken[15] = (byte) 0xff;
    assertThat(reason(broken)).startsWith("not JSON");
  }

  @Test
  void surrogatesWrittenAsUtf8MakeADeadLetterWhenAlone() {
    byte[] broken = "{\"t\": 0, \"v\": \"???\"}".getBytes(UTF_8);
    broken[15] = (byte) 0xed;
    broken[16] = (byte) 0xa0;
    broken[17] = (byte) 0x80;
    assertThat(reason(broken)).isNotNull();
  }

  @Test
  void otherEncodingsThanUtf8AreNoJson() {
    for (Charset charset :
        List.of(UTF_16BE, UTF_16LE, Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE"))) {
      assertThat(reason("{\"t\": 0}".getBytes(charset))).as("%s", charset).startsWith("not JSON");
    }
  }

  @Test
  void byteOrderMarkIsPassedOver() {
    assertThat(reason("string", "\uFEFF{\"t\": 0}")).isNull();
    assertThat(reason("string", "\uFEFF")).startsWith("not JSON");
  }

  @Test
  void bytesThatLookLikeABrokenUtf32TextAreNoJson() {
    for (int[] bytes :
        new int[][] {
          {0, 0, 0xff, 0xfe},
          {0xff, 0xfe, 0, 0},
          {0xfe, 0xff, 0, 0},
          {0, 0, 0xfe, 0xff, 1},
          {0, 0, 0, '{', 0x7f, 0xff, 0xff, 0xff},
          {0, 0, 0, '{', 0},
          {'{', 0, 0, 0, 1},
          {0, '{', 0},
          {'{', 0, '"'}
        }) {
      byte[] value = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        value[i] = (byte) bytes[i];
      }
      assertThat(reason(value)).startsWith("not JSON");
    }
  }

  @Property(tries = 3000)
  void anyBytesAreAnEventOrADeadLetter(@ForAll byte[] value) {
    assertThat(reason(value)).isNotNull();
  }

  @Property(tries = 3000)
  void damagedRecordIsAnEventOrADeadLetter(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] value =
        ("{\"t\": 1795341600000, \"v\": \"ü😀\\u00e9\", \"n\": {\"d\": -1.25e3, \"b\": true},"
                + " \"day\": \"2026-11-22\"}")
            .getBytes(UTF_8);
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      value[random.nextInt(value.length)] = (byte) random.nextInt(256);
    }
    JsonDecoder decoder =
        new JsonDecoder(
            schema("v string", "n.d decimal(10,2)", "n.b boolean", "day date"),
            new IdRule.ByColumn(1),
            Set.of(0, 1, 2, 3));
    decoder.append(0, NOON, value);
    EventBatch batch = decoder.take();
    if (batch.isDeadLetter(0)) {
      for (int i = 0; i < 4; i++) {
        assertThat(batch.columns().column(i).isNull(0)).isTrue();
      }
      assertThat(batch.ids().isPresent(0)).isFalse();
    }
  }

  @Test
  void deepNestingIsSkippedOrADeadLetterButNoFailure() {
    String hundred = "[".repeat(100) + "]".repeat(100);
    assertThat(reason("string", "{\"t\": 0, \"other\": " + hundred + "}")).isNull();
    String tooDeep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(reason("string", "{\"t\": 0, \"other\": " + tooDeep + "}")).startsWith("not JSON");
  }

  @Test
  void hugeNumbersAreDeadLettersButNoFailure() {
    String digits = "9".repeat(5000);
    for (String type : List.of("bigint", "double", "decimal(38,0)", "timestamp")) {
      assertThat(reason(type, "{\"t\": 0, \"v\": " + digits + "}")).as(type).isNotNull();
    }
  }

  @Test
  void pathLeadsThroughNestedObjects() {
    RecordSchema schema = schema("client.geo.country string", "client.name string");
    EventBatch batch =
        decode(
            schema,
            NO_IDS,
            "{\"t\": 0, \"client\": {\"geo\": {\"x\": [{}], \"country\": \"DE\"}, \"name\": \"a\"}}",
            "{\"t\": 0, \"client\": {\"geo\": \"DE\", \"name\": \"b\"}}",
            "{\"t\": 0, \"client\": {\"geo\": null}}",
            "{\"t\": 0, \"client\": [{\"geo\": {\"country\": \"DE\"}}]}",
            "{\"t\": 0, \"client\": 17}",
            "{\"t\": 0, \"country\": \"DE\", \"client.geo.country\": \"DE\"}");
    assertThat(values(batch, 0)).containsExactly("DE", null, null, null, null, null);
    assertThat(values(batch, 1)).containsExactly("a", "b", null, null, null, null);
    for (int row = 0; row < batch.size(); row++) {
      assertThat(batch.reason(row)).isNull();
    }
  }

  @Test
  void pathLeadsToElementsOfArrays() {
    RecordSchema schema =
        schema(
            "items[0].price bigint", "items[2].price bigint", "grid[1][0] string", "tags string");
    EventBatch batch =
        decode(
            schema,
            NO_IDS,
            "{\"t\": 0, \"items\": [{\"price\": 1}, \"x\", {\"y\": [], \"price\": 3}, 4],"
                + " \"grid\": [[\"a\"], [\"b\", \"c\"]]}",
            "{\"t\": 0, \"items\": [{\"price\": 1}], \"grid\": [[\"a\"]]}",
            "{\"t\": 0, \"items\": [], \"grid\": [[], []]}",
            "{\"t\": 0, \"items\": {\"0\": {\"price\": 1}}, \"grid\": [{}, {}]}",
            "{\"t\": 0, \"items\": [null, {\"price\": 2}, [3]], \"grid\": \"ab\"}",
            "{\"t\": 0, \"items[0]\": {\"price\": 1}, \"items\": null}");
    assertThat(values(batch, 0)).containsExactly(1L, 1L, null, null, null, null);
    assertThat(values(batch, 1)).containsExactly(3L, null, null, null, null, null);
    assertThat(values(batch, 2)).containsExactly("b", null, null, null, null, null);
    for (int row = 0; row < batch.size(); row++) {
      assertThat(batch.reason(row)).isNull();
    }
  }

  @Test
  void elementOfAnotherKindThanItsColumnMakesADeadLetter() {
    EventBatch batch = decode(schema("v[1] bigint"), NO_IDS, "{\"t\": 0, \"v\": [\"a\", \"b\"]}");
    assertThat(batch.reason(0)).isEqualTo("column 'v[1]': expected bigint, found the string \"b\"");
  }

  @Test
  void ofAnArrayThatIsThereTwiceTheLastCounts() {
    EventBatch batch =
        decode(
            schema("v[0] bigint", "v[1] bigint"),
            NO_IDS,
            "{\"t\": 0, \"v\": [1, 2], \"v\": [3]}",
            "{\"t\": 0, \"v\": [1, 2], \"v\": 3}");
    assertThat(values(batch, 0)).containsExactly(3L, null);
    assertThat(values(batch, 1)).containsExactly(null, null);
  }

  @Test
  void nameAndIndexMayLeadOnFromOneValueOfEitherKind() {
    EventBatch batch =
        decode(
            schema("v[0] bigint", "v.a bigint"),
            NO_IDS,
            "{\"t\": 0, \"v\": [1]}",
            "{\"t\": 0, \"v\": {\"a\": 2}}");
    assertThat(values(batch, 0)).containsExactly(1L, null);
    assertThat(values(batch, 1)).containsExactly(null, 2L);
  }

  @Test
  void ofAFieldThatIsThereTwiceTheLastCounts() {
    EventBatch batch =
        decode(
            schema("v string"),
            new IdRule.ByColumn(0),
            "{\"t\": 0, \"v\": \"a\", \"v\": \"b\"}",
            "{\"t\": 0, \"v\": \"a\", \"v\": null}",
            "{\"t\": 0, \"v\": \"b\"}");
    assertThat(values(batch, 0)).containsExactly("b", null, "b");
    assertThat(batch.ids().isPresent(1)).as("id of a NULL").isFalse();
    assertThat(sameId(batch, 0, 2)).isTrue();
  }

  @Test
  void ofAnObjectThatIsThereTwiceTheLastCounts() {
    EventBatch batch =
        decode(
            schema("c.v string", "c.w string"),
            new IdRule.ByColumn(0),
            "{\"t\": 0, \"c\": {\"v\": \"a\"}, \"c\": {\"w\": \"b\"}}",
            "{\"t\": 0, \"c\": {\"v\": \"a\", \"w\": \"b\"}, \"c\": null}",
            "{\"t\": 0, \"c\": {\"v\": \"a\", \"w\": \"b\"}, \"c\": 1}");
    assertThat(values(batch, 0)).containsExactly(null, null, null);
    assertThat(values(batch, 1)).containsExactly("b", null, null);
    assertThat(batch.ids().isPresent(0)).isFalse();
  }

  @Test
  void columnThatNobodyWantsIsStillChecked() {
    JsonDecoder decoder = new JsonDecoder(schema("v bigint", "w string"), NO_IDS, Set.of(1));
    decoder.append(0, NOON, "{\"t\": 0, \"v\": 1, \"w\": \"a\"}".getBytes(UTF_8));
    decoder.append(1, NOON, "{\"t\": 0, \"v\": 1.5, \"w\": \"a\"}".getBytes(UTF_8));
    EventBatch batch = decoder.take();
    assertThat(values(batch, 0)).containsExactly(null, null);
    assertThat(values(batch, 1)).containsExactly("a", null);
    assertThat(batch.isDeadLetter(0)).isFalse();
    assertThat(batch.isDeadLetter(1)).isTrue();
  }

  @Test
  void eventUpToMaxFutureAfterItsRecordIsKept() {
    long hour = Duration.ofHours(1).toMillis();
    assertThat(reason("string", "{\"t\": %d}".formatted(NOON + hour))).isNull();
    assertThat(reason("string", "{\"t\": %d}".formatted(NOON + hour + 1)))
        .isEqualTo(
            "column 't': 2026-11-22T13:00:00.001Z is more than PT1H after the record's timestamp"
                + " 2026-11-22T12:00:00.000Z");
  }

  @Test
  void recordStampedAtTheEndOfTimeIsKept() {
    JsonDecoder decoder = new JsonDecoder(schema("v string"), NO_IDS, Set.of(0));
    decoder.append(0, Long.MAX_VALUE, "{\"t\": 0}".getBytes(UTF_8));
    assertThat(decoder.take().reason(0)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "string       | \"1\"   | \"\\u0031\" | \"2\"",
        "boolean      | true    | true        | false",
        "int          | 1       | 1           | 2",
        "bigint       | 1       | 1           | 2",
        "double       | 1       | 1.0         | 1.5",
        "decimal(5,2) | 1       | 1.00        | 1.01",
        "timestamp    | 0       | \"1970-01-01T00:00:00Z\" | 1",
        "date         | \"2026-11-22\" | \"2026-11-22\" | \"2026-11-23\"",
      })
  void idIsTheValueOfItsColumnHoweverItIsWritten(
      String type, String value, String same, String other) {
    EventBatch batch =
        decode(
            schema("v " + type),
            new IdRule.ByColumn(0),
            "{\"t\": 0, \"v\": " + value + "}",
            "{\"t\": 1, \"v\": " + same + "}",
            "{\"t\": 0, \"v\": " + other + "}",
            "{\"t\": 0}");
    assertThat(sameId(batch, 0, 1)).isTrue();
    assertThat(sameId(batch, 0, 2)).isFalse();
    assertThat(batch.ids().isPresent(3)).isFalse();
  }

  @Test
  void idOfADecodedValueIsTheHashOfItsText() {
    for (String record :
        List.of("string \"a\"", "bigint 7", "double 1.5", "decimal(5,2) 7", "boolean true")) {
      String type = record.substring(0, record.indexOf(' '));
      String json = record.substring(record.indexOf(' ') + 1);
      EventBatch batch =
          decode(schema("v " + type), new IdRule.ByColumn(0), "{\"t\": 0, \"v\": " + json + "}");
      EventIds expected = new EventIds(1);
      expected.append(EventIds.text(batch.columns().column(0).value(0)));
      assertThat(batch.ids().high(0)).isEqualTo(expected.high(0));
      assertThat(batch.ids().low(0)).isEqualTo(expected.low(0));
    }
  }

  @Test
  void fingerprintIsTheBytesAsTheyCame() {
    EventBatch batch =
        decode(
            schema("v string"), new IdRule.ByFingerprint(), "{\"t\":0}", "{\"t\":0}", "{\"t\": 0}");
    assertThat(sameId(batch, 0, 1)).isTrue();
    assertThat(sameId(batch, 0, 2)).isFalse();
  }

  @Test
  void deadLetterHasNoId() {
    for (IdRule rule : List.of(new IdRule.ByColumn(0), new IdRule.ByFingerprint(), NO_IDS)) {
      EventBatch batch = decode(schema("v string"), rule, "{\"v\": \"a\"}", "[]");
      assertThat(batch.ids().isPresent(0)).isFalse();
      assertThat(batch.ids().isPresent(1)).isFalse();
    }
  }

  @Test
  void deadLetterIsNullInEveryColumn() {
    EventBatch batch =
        decode(schema("v string", "w bigint"), NO_IDS, "{\"t\": 0, \"v\": \"a\", \"w\": \"b\"}");
    assertThat(values(batch, 0)).containsExactly((Object) null);
    assertThat(values(batch, 2)).containsExactly((Object) null);
  }

  @Test
  void batchesShareADictionaryAndKeepTheirValues() {
    JsonDecoder decoder = new JsonDecoder(schema("v string"), NO_IDS, Set.of(0));
    List<EventBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < 3; batch++) {
      for (int i = 0; i < 200; i++) {
        decoder.append(
            batch * 200 + i, NOON, "{\"t\": 0, \"v\": \"v%d\"}".formatted(i).getBytes(UTF_8));
      }
      batches.add(decoder.take());
    }
    List<Object> expected =
        IntStream.range(0, 200).mapToObj(i -> (Object) ("v" + i)).collect(Collectors.toList());
    for (EventBatch batch : batches) {
      assertThat(values(batch, 0)).isEqualTo(expected);
      assertThat(((StringColumn) batch.columns().column(0)).dictionary())
          .isSameAs(((StringColumn) batches.get(0).columns().column(0)).dictionary());
      assertThat(batch.offset(199)).isEqualTo(batches.indexOf(batch) * 200 + 199);
    }
    assertThat(decoder.size()).isZero();
  }

  @Test
  void dictionaryThatGrewTooLargeIsLeftToItsBatches() {
    JsonDecoder decoder = new JsonDecoder(schema("v string"), NO_IDS, Set.of(0));
    for (int i = 0; i < 70_000; i++) {
      decoder.append(i, NOON, "{\"t\": 0, \"v\": \"v%d\"}".formatted(i).getBytes(UTF_8));
    }
    EventBatch large = decoder.take();
    decoder.append(70_000, NOON, "{\"t\": 0, \"v\": \"again\"}".getBytes(UTF_8));
    EventBatch next = decoder.take();
    assertThat(((StringColumn) next.columns().column(0)).dictionary().size()).isEqualTo(1);
    assertThat(values(next, 0)).containsExactly("again");
    assertThat(large.columns().column(0).value(69_999)).isEqualTo("v69999");
  }

  @Property(tries = 500)
  void decimalIsKeptExactlyOrRefused(
      @ForAll BigDecimal value, @ForAll boolean plain, @ForAll long seed) {
    Random random = new Random(seed);
    int precision = 1 + random.nextInt(38);
    int scale = random.nextInt(precision + 1);
    String json = plain ? value.toPlainString() : value.toString();
    EventBatch batch =
        decode(
            schema("v decimal(%d,%d)".formatted(precision, scale)),
            NO_IDS,
            "{\"t\": 0, \"v\": " + json + "}");
    BigDecimal stripped = value.stripTrailingZeros();
    boolean fits =
        stripped.scale() <= scale && stripped.precision() - stripped.scale() <= precision - scale;
    if (stripped.signum() == 0) {
      fits = true;
    }
    assertThat(batch.columns().column(0).value(0))
        .isEqualTo(fits ? stripped.setScale(scale) : null);
    assertThat(batch.isDeadLetter(0)).isEqualTo(!fits);
  }

  private static RecordSchema schema(String... columns) {
    List<RecordSchema.Field> fields = new ArrayList<>();
    for (String column : columns) {
      String[] parts = column.split(" ");
      fields.add(
          new RecordSchema.Field(
              parts[0].substring(parts[0].lastIndexOf('.') + 1),
              ColumnType.parse(parts[1]).orElseThrow(),
              FieldPath.parse(parts[0]).orElseThrow()));
    }
    fields.add(new RecordSchema.Field("t", ColumnType.TIMESTAMP, List.of("t")));
    return new RecordSchema(fields, fields.size() - 1, Duration.ofHours(1));
  }

  private static EventBatch decode(RecordSchema schema, IdRule rule, String... records) {
    Set<Integer> wanted =
        IntStream.range(0, schema.columns().size()).boxed().collect(Collectors.toSet());
    JsonDecoder decoder = new JsonDecoder(schema, rule, wanted);
    for (int i = 0; i < records.length; i++) {
      decoder.append(i, NOON, records[i].getBytes(UTF_8));
    }
    return decoder.take();
  }

  private static Object value(String type, String json) {
    EventBatch batch = decode(schema("v " + type), NO_IDS, "{\"t\": 0, \"v\": " + json + "}");
    assertThat(batch.reason(0)).isNull();
    return batch.columns().column(0).value(0);
  }

  private static String reason(String type, String record) {
    return decode(schema("v " + type), NO_IDS, record).reason(0);
  }

  private static String reason(byte[] record) {
    JsonDecoder decoder = new JsonDecoder(schema("v string"), NO_IDS, Set.of(0));
    decoder.append(0, NOON, record);
    return decoder.take().reason(0);
  }

  private static List<Object> values(EventBatch batch, int column) {
    return IntStream.range(0, batch.size())
        .mapToObj(batch.columns().column(column)::value)
        .collect(Collectors.toList());
  }

  private static boolean sameId(EventBatch batch, int left, int right) {
    EventIds ids = batch.ids();
    assertThat(ids.isPresent(left) && ids.isPresent(right)).isTrue();
    return ids.high(left) == ids.high(right) && ids.low(left) == ids.low(right);
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
