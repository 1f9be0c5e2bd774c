package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.decode.FieldPath;
import io.braid.decode.IdRule;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.fold.LateRule;
import io.braid.fold.SourceRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one entry of {@code sources}: topic, typed columns, the rules of its fold. */
final class SourceReader {

  private static final List<String> SOURCE_KEYS =
      List.of(
          "topic",
          "partitions",
          "format",
          "schema",
          "writer_schemas",
          "columns",
          "event_time",
          "watermark",
          "idle_after",
          "max_future",
          "deduplicate",
          "late",
          "allowed_lateness");
  private static final List<String> COLUMN_KEYS = List.of("type", "path");
  private static final List<String> DEDUPLICATE_KEYS = List.of("by", "within", "budget");

  private static final List<String> LATE_RULES = List.of("include", "drop");

  /** Columns that the archive keeps beside the source's own. */
  private static final List<String> ARCHIVE_COLUMNS =
      List.of("_offset", "_timestamp", "_key", "_value", "_headers", "_error");

  private static final int DEFAULT_PARTITIONS = 1;
  private static final int MOST_PARTITIONS = 10_000; // a slip of the keyboard, not a topic
  private static final Duration DEFAULT_IDLE_AFTER = Duration.ofSeconds(30);
  private static final Duration DEFAULT_MAX_FUTURE = Duration.ofHours(1);

  private static final String LEAST_BUDGET = "1MB";
  private static final String MOST_BUDGET = "2GB"; // what is remembered is written as one array

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private final YamlFile file;
  private final FormatReader formats;

  SourceReader(YamlFile file, ReferencedFiles files) {
    this.file = file;
    this.formats = new FormatReader(file, files);
  }

  /** Reads a source. */
  Source read(YamlMapping.Entry entry) {
    String name = ScalarValues.name(file, entry, "source");
    String what = "source '%s'".formatted(name);
    YamlMapping source = new YamlMapping(file, entry.value(), what).onlyKeys(SOURCE_KEYS);
    YamlFile.Text topic = source.requiredText("topic");
    if (!TOPIC.matcher(topic.value()).matches()
        || topic.value().equals(".")
        || topic.value().equals("..")) {
      throw topic.wrong(
          "'%s' is no name of a topic; valid: 1 to 249 letters, digits, '.', '_' and '-'"
              .formatted(topic.value()));
    }
    int partitions =
        source
            .optionalText("partitions")
            .map(text -> ScalarValues.integer(text, "partitions", 1, MOST_PARTITIONS))
            .orElse(DEFAULT_PARTITIONS);
    List<RecordSchema.Field> fields = columns(source, what);
    int eventTime = eventTime(source, fields, what);
    Duration maxFuture = duration(source, "max_future", DEFAULT_MAX_FUTURE, true);
    RecordSchema schema = new RecordSchema(fields, eventTime, maxFuture);
    RecordFormat format = formats.read(source, schema, columnKeys(source, what), what);
    Duration watermark = duration(source, "watermark", Duration.ZERO, true);
    Duration idleAfter = duration(source, "idle_after", DEFAULT_IDLE_AFTER, false);
    Duration lateness = duration(source, "allowed_lateness", Duration.ZERO, true);
    LateRule late = source.optionalText("late").map(SourceReader::late).orElse(LateRule.INCLUDE);
    Optional<YamlMapping> deduplicate = deduplicate(source, what);
    IdRule duplicates =
        deduplicate.map(rule -> duplicateRule(rule, fields, what)).orElseGet(IdRule.None::new);
    Optional<Duration> within = deduplicate.map(SourceReader::within);
    long budget = deduplicate.map(SourceReader::budget).orElse(SourceRules.DEFAULT_BUDGET_BYTES);
    return new Source(
        name,
        topic.value(),
        partitions,
        format,
        schema,
        new SourceRules(watermark, idleAfter, within, late, lateness, budget),
        duplicates,
        Fingerprints.ofDecoding(format, schema));
  }

  private static LateRule late(YamlFile.Text text) {
    return switch (text.value()) {
      case "include" -> LateRule.INCLUDE;
      case "drop" -> LateRule.DROP;
      default ->
          throw text.wrong(
              "unknown late rule '%s'; valid: include, drop%s"
                  .formatted(text.value(), NearestName.hint(text.value(), LATE_RULES)));
    };
  }

  private YamlMapping columnNodes(YamlMapping source, String what) {
    return new YamlMapping(file, source.required("columns"), "'columns' of " + what);
  }

