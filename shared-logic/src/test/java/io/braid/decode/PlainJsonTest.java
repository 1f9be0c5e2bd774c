package io.braid.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlainJsonTest {

  private static final RecordSchema SCHEMA =
      new RecordSchema(
          List.of(
              field("time", ColumnType.TIMESTAMP),
              field("text", ColumnType.STRING),
              field("flag", ColumnType.BOOLEAN),
              field("small", ColumnType.INT),
              field("large", ColumnType.BIGINT),
              field("real", ColumnType.DOUBLE),
              field("day", ColumnType.DATE),
              field("money", ColumnType.decimal(10, 2)),
              field("grün", ColumnType.STRING, "inner", "grün"),
              field("deep", ColumnType.DOUBLE, "inner", "deeper", "real")),
          0,
          Duration.ofHours(1));

  private static final List<String> NAMES =
      List.of(
          "time",
          "text",
          "flag",
          "small",
          "large",
          "real",
          "day",
          "money",
          "inner",
          "deeper",
          "grün",
          "other",
          "",
          "a\\u0062",
          "\\\"",
          "x".repeat(70));

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "nul",
          "0",
          "-0",
          "7",
          "-12",
          "01",
          "2147483648",
          "999999999999999999",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "123456789012345678901234567890",
          "1790000000000",
          "1.5",
          "-0.0",
          "0.1",
          "123456.789012345",
          "0.1234567890123456789",
          "9007199254740993.0",
          "1e3",
          "1E-400",
          "1e400",
          "-2.5e+10",
          "1.",
          ".5",
          "+1",
          "1e",
          "NaN",
          "0.00000000000000000000001",
          "\"\"",
          "\"ok\"",
          "\"größer\"",
          "\"日本\"",
          "\"😀\"",
          "\"tab\\tbed\"",
          "\"\\u00e9\"",
          "\"\\ud800\"",
          "\"a\tb\"",
          "\"2026-11-22T06:00:00Z\"",
          "\"2026-11-22T06:00:00.123+01:00\"",
          "\"2026-11-22\"",
          "\"2026-02-30\"",
          "[]",
          "[1, [\"a\", null], {}]",
          "[1,]",
          "{}",
          "{\"a\": {\"b\": [true]}}",
          "{\"a\" 1}");

  private static RecordSchema.Field field(String name, ColumnType type, String... path) {
    return new RecordSchema.Field(name, type, path.length == 0 ? List.of(name) : List.of(path));
  }

  @Property(tries = 100)
  void theShortCutReadsRecordsAsTheGeneralParserDoes(@ForAll Random random) {
    IdRule idRule = new IdRule.ByColumn(random.nextInt(SCHEMA.columns().size()));
    Set<Integer> wanted = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    JsonDecoder decoder = new JsonDecoder(SCHEMA, idRule, wanted);
    JsonDecoder general = JsonDecoder.withoutShortCut(SCHEMA, idRule, wanted);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] value = record(random).getBytes(StandardCharsets.UTF_8);
      records.add(random.nextInt(3) == 0 ? damaged(value, random) : value);
      decoder.append(i, 1_800_000_000_000L, records.get(i));
      general.append(i, 1_800_000_000_000L, records.get(i));
    }

    EventBatch found = decoder.take();
    EventBatch expected = general.take();

    for (int row = 0; row < records.size(); row++) {
      String record = new String(records.get(row), StandardCharsets.UTF_8);
      assertThat(found.reason(row)).as(record).isEqualTo(expected.reason(row));
      for (int c = 0; c < SCHEMA.columns().size(); c++) {
        assertThat(found.columns().column(c).value(row))
            .as("%s of %s", SCHEMA.columns().get(c).name(), record)
            .isEqualTo(expected.columns().column(c).value(row));
      }
      assertThat(found.ids().isPresent(row)).as(record).isEqualTo(expected.ids().isPresent(row));
      assertThat(found.ids().high(row)).as(record).isEqualTo(expected.ids().high(row));
      assertThat(found.ids().low(row)).as(record).isEqualTo(expected.ids().low(row));
    }
  }

  /** Mostly a right one: any wrong value makes a dead letter, and nothing more would be seen. */
  private static String record(Random random) {
    StringBuilder json = new StringBuilder(space(random)).append('{');
    json.append("\"time\"").append(space(random)).append(":1790000000000");
    if (random.nextInt(4) > 0) {
      json.append(",\"text\":\"ok\",\"real\":").append(random.nextGaussian());
    }
    for (int fields = random.nextInt(4); fields > 0; fields--) {
      json.append(space(random)).append(',').append(space(random));
      json.append('"').append(pick(NAMES, random)).append('"');
      json.append(space(random)).append(':').append(space(random));
      json.append(random.nextInt(4) == 0 ? inner(random) : pick(VALUES, random));
    }
    return json.append(space(random)).append('}').append(space(random)).toString();
  }

  private static String inner(Random random) {
    return "{\"grün\": %s, \"%s\": %s, \"deeper\": {\"real\": %s}}"
        .formatted(
            random.nextBoolean() ? "\"ja\"" : pick(VALUES, random),
            pick(NAMES, random),
            pick(VALUES, random),
            random.nextBoolean() ? "2.25" : pick(VALUES, random));
  }

  private static byte[] damaged(byte[] value, Random random) {
    byte[] damaged = value.clone();
    for (int i = random.nextInt(2); i >= 0; i--) {
      byte[] with =
          "\"\\{}[],:0 \u0000n\u00ff\u00c0\u00ed\u00a0-.e".getBytes(StandardCharsets.ISO_8859_1);
      damaged[random.nextInt(damaged.length)] = with[random.nextInt(with.length)];
    }
    return damaged;
  }

  private static String space(Random random) {
    return random.nextInt(8) == 0 ? pick(List.of(" ", "\n", "\t\r\n"), random) : "";
  }

  private static String pick(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  @Test
  void commonRecordsTakeTheShortCut() {
    PlainJson plain = plainJson();

    assertThat(plain.read(bytes("{\"time\": 1, \"text\": \"größer\", \"real\": 0.1, \"x\": [{}]}")))
        .isTrue();
    assertThat(plain.read(bytes("{\"inner\":{\"deeper\":{\"real\":-1e5}},\"day\":null}"))).isTrue();
  }

  @Test
  void whatIsUnusualIsLeftToTheGeneralParser() {
    PlainJson plain = plainJson();

    assertThat(plain.read(bytes("{\"text\": \"a\\nb\"}"))).isFalse();
    assertThat(plain.read(bytes("{\"text\": \"a\", \"text\": \"b\"}"))).isFalse();
    assertThat(plain.read(bytes("{\"text\": 1}"))).isFalse();
    assertThat(plain.read(bytes("{\"time\": 1}}"))).isFalse();
    assertThat(plain.read(bytes("{\"time\": 1"))).isFalse();
    assertThat(plain.read(bytes(""))).isFalse();
  }

  @Test
  void namesWithoutEndAreNotAllRemembered() {
    PlainJson plain = plainJson();
    for (int i = 0; i < 1_000; i++) {
      assertThat(plain.read(bytes("{\"n%d\": 1, \"time\": 1, \"m%d\": 2}".formatted(i, i))))
          .isTrue();
    }
    assertThat(plain.read(bytes("{\"n1\": 1, \"time\": 1, \"time\": 2}"))).isFalse();
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static PlainJson plainJson() {
    return new PlainJson(SCHEMA, new RowWriter(SCHEMA, new IdRule.None(), Set.of()));
  }
}
