package io.braid.decode;

import io.braid.column.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * How data of one writer's schema are read into columns: steps in the writer's order, each into a
 * column or past what none asks for.
 *
 * <p>Compiled by the rules of Avro's schema resolution, of which only the part that leads to
 * columns matters: fields meet by name, then by the reader's aliases; a field that the writer does
 * not have takes the reader's default, or is NULL; a branch that the reader does not have makes a
 * dead letter, null is NULL. Of a logical type the writer's counts, and the reader's where the
 * writer has none. One thread, because defaults are read through a cursor of their own.
 */
final class AvroPlan {

  private final AvroStep root;

  private AvroPlan(AvroStep root) {
    this.root = root;
  }

  /**
   * Compiles the plan.
   *
   * @param reader in which the columns' paths are found
   * @throws SchemaMismatchException for the first column that cannot be read
   */
  static AvroPlan compile(Schema writer, Schema reader, RecordSchema columns)
      throws SchemaMismatchException {
    return new AvroPlan(new Compiler(columns).step(writer, reader, PathTree.of(columns), ""));
  }

  /** Reads one datum. */
  void read(AvroInput in, RowWriter row) throws DatumException {
    root.read(in, row);
  }

  private static final class Compiler {

    private final RecordSchema columns;
    private final Map<String, AvroStep> skips = new HashMap<>(); // by the name of the record

    Compiler(RecordSchema columns) {
      this.columns = columns;
    }

    /**
     * Returns the step for a value that columns are at or inside.
     *
     * @param place the path to the value, for messages; empty for the record itself
     */
    AvroStep step(Schema writer, Schema reader, PathTree node, String place)
        throws SchemaMismatchException {
      if (writer.getType() != Schema.Type.UNION) {
        Schema branch = match(writer, reader);
        if (branch == null) {
          throw mismatch(
              node,
              "%s is %s in the writer's schema and %s in the declared one"
                  .formatted(named(place), shown(writer), shown(reader)));
        }
        return branchStep(writer, branch, node, place);
      }
      List<Schema> branches = writer.getTypes();
      AvroStep[] steps = new AvroStep[branches.size()];
      boolean any = branches.stream().allMatch(branch -> branch.getType() == Schema.Type.NULL);
      for (int i = 0; i < steps.length; i++) {
        Schema branch = match(branches.get(i), reader);
        any |= branch != null && branch.getType() != Schema.Type.NULL;
        steps[i] =
            branch == null
                ? new AvroStep.Fail(
                    "%s: found %s, which the schema does not have there"
                        .formatted(named(place), shown(branches.get(i))))
                : branchStep(branches.get(i), branch, node, place);
      }
      if (!any) {
        throw mismatch(
            node,
            "%s is %s in the writer's schema and %s in the declared one"
                .formatted(named(place), shown(writer), shown(reader)));
      }
      return new AvroStep.Union(steps);
    }

    private AvroStep branchStep(Schema writer, Schema reader, PathTree node, String place)
        throws SchemaMismatchException {
      if (writer.getType() == Schema.Type.NULL) {
        return new AvroStep.Skip(0);
      }
      if (node.column() >= 0) {
        return value(writer, reader, node.column(), place);
      }
      if (reader.getType() == Schema.Type.RECORD && node.indexes().length == 0) {
        return record(writer, reader, node, place);
      }
      if (reader.getType() == Schema.Type.ARRAY && node.names().isEmpty()) {
        return array(writer, reader, node, place);
      }
      throw mismatch(
          node,
          "its path '%s' goes on from '%s', which is %s"
              .formatted(columns.columns().get(node.anyColumn()).path(), place, shown(reader)));
    }

    private AvroStep record(Schema writer, Schema reader, PathTree node, String place)
        throws SchemaMismatchException {
      for (Map.Entry<String, PathTree> wanted : node.names().entrySet()) {
        if (reader.getField(wanted.getKey()) == null) {
          List<String> names = reader.getFields().stream().map(Schema.Field::name).toList();
          throw new SchemaMismatchException(
              wanted.getValue().anyColumn(),
              "%s has no field '%s'; valid: %s"
                  .formatted(
                      place.isEmpty() ? "the schema" : named(place),
                      wanted.getKey(),
                      String.join(", ", names)),
              wanted.getKey(),
              names);
        }
      }
      Map<String, Schema.Field> readers = readersOf(writer, reader);
      Map<String, PathTree> open = new LinkedHashMap<>(node.names());
      List<AvroStep> steps = new ArrayList<>();
      for (Schema.Field field : writer.getFields()) {
        Schema.Field target = readers.get(field.name());
        PathTree wanted = target == null ? null : open.remove(target.name());
        add(
            steps,
            wanted == null
                ? skip(field.schema())
                : step(field.schema(), target.schema(), wanted, inside(place, target.name())));
      }
      for (Map.Entry<String, PathTree> missing : open.entrySet()) {
        Schema.Field field = reader.getField(missing.getKey());
        if (field.hasDefaultValue()) {
          // A compiler of its own: the two schemas may have different records of one name.
          AvroStep step =
              new Compiler(columns)
                  .step(
                      field.schema(),
                      field.schema(),
                      missing.getValue(),
                      inside(place, missing.getKey()));
          add(steps, new AvroStep.Default(AvroFormat.defaultOf(field), step));
        }
      }
      return new AvroStep.Fields().of(steps.toArray(AvroStep[]::new));
    }