  /** Returns where each column stands. */
  private List<Node> columnKeys(YamlMapping source, String what) {
    List<Node> keys = new ArrayList<>();
    columnNodes(source, what).entries().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private List<RecordSchema.Field> columns(YamlMapping source, String what) {
    YamlMapping columns = columnNodes(source, what).notEmpty("column").distinctNames("column");
    List<RecordSchema.Field> fields = new ArrayList<>();
    for (YamlMapping.Entry entry : columns.entries()) {
      RecordSchema.Field field = column(entry, what);
      for (RecordSchema.Field other : fields) {
        checkPaths(entry, field, other);
      }
      fields.add(field);
    }
    return fields;
  }

  /** A value of a record goes to one column, and a column is no object that others look into. */
  private void checkPaths(
      YamlMapping.Entry entry, RecordSchema.Field field, RecordSchema.Field other) {
    if (field.path().leadsTo(other.path()) || other.path().leadsTo(field.path())) {
      throw file.at(
          entry.key(),
          "the path '%s' of column '%s' and the path '%s' of column '%s' lead to the same value or into it; give each column a value of its own"
              .formatted(field.path(), field.name(), other.path(), other.name()));
    }
  }

  private RecordSchema.Field column(YamlMapping.Entry entry, String what) {
    String name = entry.name();
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      throw file.at(
          entry.key(),
          "'%s' is no name of a column; it must be visible text".formatted(name.strip()));
    }
    if (ARCHIVE_COLUMNS.contains(name.toLowerCase(Locale.ROOT))) {
      throw file.at(
          entry.key(),
          "the column name '%s' is kept for the archive; choose another and give the path"
              .formatted(name));
    }
    String column = "column '%s' of %s".formatted(name, what);
    if (!(entry.value() instanceof MappingNode)) {
      return new RecordSchema.Field(
          name, type(file.text(entry.value(), column), column), List.of(name));
    }
    YamlMapping settings = new YamlMapping(file, entry.value(), column).onlyKeys(COLUMN_KEYS);
    ColumnType type = type(settings.requiredText("type"), column);
    Optional<YamlFile.Text> path = settings.optionalText("path");
    if (path.isEmpty()) {
      return new RecordSchema.Field(name, type, List.of(name));
    }
    String written = path.get().value();
    FieldPath parsed =
        FieldPath.parse(written)
            .orElseThrow(
                () ->
                    path.get()
                        .wrong(
                            "'%s' is no path; valid: names with dots between them and indexes in brackets, such as client.geo.country or items[0].price"
                                .formatted(written)));
    return new RecordSchema.Field(name, type, parsed);
  }

  private static ColumnType type(YamlFile.Text text, String column) {
    return ColumnType.parse(text.value())
        .orElseThrow(
            () ->
                text.wrong(
                    "unknown type '%s' of %s; valid types: %s%s"
                        .formatted(
                            text.value(),
                            column,
                            String.join(", ", ColumnType.NAMES),
                            NearestName.hint(text.value(), ColumnType.NAMES))));
  }

  private static int eventTime(YamlMapping source, List<RecordSchema.Field> fields, String what) {
    YamlFile.Text text = source.requiredText("event_time");
    int index = columnIndex(text, fields, "'event_time' of " + what);
    ColumnType type = fields.get(index).type();
    if (!type.equals(ColumnType.TIMESTAMP)) {
      throw text.wrong(
          "'event_time' of %s names column '%s' of type %s, must be a timestamp"
              .formatted(what, text.value(), type));
    }
    return index;
  }

  private static int columnIndex(YamlFile.Text text, List<RecordSchema.Field> fields, String what) {
    List<String> names = fields.stream().map(RecordSchema.Field::name).toList();
    int index = names.indexOf(text.value());
    if (index < 0) {
      throw text.wrong(
          "%s names unknown column '%s'; valid columns: %s%s"
              .formatted(
                  what,
                  text.value(),
                  String.join(", ", names),
                  NearestName.hint(text.value(), names)));
    }
    return index;
  }

  /** Returns the duplicate rule; empty for none, which may be written {@code none}. */
  private Optional<YamlMapping> deduplicate(YamlMapping source, String what) {
    Optional<Node> node = source.optional("deduplicate");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    String rule = "'deduplicate' of " + what;
    if (!(node.get() instanceof MappingNode)) {
      YamlFile.Text text = file.text(node.get(), rule);
      if (text.value().equals("none")) {
        return Optional.empty();
      }
      throw text.wrong(
          "%s is '%s'; valid: none or {by: <column or fingerprint>, within: <duration>, budget: <size>}"
              .formatted(rule, text.value()));
    }
    return Optional.of(new YamlMapping(file, node.get(), rule).onlyKeys(DEDUPLICATE_KEYS));
  }

  private static IdRule duplicateRule(
      YamlMapping rule, List<RecordSchema.Field> fields, String what) {
    YamlFile.Text by = rule.requiredText("by");
    return by.value().equals("fingerprint")
        ? new IdRule.ByFingerprint()
        : new IdRule.ByColumn(columnIndex(by, fields, "'by' of 'deduplicate' of " + what));
  }

  private static Duration within(YamlMapping rule) {
    return ScalarValues.duration(rule.requiredText("within"), "within", false);
  }

  private static long budget(YamlMapping rule) {
    return rule.optionalText("budget")
        .map(text -> ScalarValues.bytes(text, "budget", LEAST_BUDGET, MOST_BUDGET))
        .orElse(SourceRules.DEFAULT_BUDGET_BYTES);
  }

  private static Duration duration(
      YamlMapping source, String key, Duration otherwise, boolean mayBeZero) {
    return source
        .optionalText(key)
        .map(text -> ScalarValues.duration(text, key, mayBeZero))
        .orElse(otherwise);
  }
}
