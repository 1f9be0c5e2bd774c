package io.braid.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.braid.decode.AvroFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions whose records are Avro: the schema files they name, and what is wrong with them. */
class AvroDefinitionsTest {

  private static final String PLAYS =
      """
      {"type": "record", "name": "play", "fields": [
        {"name": "service", "type": "string"},
        {"name": "latency", "type": ["null", "double"]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
      """;

  private static final String YAML =
      """
      name: test
      sources:
        plays:
          topic: plays
          format: avro
          schema: schemas/play.avsc
          columns:
            service: string
            latency: double
            at: timestamp
          event_time: at
      metrics:
        total: SELECT COUNT(*) AS n, MAX(latency) AS slowest FROM plays
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeSchema() throws IOException {
    write("schemas/play.avsc", PLAYS);
  }

  @Test
  void schemaIsReadFromTheFileBesideTheDefinition() throws IOException {
    Source source = load(YAML).sources().get("plays");
    assertThat(source.format()).isInstanceOf(AvroFormat.class);
    assertThat(source.decoder()).isNotNull();
  }

  @Test
  void definitionsTravelWithTheirSchemas() throws Exception {
    write("old.avsc", PLAYS.replace("\"double\"", "\"float\""));
    write(
        "braid.yaml", YAML.replace("    columns:", "    writer_schemas: [old.avsc]\n    columns:"));
    DefinitionText text =
        DefinitionText.read(directory.resolve("braid.yaml"), Map.of(), Optional.empty());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(text);
    Source here = text.load().sources().get("plays");
    for (String file : new String[] {"braid.yaml", "old.avsc", "schemas/play.avsc"}) {
      Files.delete(directory.resolve(file));
    }

    DefinitionText travelled =
        (DefinitionText)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

    Source there = travelled.load().sources().get("plays");
    assertThat(there.decodeFingerprint()).isEqualTo(here.decodeFingerprint());
    assertThat(there.format().text()).isEqualTo(here.format().text());
  }

  @Test
  void fingerprintChangesWithTheSchemasAndNotWithTheirLooks() throws IOException {
    String fingerprint = load(YAML).sources().get("plays").decodeFingerprint();
    write("schemas/play.avsc", PLAYS.replace("\n", " ").replace("  ", " "));
    assertThat(load(YAML).sources().get("plays").decodeFingerprint()).isEqualTo(fingerprint);
    write("schemas/play.avsc", PLAYS.replace("timestamp-millis", "timestamp-micros"));
    assertThat(load(YAML).sources().get("plays").decodeFingerprint()).isNotEqualTo(fingerprint);
    write("schemas/play.avsc", PLAYS.replace("\"double\"]", "\"double\"], \"default\": null"));
    assertThat(load(YAML).sources().get("plays").decodeFingerprint()).isNotEqualTo(fingerprint);
    write("schemas/play.avsc", PLAYS);
    write("old.avsc", PLAYS.replace("\"double\"", "\"float\""));
    String older = YAML.replace("    columns:", "    writer_schemas: [old.avsc]\n    columns:");
    assertThat(load(older).sources().get("plays").decodeFingerprint()).isNotEqualTo(fingerprint);
    String json = YAML.replace("    format: avro\n    schema: schemas/play.avsc\n", "");
    assertThat(load(json).sources().get("plays").decodeFingerprint()).isNotEqualTo(fingerprint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`    schema: schemas/play.avsc\n` | `` | `:4:5: the key 'schema' is missing in source 'plays'`",
        "schemas/play.avsc | plays.avsc | `:6:13: the schema 'plays.avsc' is not there`",
        "schemas/play.avsc | schemas | `:6:13: the schema 'schemas' cannot be read: `",
        "schemas/play.avsc | broken.avsc | `:6:13: the schema 'broken.avsc' is no Avro schema: `",
        "schemas/play.avsc | latin.avsc | `:6:13: the schema 'latin.avsc' is no UTF-8 text`",
        "schemas/play.avsc | number.avsc |"
            + " `:6:13: the schema 'number.avsc' is of type int, must be a record`",
        "`service: string` | `servise: string` | `:8:7: schema 'schemas/play.avsc': the schema has"
            + " no field 'servise'; valid: service, latency, at; did you mean 'service'?`",
        "`latency: double` | `latency: bigint` | `:9:7: schema 'schemas/play.avsc':"
            + " column 'latency' is bigint, but 'latency' is double`",
        "`    columns:` | `    writer_schemas: old.avsc\n    columns:` |"
            + " `:7:21: 'writer_schemas' of source 'plays' is a single value, must be a list`",
        "`    columns:` | `    writer_schemas: [same.avsc, micros.avsc]\n    columns:` |"
            + " `:7:33: the schemas 'schemas/play.avsc' and 'micros.avsc' have one fingerprint`",
        "`    columns:` | `    writer_schemas: [same.avsc, text.avsc]\n    columns:` |"
            + " `:7:33: writer schema 'text.avsc': column 'latency': 'latency' is string in the"
            + " writer's schema and a union of null, double in the declared one`",
      })
  void mistakeIsRefusedAtItsPlace(String good, String broken, String message) throws IOException {
    write("broken.avsc", "{\"type\": \"record\", \"name\"");
    write("number.avsc", "\"int\"");
    write("same.avsc", PLAYS);
    write("micros.avsc", PLAYS.replace("timestamp-millis", "timestamp-micros"));
    write("text.avsc", PLAYS.replace("[\"null\", \"double\"]", "\"string\""));
    Files.write(directory.resolve("latin.avsc"), new byte[] {(byte) 0xe4});
    assertThat(YAML).contains(good);

    DefinitionException mistake =
        catchThrowableOfType(
            DefinitionException.class,
            () -> load(YAML.replace(good, broken == null ? "" : broken)));

    assertThat(mistake).hasMessageContaining("braid.yaml" + message);
  }

  @Test
  void schemaThatDidNotTravelIsNamed() {
    DefinitionText text = new DefinitionText("/braid.yaml", YAML, Map.of(), Map.of(), "");
    assertThatThrownBy(text::load)
        .hasMessageContaining("'schemas/play.avsc' did not come with the definition");
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Definitions load(String yaml) throws IOException {
    write("braid.yaml", yaml);
    return DefinitionLoader.load(directory.resolve("braid.yaml"), name -> Optional.empty());
  }
}
