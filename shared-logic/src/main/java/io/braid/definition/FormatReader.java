package io.braid.definition;

import io.braid.decode.AvroFormat;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.decode.SchemaMismatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads how a source's records are encoded: {@code format} and the schemas that belong to it. */
final class FormatReader {

  private static final String SCHEMA = "schema";
  private static final String WRITERS = "writer_schemas";

  private static final List<String> FORMATS =
      List.of("json", "avro", "confluent-avro", "debezium-json");

  private final YamlFile file;
  private final ReferencedFiles files;

  FormatReader(YamlFile file, ReferencedFiles files) {
    this.file = file;
    this.files = files;
  }

  /**
   * Reads a source's format and checks that it can give the columns.
   *
   * @param columnKeys where each column stands
   * @param what the source is called in messages
   */
  RecordFormat read(YamlMapping source, RecordSchema columns, List<Node> columnKeys, String what) {
    Optional<YamlFile.Text> text = source.optionalText("format");
    String format = text.map(YamlFile.Text::value).orElse("json");
    switch (format) {
      case "json" -> {
        for (String key : List.of(SCHEMA, WRITERS)) {
          if (source.optional(key).isPresent()) {
            throw file.at(source.key(key), "'%s' of %s needs 'format: avro'".formatted(key, what));
          }
        }
        return RecordFormat.JSON;
      }
      case "avro" -> {
        return avro(source, columns, columnKeys, what);
      }
      default ->
          throw text.orElseThrow()
              .wrong(
                  FORMATS.contains(format)
                      ? "'format: %s' is not supported yet; valid: json, avro".formatted(format)
                      : "unknown format '%s'; valid: json, avro%s"
                          .formatted(format, NearestName.hint(format, FORMATS)));
    }
  }

  private RecordFormat avro(
      YamlMapping source, RecordSchema columns, List<Node> columnKeys, String what) {
    YamlFile.Text name = source.requiredText(SCHEMA);
    Schema declared = schema(name);
    if (declared.getType() != Schema.Type.RECORD) {
      throw name.wrong(
          "the schema '%s' is of type %s, must be a record"
              .formatted(name.value(), declared.getType().getName()));
    }
    Map<YamlFile.Text, Schema> writers = new LinkedHashMap<>();
    for (Node node : items(source, what)) {
      YamlFile.Text writer = file.text(node, "an entry of '%s' of %s".formatted(WRITERS, what));
      writers.put(writer, schema(writer));
    }
    checkFingerprints(name, declared, writers);
    AvroFormat format = new AvroFormat(declared, new ArrayList<>(writers.values()));
    try {
      format.checkColumns(columns);
    } catch (SchemaMismatchException e) {
      throw file.at(
          columnKeys.get(e.column()),
          "schema '%s': %s%s"
              .formatted(name.value(), e.getMessage(), NearestName.hint(e.unknown(), e.valid())));
    }
    writers.forEach(
        (writer, schema) -> {
          try {
            format.checkWriter(schema, columns);
          } catch (SchemaMismatchException e) {
            throw writer.wrong("writer schema '%s': %s".formatted(writer.value(), e.getMessage()));
          }
        });
    return format;
  }

  private List<Node> items(YamlMapping source, String what) {
    Optional<Node> node = source.optional(WRITERS);
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof SequenceNode list) {
      return list.getValue();
    }
    throw file.at(
        node.get(),
        "'%s' of %s is a %s, must be a list of files"
            .formatted(WRITERS, what, YamlFile.kind(node.get())));
  }

  /** A header names a schema by a fingerprint that is blind to logical types. */
  private static void checkFingerprints(
      YamlFile.Text name, Schema declared, Map<YamlFile.Text, Schema> writers) {
    Map<Long, Schema> schemas = new LinkedHashMap<>();
    Map<Long, String> names = new LinkedHashMap<>();
    schemas.put(AvroFormat.fingerprint(declared), declared);
    names.put(AvroFormat.fingerprint(declared), name.value());
    writers.forEach(
        (writer, schema) -> {
          long fingerprint = AvroFormat.fingerprint(schema);
          Schema other = schemas.putIfAbsent(fingerprint, schema);
          if (other != null && !AvroFormat.sameData(other, schema)) {
            throw writer.wrong(
                "the schemas '%s' and '%s' have one fingerprint, %016x, but other logical types; records cannot tell them apart, leave one out"
                    .formatted(names.get(fingerprint), writer.value(), fingerprint));
          }
          names.putIfAbsent(fingerprint, writer.value());
        });
  }

  private Schema schema(YamlFile.Text name) {
    String text;
    try {
      text = files.read(ScalarValues.nonEmpty(name, "the name of a schema file"));
    } catch (IOException e) {
      throw name.wrong("the schema '%s' %s".formatted(name.value(), e.getMessage()));
    }
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException | StackOverflowError e) {
      throw name.wrong(
          "the schema '%s' is no Avro schema: %s".formatted(name.value(), firstLine(e)));
    }
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse(message).strip();
  }
}