    /** Returns, for the names of the writer's fields, the reader's fields that they are read as. */
    private static Map<String, Schema.Field> readersOf(Schema writer, Schema reader) {
      Map<String, Schema.Field> readers = new HashMap<>();
      for (Schema.Field field : reader.getFields()) {
        if (writer.getField(field.name()) != null) {
          readers.put(field.name(), field);
        }
      }
      for (Schema.Field field : reader.getFields()) {
        if (writer.getField(field.name()) == null) {
          field.aliases().stream()
              .filter(alias -> writer.getField(alias) != null && !readers.containsKey(alias))
              .findFirst()
              .ifPresent(alias -> readers.put(alias, field));
        }
      }
      return readers;
    }

    /** Adds a step; neighbours that pass over a fixed number of bytes become one. */
    private static void add(List<AvroStep> steps, AvroStep step) {
      int last = steps.size() - 1;
      if (step instanceof AvroStep.Skip skip) {
        if (last >= 0 && steps.get(last) instanceof AvroStep.Skip before) {
          steps.set(last, new AvroStep.Skip(before.bytes + skip.bytes));
        } else if (skip.bytes > 0) {
          steps.add(step);
        }
      } else {
        steps.add(step);
      }
    }

    private AvroStep array(Schema writer, Schema reader, PathTree node, String place)
        throws SchemaMismatchException {
      int[] indexes = node.indexes();
      AvroStep[] wanted = new AvroStep[indexes.length];
      for (int i = 0; i < indexes.length; i++) {
        wanted[i] =
            step(
                writer.getElementType(),
                reader.getElementType(),
                node.elements().get(i),
                place + "[" + indexes[i] + "]");
      }
      return items(writer.getElementType(), indexes, wanted, skip(writer.getElementType()));
    }

    private static AvroStep items(
        Schema element, int[] indexes, AvroStep[] wanted, AvroStep other) {
      boolean isEmpty = fixedSize(element, 0).equals(OptionalInt.of(0));
      return new AvroStep.Items(indexes, wanted, other, isEmpty);
    }

    /** Returns the step that passes over a value. */
    private AvroStep skip(Schema schema) {
      OptionalInt size = fixedSize(schema, 0);
      if (size.isPresent()) {
        return new AvroStep.Skip(size.getAsInt());
      }
      return switch (schema.getType()) {
        case INT, LONG, ENUM -> new AvroStep.SkipNumber();
        case STRING, BYTES -> new AvroStep.SkipBytes();
        case UNION ->
            new AvroStep.Union(schema.getTypes().stream().map(this::skip).toArray(AvroStep[]::new));
        case ARRAY ->
            items(
                schema.getElementType(),
                new int[0],
                new AvroStep[0],
                skip(schema.getElementType()));
        case MAP -> {
          AvroStep entry =
              new AvroStep.Fields().of(new AvroStep.SkipBytes(), skip(schema.getValueType()));
          yield new AvroStep.Items(new int[0], new AvroStep[0], entry, false);
        }
        case RECORD -> skipRecord(schema);
        default -> throw new IllegalStateException("No fixed size of " + schema.getType());
      };
    }

    private AvroStep skipRecord(Schema schema) {
      AvroStep known = skips.get(schema.getFullName());
      if (known != null) {
        return known;
      }
      AvroStep.Fields fields = new AvroStep.Fields();
      skips.put(schema.getFullName(), fields); // a field may lead back here
      List<AvroStep> steps = new ArrayList<>();
      schema.getFields().forEach(field -> add(steps, skip(field.schema())));
      return fields.of(steps.toArray(AvroStep[]::new));
    }

