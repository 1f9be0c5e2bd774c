package io.braid.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** What the plans read is what Avro's own reader and its schema resolution read. */
class AvroResolutionTest {

  private static final int RECORDS = 5;

  @Property(tries = 200)
  void columnsAreThoseOfAvrosOwnReader(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Schema writer = RandomAvro.schema(random);
    Schema reader = random.nextInt(4) == 0 ? writer : RandomAvro.evolved(writer, random);
    RecordSchema columns = RandomAvro.columns(reader);
    Decoder decoder = decoder(writer, reader, columns);
    byte[][] data = new byte[RECORDS][];
    for (int i = 0; i < RECORDS; i++) {
      data[i] = datum(writer, random);
      decoder.append(i, 0, headed(writer, data[i]));
    }

    EventBatch batch = decoder.take();

    GenericDatumReader<Object> oracle = new GenericDatumReader<>(writer, reader);
    for (int row = 0; row < RECORDS; row++) {
      Object expected = oracle.read(null, DecoderFactory.get().binaryDecoder(data[row], null));
      assertThat(batch.reason(row)).isNull();
      for (int i = 0; i < columns.columns().size(); i++) {
        assertThat(batch.columns().column(i).value(row))
            .as("%s of %s", columns.columns().get(i).path(), reader)
            .isEqualTo(at(expected, columns.columns().get(i).path()));
      }
    }
  }

  @Property(tries = 200)
  void damagedDatumIsAnEventOrADeadLetter(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Schema writer = RandomAvro.schema(random);
    Schema reader = RandomAvro.evolved(writer, random);
    RecordSchema columns = RandomAvro.columns(reader);
    Decoder decoder = decoder(writer, reader, columns);
    for (int i = 0; i < 20; i++) {
      byte[] value = headed(writer, datum(writer, random));
      if (random.nextBoolean()) {
        value = Arrays.copyOf(value, random.nextInt(value.length + 1));
      }
      for (int flips = random.nextInt(4); flips > 0 && value.length > 0; flips--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      decoder.append(i, 0, value);
    }
    EventBatch batch = decoder.take();
    for (int row = 0; row < batch.size(); row++) {
      if (batch.isDeadLetter(row)) {
        for (int i = 0; i < columns.columns().size(); i++) {
          assertThat(batch.columns().column(i).isNull(row)).isTrue();
        }
      }
    }
  }

  @Property(tries = 100)
  void everyPrefixOfADatumIsADeadLetter(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Schema schema = RandomAvro.schema(random);
    RecordSchema columns = RandomAvro.columns(schema);
    byte[] datum = datum(schema, random);
    Decoder decoder = decoder(schema, schema, columns);
    for (int length = 0; length < datum.length; length++) {
      decoder.append(length, 0, Arrays.copyOf(datum, length));
    }
    decoder.append(datum.length, 0, datum);
    decoder.append(datum.length + 1, 0, Arrays.copyOf(datum, datum.length + 1));
    EventBatch batch = decoder.take();
    for (int row = 0; row < datum.length; row++) {
      assertThat(batch.isDeadLetter(row)).isTrue();
    }
    assertThat(batch.isDeadLetter(datum.length)).isFalse();
    assertThat(batch.isDeadLetter(datum.length + 1)).isTrue();
  }

  private static Decoder decoder(Schema writer, Schema reader, RecordSchema columns) {
    Set<Integer> all =
        IntStream.range(0, columns.columns().size()).boxed().collect(Collectors.toSet());
    return new AvroFormat(reader, List.of(writer)).decoder(columns, new IdRule.None(), all);
  }

  /** Returns a datum, its arrays and maps in blocks of known size now and then. */
  private static byte[] datum(Schema schema, Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder =
        random.nextBoolean()
            ? EncoderFactory.get().binaryEncoder(bytes, null)
            : new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(RandomAvro.value(schema, random), encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] headed(Schema writer, byte[] datum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0xC3);
    bytes.write(0x01);
    long fingerprint = SchemaNormalization.parsingFingerprint64(writer);
    for (int i = 0; i < 8; i++) {
      bytes.write((int) (fingerprint >>> (8 * i)));
    }
    bytes.write(datum);
    return bytes.toByteArray();
  }

  /** Returns what a column holds of a datum as Avro read it. */
  private static Object at(Object datum, FieldPath path) {
    Object value = datum;
    for (FieldPath.Step step : path.steps()) {
      if (value instanceof GenericData.Record record) {
        value = record.get(((FieldPath.Name) step).name());
      } else if (value instanceof List<?> items) {
        int index = ((FieldPath.Index) step).index();
        value = index < items.size() ? items.get(index) : null;
      }
    }
    if (value == null || value instanceof Boolean) {
      return value;
    } else if (value instanceof Float || value instanceof Double) {
      return ((Number) value).doubleValue();
    } else if (value instanceof Number number) {
      return number.longValue();
    } else if (value instanceof ByteBuffer bytes) {
      return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
    return value.toString();
  }
}
