package io.braid.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Turns the demo's events from JSON into Avro's binary encoding, by Avro's own writer. */
final class AvroEvents {

  /** The demo's event; what may be null there is a union with null. */
  static final Schema SCHEMA = schema();

  private final ObjectMapper json = new ObjectMapper();
  private final GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(SCHEMA);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

  private static Schema schema() {
    try (InputStream file = AvroEvents.class.getResourceAsStream("/benchmark/playback.avsc")) {
      return new Schema.Parser().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the schema of the demo's events", e);
    }
  }

  /** Returns the event as a datum of {@link #SCHEMA}, without a header. */
  byte[] encode(String event) {
    try {
      bytes.reset();
      writer.write(record(SCHEMA, json.readTree(event)), encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write as Avro: " + event, e);
    }
  }

  private static GenericRecord record(Schema schema, JsonNode object) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.schema(), object.get(field.name())));
    }
    return record;
  }

  private static Object value(Schema schema, JsonNode node) {
    return switch (schema.getType()) {
      case RECORD -> record(schema, node);
      case UNION -> node.isNull() ? null : value(schema.getTypes().get(1), node);
      case DOUBLE -> node.doubleValue();
      case LONG ->
          node.isTextual() ? Instant.parse(node.textValue()).toEpochMilli() : node.longValue();
      default -> node.textValue();
    };
  }
}