    /** Returns how many bytes every value of a schema takes, if all take the same number. */
    private static OptionalInt fixedSize(Schema schema, int depth) {
      switch (schema.getType()) {
        case NULL -> {
          return OptionalInt.of(0);
        }
        case BOOLEAN -> {
          return OptionalInt.of(1);
        }
        case FLOAT -> {
          return OptionalInt.of(4);
        }
        case DOUBLE -> {
          return OptionalInt.of(8);
        }
        case FIXED -> {
          return OptionalInt.of(schema.getFixedSize());
        }
        case RECORD -> {
          // A record that holds itself has no size; any that has one nests far less deep than this.
          long size = 0;
          for (Schema.Field field : schema.getFields()) {
            OptionalInt one =
                depth > 16 ? OptionalInt.empty() : fixedSize(field.schema(), depth + 1);
            if (one.isEmpty() || size + one.getAsInt() > Integer.MAX_VALUE) {
              return OptionalInt.empty();
            }
            size += one.getAsInt();
          }
          return OptionalInt.of((int) size);
        }
        default -> {
          return OptionalInt.empty();
        }
      }
    }

    /** Returns the step of a column's value; neither schema is a union or null. */
    private AvroStep value(Schema writer, Schema reader, int column, String place)
        throws SchemaMismatchException {
      RecordSchema.Field field = columns.columns().get(column);
      AvroStep step =
          switch (field.type().kind()) {
            case STRING -> text(writer, reader, column, field);
            case BOOLEAN ->
                reader.getType() == Schema.Type.BOOLEAN
                    ? new AvroStep.BooleanValue(column, field)
                    : null;
            case INT ->
                reader.getType() == Schema.Type.INT ? new AvroStep.IntValue(column, field) : null;
            case BIGINT ->
                reader.getType() == Schema.Type.INT || reader.getType() == Schema.Type.LONG
                    ? writer.getType() == Schema.Type.INT
                        ? new AvroStep.IntValue(column, field)
                        : new AvroStep.LongValue(column, field)
                    : null;
            case DOUBLE -> number(writer, reader, column, field);
            case DECIMAL -> decimal(writer, reader, column, field);
            case TIMESTAMP -> timestamp(writer, reader, column, field);
            case DATE -> date(writer, reader, column, field);
            case BYTES -> null;
          };
      if (step == null) {
        String found =
            writer.equals(reader)
                ? shown(reader)
                : "%s (%s in the writer's schema)".formatted(shown(reader), shown(writer));
        throw new SchemaMismatchException(
            column,
            "column '%s' is %s, but %s is %s"
                .formatted(field.name(), field.type(), named(place), found));
      }
      return step;
    }

    private static AvroStep text(
        Schema writer, Schema reader, int column, RecordSchema.Field field) {
      String logical = logicalName(reader);
      if (reader.getType() == Schema.Type.ENUM) {
        String[] symbols = writer.getEnumSymbols().toArray(String[]::new);
        String[] texts = new String[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
          texts[i] = reader.hasEnumSymbol(symbols[i]) ? symbols[i] : reader.getEnumDefault();
        }
        return new AvroStep.EnumValue(column, field, symbols, texts);
      }
      if (reader.getType() == Schema.Type.FIXED) {
        boolean isUuid =
            logical.equals("uuid") && reader.getFixedSize() == AvroStep.UuidValue.BYTES;
        return isUuid ? new AvroStep.UuidValue(column, field) : null;
      }
      boolean isText =
          reader.getType() == Schema.Type.STRING
              || (reader.getType() == Schema.Type.BYTES && logical.isEmpty());
      return isText && !logicalName(writer).equals("decimal")
          ? new AvroStep.TextValue(column, field)
          : null;
    }

    private static AvroStep number(
        Schema writer, Schema reader, int column, RecordSchema.Field field) {
      boolean isFloat = reader.getType() == Schema.Type.FLOAT;
      boolean isNumber =
          isFloat
              || reader.getType() == Schema.Type.INT
              || reader.getType() == Schema.Type.LONG
              || reader.getType() == Schema.Type.DOUBLE;
      if (!isNumber) {
        return null;
      }
      AvroStep.DoubleValue.Form form =
          switch (writer.getType()) {
            case INT ->
                isFloat ? AvroStep.DoubleValue.Form.INT_AS_FLOAT : AvroStep.DoubleValue.Form.INT;
            case LONG ->
                isFloat ? AvroStep.DoubleValue.Form.LONG_AS_FLOAT : AvroStep.DoubleValue.Form.LONG;
            case FLOAT -> AvroStep.DoubleValue.Form.FLOAT;
            default -> AvroStep.DoubleValue.Form.DOUBLE;
          };
      return new AvroStep.DoubleValue(column, field, form);
    }

    private static AvroStep decimal(
        Schema writer, Schema reader, int column, RecordSchema.Field field) {
      ColumnType type = field.type();
      if (!(reader.getLogicalType() instanceof LogicalTypes.Decimal declared)
          || declared.getScale() > type.scale()
          || declared.getPrecision() - declared.getScale() > type.precision() - type.scale()
          || (writer.getType() != Schema.Type.BYTES && writer.getType() != Schema.Type.FIXED)) {
        return null;
      }
      int scale =
          writer.getLogicalType() instanceof LogicalTypes.Decimal written
              ? written.getScale()
              : declared.getScale();
      int size = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : -1;
      return new AvroStep.DecimalValue(column, field, size, scale);
    }

