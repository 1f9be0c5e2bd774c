package io.braid.decode;

import io.braid.column.ColumnType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Schemas, later versions of them, values and columns, all at random. */
final class RandomAvro {

  private final Random random;
  private int names;

  private RandomAvro(Random random) {
    this.random = random;
  }

  /** Returns a record with the event time {@code t} among its fields. */
  static Schema schema(Random random) {
    RandomAvro avro = new RandomAvro(random);
    Schema record = avro.record(2);
    List<Schema.Field> fields = new ArrayList<>();
    record.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("t", Schema.create(Schema.Type.LONG)));
    Collections.shuffle(fields, random);
    return Schema.createRecord("root", null, "x", false, fields);
  }

  private Schema record(int depth) {
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      fields.add(new Schema.Field("f" + names++, type(depth)));
    }
    return Schema.createRecord("r" + names++, null, "x", false, fields);
  }

  private Schema type(int depth) {
    return switch (random.nextInt(depth > 0 ? 14 : 9)) {
      case 0 -> Schema.create(Schema.Type.BOOLEAN);
      case 1 -> Schema.create(Schema.Type.INT);
      case 2 -> Schema.create(Schema.Type.LONG);
      case 3 -> Schema.create(Schema.Type.FLOAT);
      case 4 -> Schema.create(Schema.Type.DOUBLE);
      case 5 -> Schema.create(Schema.Type.STRING);
      case 6 -> Schema.create(Schema.Type.BYTES);
      case 7 -> Schema.createEnum("e" + names++, null, "x", List.of("A", "B", "C"));
      case 8 -> Schema.createFixed("d" + names++, null, "x", random.nextInt(4));
      case 9 -> nullable(type(0));
      case 10 -> nullable(record(depth - 1));
      case 11 -> record(depth - 1);
      case 12 -> Schema.createArray(type(depth - 1));
      default -> Schema.createMap(type(depth - 1));
    };
  }

  private Schema nullable(Schema type) {
    Schema none = Schema.create(Schema.Type.NULL);
    return random.nextBoolean() ? Schema.createUnion(none, type) : Schema.createUnion(type, none);
  }

  /** Returns a version of a schema that its data can be read as. */
  static Schema evolved(Schema schema, Random random) {
    RandomAvro avro = new RandomAvro(random);
    avro.names = 1000;
    return avro.evolved(schema);
  }

  private Schema evolved(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> evolvedRecord(schema);
      case ARRAY -> Schema.createArray(evolved(schema.getElementType()));
      case UNION -> Schema.createUnion(schema.getTypes().stream().map(this::evolved).toList());
      case INT -> oneOf(Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE);
      case LONG -> oneOf(Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE);
      case STRING, BYTES -> oneOf(Schema.Type.STRING, Schema.Type.BYTES);
      default -> schema;
    };
  }

  private Schema oneOf(Schema.Type... types) {
    return Schema.create(types[random.nextInt(types.length)]);
  }

  private Schema evolvedRecord(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      boolean isTime = field.name().equals("t");
      Schema type = isTime ? field.schema() : evolved(field.schema());
      if (!isTime && type.getType() != Schema.Type.UNION && random.nextInt(4) == 0) {
        type = nullable(type);
      }
      if (!isTime && random.nextInt(6) == 0) {
        Schema.Field renamed = new Schema.Field("n" + names++, type);
        renamed.addAlias(field.name());
        fields.add(renamed);
      } else if (isTime || random.nextInt(6) > 0) {
        fields.add(new Schema.Field(field.name(), type));
      }
    }
    if (random.nextBoolean()) {
      fields.add(
          new Schema.Field("n" + names++, Schema.create(Schema.Type.INT), null, random.nextInt()));
    }
    if (random.nextBoolean()) {
      Schema text = Schema.create(Schema.Type.STRING);
      Schema.Field inner = new Schema.Field("i" + names++, text);
      Schema nested = Schema.createRecord("r" + names++, null, "x", false, List.of(inner));
      fields.add(
          new Schema.Field("n" + names++, nested, null, Map.of(inner.name(), "by default ü")));
    }
    Collections.shuffle(fields, random);
    return Schema.createRecord(schema.getName(), null, "x", false, fields);
  }

  /** Returns a datum of a schema. */
  static Object value(Schema schema, Random random) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> (Object) (random.nextInt() >> random.nextInt(32));
      case LONG -> (Object) (random.nextLong() >> random.nextInt(64));
      case FLOAT -> (Object) (random.nextInt(8) == 0 ? Float.NaN : random.nextFloat());
      case DOUBLE ->
          (Object) (random.nextInt(8) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian());
      case STRING -> text(random);
      case BYTES -> ByteBuffer.wrap(text(random).getBytes(StandardCharsets.UTF_8));
      case ENUM -> new GenericData.EnumSymbol(schema, oneOf(schema.getEnumSymbols(), random));
      case FIXED -> {
        byte[] bytes = new byte[schema.getFixedSize()];
        random.nextBytes(bytes);
        yield new GenericData.Fixed(schema, bytes);
      }
      case UNION -> value(oneOf(schema.getTypes(), random), random);
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          items.add(value(schema.getElementType(), random));
        }
        yield items;
      }
      case MAP -> {
        Map<String, Object> entries = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          entries.put(text(random), value(schema.getValueType(), random));
        }
        yield entries;
      }
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          boolean isTime = field.name().equals("t");
          record.put(
              field.name(),
              isTime ? (Object) (long) random.nextInt() : value(field.schema(), random));
        }
        yield record;
      }
    };
  }

  private static <T> T oneOf(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(random.nextInt(5) == 0 ? "ü" : "" + (char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** Returns a column for every leaf that one can be read from, of two elements of each array. */
  static RecordSchema columns(Schema schema) {
    List<RecordSchema.Field> columns = new ArrayList<>();
    addColumns(schema, new ArrayList<>(), columns);
    int time = 0;
    while (!columns.get(time).path().toString().equals("t")) {
      time++;
    }
    columns.set(time, new RecordSchema.Field("t", ColumnType.TIMESTAMP, List.of("t")));
    return new RecordSchema(columns, time, Duration.ofDays(365_000));
  }

  private static void addColumns(
      Schema schema, List<FieldPath.Step> path, List<RecordSchema.Field> columns) {
    switch (schema.getType()) {
      case RECORD ->
          schema
              .getFields()
              .forEach(
                  field ->
                      addColumns(
                          field.schema(), with(path, new FieldPath.Name(field.name())), columns));
      case ARRAY -> {
        addColumns(schema.getElementType(), with(path, new FieldPath.Index(0)), columns);
        addColumns(schema.getElementType(), with(path, new FieldPath.Index(2)), columns);
      }
      case UNION -> schema.getTypes().forEach(branch -> addColumns(branch, path, columns));
      case BOOLEAN -> add(ColumnType.BOOLEAN, path, columns);
      case INT -> add(path.size() % 2 == 0 ? ColumnType.INT : ColumnType.BIGINT, path, columns);
      case LONG -> add(ColumnType.BIGINT, path, columns);
      case FLOAT, DOUBLE -> add(ColumnType.DOUBLE, path, columns);
      case STRING, BYTES, ENUM -> add(ColumnType.STRING, path, columns);
      case NULL, FIXED, MAP -> {
        return;
      }
    }
  }

  private static void add(
      ColumnType type, List<FieldPath.Step> steps, List<RecordSchema.Field> columns) {
    FieldPath path = new FieldPath(steps);
    columns.add(new RecordSchema.Field(path.toString(), type, path));
  }

  private static List<FieldPath.Step> with(List<FieldPath.Step> path, FieldPath.Step step) {
    List<FieldPath.Step> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }
}
