package io.braid.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro's binary encoding, one datum a record, without the header of a container file.
 *
 * <p>A datum is of the declared schema, which is also the reader's; or it begins with the header of
 * a single-object encoding, whose fingerprint names the declared schema or one of the writers'.
 * Source: Apache Avro 1.12 specification, "Binary encoding", "Single-object encoding", "Schema
 * resolution", "Parsing Canonical Form".
 */
public final class AvroFormat implements RecordFormat {

  private final Schema declared;
  private final List<Schema> writers;

  /**
   * Makes a format.
   *
   * @param declared the schema that columns are found in and that records without a header are
   *     written with; a record
   * @param writers further schemas that records with a header may be written with
   */
  public AvroFormat(Schema declared, List<Schema> writers) {
    this.declared = declared;
    this.writers = List.copyOf(writers);
  }

  /** Returns CRC-64-AVRO over a schema's parsing canonical form: what names it in a header. */
  public static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /**
   * Returns whether data of both schemas mean the same, given that they have one {@link
   * #fingerprint}, which is blind to logical types.
   */
  public static boolean sameData(Schema one, Schema other) {
    return text(one, false).equals(text(other, false));
  }

  /**
   * Checks that every column can be read from records of the declared schema.
   *
   * @throws SchemaMismatchException for the first column that cannot
   */
  public void checkColumns(RecordSchema columns) throws SchemaMismatchException {
    AvroPlan.compile(declared, declared, columns);
  }

  /**
   * Checks that every column can be read from records of a writer's schema.
   *
   * @throws SchemaMismatchException for the first column that cannot
   */
  public void checkWriter(Schema writer, RecordSchema columns) throws SchemaMismatchException {
    AvroPlan.compile(writer, declared, columns);
  }

  @Override
  public Decoder decoder(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
    try {
      AvroPlan plan = AvroPlan.compile(declared, declared, schema);
      long[] fingerprints = new long[writers.size() + 1];
      AvroPlan[] plans = new AvroPlan[fingerprints.length];
      fingerprints[0] = fingerprint(declared);
      plans[0] = plan;
      for (int i = 0; i < writers.size(); i++) {
        fingerprints[i + 1] = fingerprint(writers.get(i));
        plans[i + 1] = AvroPlan.compile(writers.get(i), declared, schema);
      }
      return new AvroDecoder(new RowWriter(schema, idRule, wanted), plan, fingerprints, plans);
    } catch (SchemaMismatchException e) {
      throw new IllegalArgumentException("Cannot read these columns: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return "avro";
  }

  /**
   * Returns the schemas in parsing canonical form, and what that leaves out although it changes
   * values: logical types, and of the declared schema defaults and aliases.
   */
  @Override
  public String text() {
    // Which writer stands first changes nothing.
    Set<String> others = new TreeSet<>();
    writers.forEach(writer -> others.add(text(writer, false)));
    return "AVRO " + text(declared, true) + "\nwriters " + String.join("\n", others);
  }

  private static String text(Schema schema, boolean asReader) {
    StringJoiner text = new StringJoiner("\n");
    text.add(SchemaNormalization.toParsingForm(schema));
    addMeaning(schema, asReader, text, new TreeSet<>());
    return text.toString();
  }

  /** Adds, in the order of the schema, what its canonical form does not say. */
  private static void addMeaning(
      Schema schema, boolean asReader, StringJoiner text, Set<String> named) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      text.add("decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale()));
    } else {
      text.add(schema.getLogicalType() == null ? "-" : schema.getLogicalType().getName());
    }
    switch (schema.getType()) {
      case RECORD -> {
        if (!named.add(schema.getFullName())) {
          return;
        }
        if (asReader) {
          text.add("aliases " + new TreeSet<>(schema.getAliases()));
        }
        for (Schema.Field field : schema.getFields()) {
          if (asReader) {
            text.add("aliases " + new TreeSet<>(field.aliases()));
            text.add(field.hasDefaultValue() ? "default " + hex(defaultOf(field)) : "no default");
          }
          addMeaning(field.schema(), asReader, text, named);
        }
      }
      case ARRAY -> addMeaning(schema.getElementType(), asReader, text, named);
      case MAP -> addMeaning(schema.getValueType(), asReader, text, named);
      case UNION -> schema.getTypes().forEach(type -> addMeaning(type, asReader, text, named));
      case ENUM -> {
        if (asReader) {
          text.add("default " + schema.getEnumDefault());
        }
      }
      default -> {
        return;
      }
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns a field's default as a datum of the field's schema. */
  static byte[] defaultOf(Schema.Field field) {
    Object value = GenericData.get().getDefaultValue(field);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<>(field.schema()).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }
}
