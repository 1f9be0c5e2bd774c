package io.braid.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.ColumnType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroDecoderTest {

  private static final long NOON = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
  private static final IdRule NO_IDS = new IdRule.None();

  private static final String TIME = "{'name': 't', 'type': 'long'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "boolean       | 'boolean'                                            | true",
        "int           | 'int'                                                | -7",
        "int           | {'type': 'int', 'logicalType': 'date'}               | 7",
        "bigint        | 'int'                                                | 2147483647",
        "bigint        | 'long'                                               | -9223372036854775808",
        "bigint        | {'type': 'long', 'logicalType': 'timestamp-micros'}  | 5",
        "double        | 'int'                                                | 3",
        "double        | 'long'                                               | 9007199254740993",
        "double        | 'float'                                              | 1.5",
        "double        | 'double'                                             | -1.25",
        "string        | 'string'                                             | grün😀",
        "string        | {'type': 'string', 'logicalType': 'uuid'}            | a",
        "timestamp     | 'long'                                               | 1500",
        "timestamp     | {'type': 'long', 'logicalType': 'timestamp-millis'}  | -1",
        "date          | {'type': 'int', 'logicalType': 'date'}               | -719162",
      })
  void valueOfAnAvroTypeBecomesAColumn(String type, String avro, String text) throws IOException {
    Schema schema = record(field("v", avro), TIME);
    Schema.Type kind = schema.getField("v").schema().getType();
    Object value =
        switch (kind) {
          case BOOLEAN -> Boolean.valueOf(text);
          case INT -> Integer.valueOf(text);
          case LONG -> Long.valueOf(text);
          case FLOAT -> Float.valueOf(text);
          case DOUBLE -> Double.valueOf(text);
          default -> text;
        };
    EventBatch batch = decode(schema, columns("v " + type), datum(schema, "v", value));
    Object expected =
        switch (type) {
          case "double" -> ((Number) value).doubleValue();
          case "int", "bigint", "timestamp", "date" -> ((Number) value).longValue();
          default -> value;
        };
    assertThat(batch.reason(0)).isNull();
    assertThat(batch.columns().column(0).value(0)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "timestamp-micros, -1, -1",
    "timestamp-micros, 1999, 1",
    "timestamp-nanos, 1999999, 1",
    "timestamp-nanos, -1, -1",
    "timestamp-millis, 253402300799999, 253402300799999",
  })
  void instantIsKeptInMilliseconds(String logical, long value, long expected) throws IOException {
    Schema schema = record(field("v", "{'type': 'long', 'logicalType': '" + logical + "'}"), TIME);
    assertThat(value(schema, "timestamp", value)).isEqualTo(expected);
  }

  @Test
  void decimalOfBytesOrFixedIsKeptExactly() throws IOException {
    Schema bytes = record(field("v", decimal("'bytes'", 10, 2)), TIME);
    Schema fixed =
        record(
            field(
                "v",
                "{'type': 'fixed', 'name': 'f', 'size': 6, 'logicalType': 'decimal',"
                    + " 'precision': 10, 'scale': 2}"),
            TIME);
    for (String number : List.of("0.00", "-0.01", "12345678.90", "-99999999.99")) {
      BigInteger unscaled = new BigDecimal(number).unscaledValue();
      byte[] padded = new byte[6];
      Arrays.fill(padded, (byte) (unscaled.signum() < 0 ? -1 : 0));
      byte[] shortest = unscaled.toByteArray();
      System.arraycopy(shortest, 0, padded, 6 - shortest.length, shortest.length);
      Object inFixed = new GenericData.Fixed(fixed.getField("v").schema(), padded);
      for (Object written : List.of(ByteBuffer.wrap(shortest), ByteBuffer.wrap(padded))) {
        assertThat(value(bytes, "decimal(10,2)", written)).isEqualTo(new BigDecimal(number));
      }
      assertThat(value(fixed, "decimal(12,3)", inFixed))
          .isEqualTo(new BigDecimal(number).setScale(3));
    }
  }

  @Test
  void decimalOfMoreDigitsThanItsTypeIsADeadLetter() throws IOException {
    Schema schema = record(field("v", decimal("'bytes'", 4, 2)), TIME);
    assertThat(reason(schema, "decimal(4,2)", ByteBuffer.wrap(new byte[] {0x7f, 0x7f})))
        .isEqualTo("column 'v': expected decimal(4,2), found 326.39");
    assertThat(reason(schema, "decimal(4,2)", ByteBuffer.wrap(new byte[0])))
        .isEqualTo("column 'v': expected decimal(4,2), found a number of 0 bytes");
    byte[] large = new byte[1 << 20];
    large[0] = 1;
    assertThat(reason(schema, "decimal(4,2)", ByteBuffer.wrap(large)))
        .isEqualTo("column 'v': expected decimal(4,2), found a number of 1048576 bytes");
  }

  @Test
  void uuidAndEnumAndUtf8BytesAreTexts() throws IOException {
    Schema uuid =
        record(
            field("v", "{'type': 'fixed', 'name': 'u', 'size': 16, 'logicalType': 'uuid'}"), TIME);
    byte[] sixteen = new byte[16];
    sixteen[15] = 1;
    assertThat(value(uuid, "string", new GenericData.Fixed(uuid.getField("v").schema(), sixteen)))
        .isEqualTo("00000000-0000-0000-0000-000000000001");
    Schema symbols =
        record(field("v", "{'type': 'enum', 'name': 'e', 'symbols': ['A', 'B']}"), TIME);
    assertThat(
            value(
                symbols, "string", new GenericData.EnumSymbol(symbols.getField("v").schema(), "B")))
        .isEqualTo("B");
    Schema bytes = record(field("v", "'bytes'"), TIME);
    assertThat(value(bytes, "string", ByteBuffer.wrap("ü".getBytes(UTF_8)))).isEqualTo("ü");
    assertThat(reason(bytes, "string", ByteBuffer.wrap(new byte[] {'a', (byte) 0xff})))
        .isEqualTo("column 'v': expected string, found bytes that are no UTF-8");
  }

  @Test
  void instantOrDateOutsideTheYearsIsADeadLetter() throws IOException {
    assertThat(reason(record(field("v", "'long'"), TIME), "timestamp", Long.MAX_VALUE))
        .startsWith("column 'v': expected timestamp, found 9223372036854775807 ms");
    Schema date = record(field("v", "{'type': 'int', 'logicalType': 'date'}"), TIME);
    assertThat(reason(date, "date", Integer.MIN_VALUE))
        .startsWith("column 'v': expected date, found -2147483648 days");
  }

  @Test
  void nullOfAUnionIsNull() throws IOException {
    for (String union : List.of("['null', 'string']", "['string', 'null']")) {
      Schema schema = record(field("v", union), TIME);
      assertThat(value(schema, "string", null)).isNull();
      assertThat(value(schema, "string", "a")).isEqualTo("a");
    }
    Schema numbers = record(field("v", "['int', 'null', 'long']"), TIME);
    assertThat(value(numbers, "bigint", 1)).isEqualTo(1L);
    assertThat(value(numbers, "bigint", 1L << 40)).isEqualTo(1L << 40);
  }

  @Test
  void pathLeadsThroughRecordsArraysAndNullableOnes() throws IOException {
    Schema schema =
        record(
            field(
                "client",
                "['null', {'type': 'record', 'name': 'client', 'fields': ["
                    + "{'name': 'skipped', 'type': {'type': 'map', 'values': 'int'}},"
                    + "{'name': 'tags', 'type': {'type': 'array', 'items': 'string'}}]}]"),
            TIME);
    RecordSchema columns = columns("client.tags[0] string", "client.tags[2] string");
    GenericData.Record client =
        new GenericRecordBuilder(schema.getField("client").schema().getTypes().get(1))
            .set("skipped", java.util.Map.of("a", 1, "b", 2))
            .set("tags", List.of("x", "y", "z", "w"))
            .build();
    EventBatch batch =
        decode(schema, columns, datum(schema, "client", client), datum(schema, "client", null));
    assertThat(batch.reason(0)).isNull();
    assertThat(batch.columns().column(0).value(0)).isEqualTo("x");
    assertThat(batch.columns().column(1).value(0)).isEqualTo("z");
    assertThat(batch.reason(1)).isNull();
    assertThat(batch.columns().column(1).value(1)).isNull();
  }

  @Test
  void headerNamesTheSchemaOfTheWriter() throws IOException {
    Schema old = record(field("was", "'int'"), field("gone", "'string'"), TIME);
    Schema now =
        record(
            TIME,
            "{'name': 'v', 'aliases': ['was'], 'type': 'long'}",
            "{'name': 'w', 'type': ['null', 'string'], 'default': null}",
            "{'name': 'x', 'type': 'string', 'default': 'ü'}",
            "{'name': 'y', 'type': 'string'}");
    RecordSchema columns = columns("v bigint", "w string", "x string", "y string");
    GenericData.Record record = new GenericData.Record(old);
    record.put("was", 7);
    record.put("gone", "g");
    record.put("t", 5L);
    byte[] message = headed(old, record);
    Decoder decoder =
        new AvroFormat(now, List.of(old)).decoder(columns, NO_IDS, Set.of(0, 1, 2, 3));
    decoder.append(0, NOON, message);
    EventBatch batch = decoder.take();
    assertThat(batch.reason(0)).isNull();
    assertThat(values(batch)).containsExactly(7L, null, "ü", null, 5L);
    assertThat(decode(now, columns, message).reason(0))
        .isEqualTo(
            "no schema has the fingerprint %016x; name it in 'writer_schemas'"
                .formatted(AvroFormat.fingerprint(old)));
  }

  @Test
  void headerMayNameTheDeclaredSchema() throws IOException {
    Schema schema = record(field("v", "'int'"), TIME);
    GenericData.Record record = new GenericData.Record(schema);
    record.put("v", 7);
    record.put("t", 5L);
    EventBatch batch = decode(schema, columns("v int"), headed(schema, record));
    assertThat(values(batch)).containsExactly(7L, 5L);
  }

  @Test
  void plainDatumThatBeginsLikeAHeaderIsReadAsOne() throws IOException {
    Schema schema = record(field("v", "'long'"), field("w", "'string'"), TIME);
    GenericData.Record record = new GenericData.Record(schema);
    record.put("v", -98L);
    record.put("w", "a text of more than eight bytes");
    record.put("t", 5L);
    byte[] value = encoded(schema, record);
    assertThat(value).startsWith(0xC3, 0x01);
    EventBatch batch = decode(schema, columns("v bigint"), value);
    assertThat(values(batch)).containsExactly(-98L, 5L);
  }

  @Test
  void symbolThatTheReaderDoesNotHaveTakesItsDefault() throws IOException {
    String one = "{'type': 'enum', 'name': 'e', 'symbols': ['A', 'B']}";
    Schema old = record(field("v", one), TIME);
    GenericData.Record record = new GenericData.Record(old);
    record.put("v", new GenericData.EnumSymbol(old.getField("v").schema(), "A"));
    record.put("t", 5L);
    for (String normal : List.of("", ", 'default': 'C'")) {
      Schema now =
          record(
              field("v", "{'type': 'enum', 'name': 'e', 'symbols': ['B', 'C']" + normal + "}"),
              TIME);
      Decoder decoder =
          new AvroFormat(now, List.of(old)).decoder(columns("v string"), NO_IDS, Set.of(0));
      decoder.append(0, NOON, headed(old, record));
      EventBatch batch = decoder.take();
      if (normal.isEmpty()) {
        assertThat(batch.reason(0)).contains("found the symbol A");
      } else {
        assertThat(batch.columns().column(0).value(0)).isEqualTo("C");
      }
    }
  }

  @Test
  void writersLogicalTypeCounts() throws IOException {
    Schema now =
        record(
            field("v", "{'type': 'long', 'logicalType': 'timestamp-millis'}"),
            field("d", decimal("'bytes'", 10, 2)),
            TIME);
    Schema old =
        record(
            field("v", "{'type': 'long', 'logicalType': 'timestamp-micros'}"),
            field("d", decimal("'bytes'", 10, 1)),
            field("other", "'int'"),
            TIME);
    GenericData.Record record = new GenericData.Record(old);
    record.put("v", 7_000L);
    record.put("d", ByteBuffer.wrap(new byte[] {15}));
    record.put("other", 1);
    record.put("t", 5L);
    Decoder decoder =
        new AvroFormat(now, List.of(old))
            .decoder(columns("v timestamp", "d decimal(10,2)"), NO_IDS, Set.of(0, 1));
    decoder.append(0, NOON, headed(old, record));
    assertThat(values(decoder.take())).containsExactly(7L, new BigDecimal("1.50"), 5L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "v string     | 'int'                   | column 'v' is string, but 'v' is int",
        "v int        | 'long'                  | column 'v' is int, but 'v' is long",
        "v bigint     | 'double'                | column 'v' is bigint, but 'v' is double",
        "v timestamp  | {'type': 'long', 'logicalType': 'local-timestamp-millis'} |"
            + " column 'v' is timestamp, but 'v' is long (local-timestamp-millis)",
        "v date       | 'int'                   | column 'v' is date, but 'v' is int",
        "v decimal(4,2) | 'bytes'               | column 'v' is decimal(4,2), but 'v' is bytes",
        "v decimal(4,2) | {'type': 'bytes', 'logicalType': 'decimal', 'precision': 5, 'scale': 2} |"
            + " column 'v' is decimal(4,2), but 'v' is bytes (decimal(5,2))",
        "v int        | ['null', 'int', 'string'] | column 'v' is int, but 'v' is string",
        "v int        | {'type': 'array', 'items': 'int'} | column 'v' is int, but 'v' is array",
        "v.w int      | 'int'                   |"
            + " column 'w': its path 'v.w' goes on from 'v', which is int",
        "v[0] int     | {'type': 'record', 'name': 'n', 'fields': []} |"
            + " column 'v[0]': its path 'v[0]' goes on from 'v', which is record",
        "v.w int      | {'type': 'record', 'name': 'n', 'fields': [{'name': 'x', 'type': 'int'}]} |"
            + " 'v' has no field 'w'; valid: x",
        "V int        | 'int'                   | the schema has no field 'V'; valid: v, t",
      })
  void columnThatTheSchemaCannotGiveIsRefused(String column, String avro, String message) {
    AvroFormat format = new AvroFormat(record(field("v", avro), TIME), List.of());
    assertThatThrownBy(() -> format.checkColumns(columns(column)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessage(message);
  }

  @Test
  void writerWhoseFieldIsOfAnotherTypeIsRefused() {
    AvroFormat format = new AvroFormat(record(field("v", "'int'"), TIME), List.of());
    assertThatThrownBy(
            () -> format.checkWriter(record(field("v", "'string'"), TIME), columns("v int")))
        .hasMessage("column 'v': 'v' is string in the writer's schema and int in the declared one");
  }

  @Test
  void lengthsThatLieAreDeadLettersAtOnce() {
    Schema schema =
        record(
            TIME,
            field("nothings", "{'type': 'array', 'items': 'null'}"),
            field(
                "empties", "{'type': 'array', 'items': {'type': 'fixed', 'name': 'z', 'size': 0}}"),
            field("map", "{'type': 'map', 'values': 'null'}"),
            field("text", "'string'"),
            field("v", "{'type': 'array', 'items': 'int'}"));
    RecordSchema columns = columns("v[0] int");
    // t 0, then an array of 2^62 - 1 nulls and one of 2^62 - 1 empty values, which take no bytes
    byte[] most = bytes(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f);
    assertThat(decode(schema, columns, joined(bytes(0), most, bytes(0), most, bytes(0, 0, 0, 0))))
        .extracting(batch -> batch.reason(0))
        .isNull();
    for (byte[] rest :
        List.of(
            joined(bytes(0, 0, 0), most, bytes(0)),
            joined(bytes(0, 0, 0, 0), most),
            joined(bytes(0, 0, 0, 0, 0), most),
            joined(bytes(0, 0, 0, 0, 1), bytes()),
            joined(bytes(0, 0, 0, 0, 0, 1), most),
            // the least long as a count, which has no opposite
            joined(
                bytes(0, 0, 0, 0, 0),
                bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00)))) {
      assertThat(decode(schema, columns, rest).reason(0)).startsWith("not Avro:");
    }
  }

  @Test
  void chainOfRecordsIsPassedOverUpToADepth() throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                json(
                    "{'type': 'record', 'name': 'r', 'fields': ["
                        + TIME
                        + ", {'name': 'next', 'type': ['null', {'type': 'record', 'name': 'n',"
                        + " 'fields': [{'name': 'next', 'type': ['null', 'n']}]}]}]}"));
    assertThat(decode(schema, columns(), chain(900)).reason(0)).isNull();
    assertThat(decode(schema, columns(), chain(1_000_000)).reason(0))
        .isEqualTo("not Avro: records nested deeper than 1000");
  }

  private static byte[] chain(int length) {
    byte[] value = new byte[length + 2];
    Arrays.fill(value, 1, length + 1, (byte) 2);
    return value;
  }

  @Test
  void blocksOfKnownSizeArePassedOverAtOnce() {
    Schema schema = record(TIME, field("v", "{'type': 'array', 'items': 'int'}"));
    // a block of -2 elements in 2 bytes, one of 1 element, and the end
    EventBatch batch =
        decode(schema, columns("v[2] int"), bytes(0, 3, 4, 2, 4, 2, 14, 0), bytes(0, 3, 9, 2, 4));
    assertThat(batch.reason(0)).isNull();
    assertThat(batch.columns().column(0).value(0)).isEqualTo(7L);
    assertThat(batch.reason(1)).startsWith("not Avro: cut short");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                              | not Avro: cut short at byte 0",
        "0                               | not Avro: cut short at byte 1",
        "0 2                             | not Avro: there is no branch 1 before byte 2",
        "0 1                             | not Avro: there is no branch -1 before byte 2",
        "0 0 2                           | not Avro: 2 at byte 2 is no boolean",
        "0 0 1 0                         | not Avro: 1 bytes behind the datum",
        "255 255 255 255 255 255 255 255 255 2 |"
            + " not Avro: a number of more than 64 bits before byte 10",
      })
  void bytesThatAreNoDatumMakeADeadLetter(String numbers, String reason) {
    Schema schema = record(TIME, field("u", "['null']"), field("b", "'boolean'"));
    int[] values =
        numbers.isEmpty()
            ? new int[0]
            : Arrays.stream(numbers.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(decode(schema, columns("b boolean"), bytes(values)).reason(0)).isEqualTo(reason);
  }

  @Test
  void tombstoneAndMissingEventTimeAreDeadLetters() throws IOException {
    Schema schema = record(field("t", "['null', 'long']"));
    EventBatch batch = decode(schema, columns(), null, bytes(0), bytes(2, 0));
    assertThat(batch.reason(0)).isEqualTo("no value");
    assertThat(batch.reason(1)).isEqualTo("column 't': the event time is missing");
    assertThat(batch.reason(2)).isNull();
  }

  @Test
  void columnThatNobodyWantsIsStillChecked() throws IOException {
    Schema schema = record(field("v", "'string'"), TIME);
    GenericData.Record record = new GenericData.Record(schema);
    record.put("v", ByteBuffer.wrap(new byte[0]));
    Decoder decoder =
        new AvroFormat(schema, List.of()).decoder(columns("v string"), NO_IDS, Set.of());
    decoder.append(0, NOON, bytes(2, 'a', 0));
    decoder.append(1, NOON, bytes(2, 0xff, 0));
    EventBatch batch = decoder.take();
    assertThat(batch.reason(0)).isNull();
    assertThat(batch.columns().column(0).isNull(0)).isTrue();
    assertThat(batch.reason(1)).contains("no UTF-8");
  }

  @Test
  void idIsThatOfTheSameValueInJson() throws IOException {
    Schema schema =
        record(
            field("s", "'string'"),
            field("i", "'int'"),
            field("d", "'double'"),
            field("b", "'boolean'"),
            TIME);
    RecordSchema columns = columns("s string", "i bigint", "d double", "b boolean");
    for (String text : List.of("id-7", "größer")) {
      GenericData.Record record = new GenericData.Record(schema);
      record.put("s", text);
      record.put("i", 7);
      record.put("d", 1.5);
      record.put("b", true);
      record.put("t", 5L);
      String json = "{\"s\": \"%s\", \"i\": 7, \"d\": 1.5, \"b\": true, \"t\": 5}".formatted(text);
      for (IdRule rule : IntStream.range(0, 4).<IdRule>mapToObj(IdRule.ByColumn::new).toList()) {
        for (Set<Integer> wanted : List.of(Set.of(0, 1, 2, 3), Set.<Integer>of())) {
          Decoder avro = new AvroFormat(schema, List.of()).decoder(columns, rule, wanted);
          avro.append(0, NOON, encoded(schema, record));
          Decoder other = new JsonDecoder(columns, rule, wanted);
          other.append(0, NOON, json.getBytes(UTF_8));
          EventIds ids = avro.take().ids();
          EventIds expected = other.take().ids();
          assertThat(ids.isPresent(0)).isTrue();
          assertThat(ids.high(0)).isEqualTo(expected.high(0));
          assertThat(ids.low(0)).isEqualTo(expected.low(0));
        }
      }
    }
  }

  @Test
  void normalFormShowsWhatChangesValuesAndNothingElse() {
    Schema schema = record(field("v", "'long'"), TIME);
    String text = new AvroFormat(schema, List.of()).text();
    assertThat(new AvroFormat(record("{'name': 'v', 'type': 'long', 'doc': 'x'}", TIME), List.of()))
        .extracting(AvroFormat::text)
        .isEqualTo(text);
    assertThat(
            List.of(
                new AvroFormat(record(field("v", "'int'"), TIME), List.of()),
                new AvroFormat(
                    record(field("v", "{'type': 'long', 'logicalType': 'timestamp-micros'}"), TIME),
                    List.of()),
                new AvroFormat(
                    record("{'name': 'v', 'type': 'long', 'default': 1}", TIME), List.of()),
                new AvroFormat(
                    record("{'name': 'v', 'type': 'long', 'aliases': ['w']}", TIME), List.of()),
                new AvroFormat(schema, List.of(schema))))
        .extracting(AvroFormat::text)
        .doesNotContain(text)
        .doesNotHaveDuplicates();
    Schema other = record(field("w", "'int'"), TIME);
    assertThat(new AvroFormat(schema, List.of(schema, other)).text())
        .isEqualTo(new AvroFormat(schema, List.of(other, schema)).text());
  }

  @Property(tries = 200)
  void anyBytesAreAnEventOrADeadLetter(@ForAll byte[] value, @ForAll long seed) {
    Schema schema = RandomAvro.schema(new Random(seed));
    EventBatch batch = decode(schema, RandomAvro.columns(schema), value);
    assertThat(batch.size()).isEqualTo(1);
  }

  static RecordSchema columns(String... columns) {
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
    return new RecordSchema(fields, fields.size() - 1, Duration.ofDays(365_000));
  }

  static EventBatch decode(Schema schema, RecordSchema columns, byte[]... records) {
    Set<Integer> wanted =
        IntStream.range(0, columns.columns().size()).boxed().collect(Collectors.toSet());
    Decoder decoder = new AvroFormat(schema, List.of()).decoder(columns, NO_IDS, wanted);
    for (int i = 0; i < records.length; i++) {
      decoder.append(i, NOON, records[i]);
    }
    return decoder.take();
  }

  private static Object value(Schema schema, String type, Object value) throws IOException {
    EventBatch batch = decode(schema, columns("v " + type), datum(schema, "v", value));
    assertThat(batch.reason(0)).isNull();
    return batch.columns().column(0).value(0);
  }

  private static String reason(Schema schema, String type, Object value) throws IOException {
    return decode(schema, columns("v " + type), datum(schema, "v", value)).reason(0);
  }

  private static List<Object> values(EventBatch batch) {
    return IntStream.range(0, batch.columns().width())
        .mapToObj(column -> batch.columns().column(column).value(0))
        .collect(Collectors.toList());
  }

  /** Returns a datum with one field set, and the event time. */
  private static byte[] datum(Schema schema, String field, Object value) throws IOException {
    GenericData.Record record = new GenericData.Record(schema);
    record.put(field, value);
    record.put("t", 0L);
    return encoded(schema, record);
  }

  static byte[] encoded(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** Returns the single-object encoding that Avro itself makes. */
  static byte[] headed(Schema schema, GenericData.Record record) throws IOException {
    ByteBuffer message =
        new BinaryMessageEncoder<GenericData.Record>(new GenericData(), schema).encode(record);
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    return bytes;
  }

  private static Schema record(String... fields) {
    return new Schema.Parser()
        .parse(
            json(
                "{'type': 'record', 'name': 'r', 'fields': [%s]}"
                    .formatted(String.join(", ", fields))));
  }

  private static String field(String name, String type) {
    return "{'name': '%s', 'type': %s}".formatted(name, type);
  }

  private static String decimal(String type, int precision, int scale) {
    return "{'type': %s, 'logicalType': 'decimal', 'precision': %d, 'scale': %d}"
        .formatted(type, precision, scale);
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