    private static AvroStep timestamp(
        Schema writer, Schema reader, int column, RecordSchema.Field field) {
      if (reader.getType() != Schema.Type.LONG) {
        return null;
      }
      long declared = unitsAMs(reader);
      long written = logicalName(writer).isEmpty() ? declared : unitsAMs(writer);
      return declared == 0 || written == 0
          ? null
          : new AvroStep.TimestampValue(column, field, written);
    }

    /** Returns how many units of a long make a millisecond; 0 when it is no instant. */
    private static long unitsAMs(Schema schema) {
      return switch (logicalName(schema)) {
        case "", "timestamp-millis" -> 1;
        case "timestamp-micros" -> 1_000;
        case "timestamp-nanos" -> 1_000_000;
        default -> 0;
      };
    }

    private static AvroStep date(
        Schema writer, Schema reader, int column, RecordSchema.Field field) {
      boolean isDate =
          reader.getType() == Schema.Type.INT
              && logicalName(reader).equals("date")
              && (logicalName(writer).isEmpty() || logicalName(writer).equals("date"));
      return isDate ? new AvroStep.DateValue(column, field) : null;
    }

    private static String logicalName(Schema schema) {
      LogicalType logical = schema.getLogicalType();
      return logical == null ? "" : logical.getName();
    }

    /**
     * Returns the branch of the reader's schema that a writer's value is read as, null when there
     * is none. Null meets null, and where the reader has none it is NULL all the same.
     */
    private static Schema match(Schema writer, Schema reader) {
      if (writer.getType() == Schema.Type.NULL) {
        return writer;
      }
      if (reader.getType() != Schema.Type.UNION) {
        return meets(writer, reader) ? reader : null;
      }
      for (Schema branch : reader.getTypes()) {
        if (branch.getType() == writer.getType() && sameName(writer, branch)) {
          return meets(writer, branch) ? branch : null;
        }
      }
      for (Schema branch : reader.getTypes()) {
        if (meets(writer, branch)) {
          return branch;
        }
      }
      return null;
    }

    private static boolean sameName(Schema writer, Schema reader) {
      return switch (reader.getType()) {
        case RECORD, ENUM, FIXED ->
            writer.getFullName().equals(reader.getFullName())
                || reader.getAliases().contains(writer.getFullName());
        default -> true;
      };
    }

    /** Returns whether a writer's value can be read as the reader's type; neither is a union. */
    private static boolean meets(Schema writer, Schema reader) {
      return switch (reader.getType()) {
        case LONG -> writer.getType() == Schema.Type.INT || writer.getType() == Schema.Type.LONG;
        case FLOAT ->
            writer.getType() == Schema.Type.INT
                || writer.getType() == Schema.Type.LONG
                || writer.getType() == Schema.Type.FLOAT;
        case DOUBLE ->
            writer.getType() == Schema.Type.INT
                || writer.getType() == Schema.Type.LONG
                || writer.getType() == Schema.Type.FLOAT
                || writer.getType() == Schema.Type.DOUBLE;
        case STRING, BYTES ->
            writer.getType() == Schema.Type.STRING || writer.getType() == Schema.Type.BYTES;
        case FIXED ->
            writer.getType() == Schema.Type.FIXED && writer.getFixedSize() == reader.getFixedSize();
        default -> writer.getType() == reader.getType();
      };
    }

    private SchemaMismatchException mismatch(PathTree node, String message) {
      int column = node.anyColumn();
      return new SchemaMismatchException(
          column, "column '%s': %s".formatted(columns.columns().get(column).name(), message));
    }

    private static String inside(String place, String name) {
      return place.isEmpty() ? name : place + "." + name;
    }

    private static String named(String place) {
      return place.isEmpty() ? "the record" : "'" + place + "'";
    }

    /** Returns a schema as a message names it: {@code long (timestamp-micros)}. */
    private static String shown(Schema schema) {
      if (schema.getType() == Schema.Type.UNION) {
        return schema.getTypes().stream()
            .map(Compiler::shown)
            .collect(Collectors.joining(", ", "a union of ", ""));
      }
      if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
        return "%s (decimal(%d,%d))"
            .formatted(schema.getType().getName(), decimal.getPrecision(), decimal.getScale());
      }
      LogicalType logical = schema.getLogicalType();
      return schema.getType().getName() + (logical == null ? "" : " (" + logical.getName() + ")");
    }
  }
}
