package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.decode.IdRule;
import io.braid.decode.RecordSchema;
import io.braid.fold.SourceRules;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads {@code braid.yaml}. The first mistake ends the reading. One file, one owner.
 *
 * <p>Every default is a constant of this class.
 */
public final class DefinitionLoader {

  private static final List<String> ROOT_KEYS =
      List.of("name", "store", "kafka", "http", "sources", "metrics", "views", "schedules");
  private static final List<String> HTTP_KEYS = List.of("host", "port");
  private static final List<String> SOURCE_KEYS =
      List.of(
          "topic",
          "partitions",
          "format",
          "columns",
          "event_time",
          "watermark",
          "idle_after",
          "max_future",
          "deduplicate",
          "late",
          "allowed_lateness");
  private static final List<String> COLUMN_KEYS = List.of("type", "path");
  private static final List<String> DEDUPLICATE_KEYS = List.of("by", "within");
  private static final List<String> METRIC_KEYS = List.of("sql", "time_zone");
  private static final List<String> SCHEDULE_KEYS = List.of("source", "cron", "mode", "time_zone");

  private static final List<String> FORMATS =
      List.of("json", "avro", "confluent-avro", "debezium-json");
  private static final List<String> LATE_RULES = List.of("include", "drop");
  private static final List<String> MODES = List.of("full", "incremental");

  /** Columns that the archive keeps beside the source's own. */
  private static final List<String> ARCHIVE_COLUMNS =
      List.of("_offset", "_timestamp", "_key", "_value", "_headers", "_error");

  private static final String DEFAULT_STORE = "./data";
  private static final String DEFAULT_HOST = "127.0.0.1";
  private static final int DEFAULT_PORT = 8080;
  private static final int DEFAULT_PARTITIONS = 1;
  private static final int MOST_PARTITIONS = 10_000; // a slip of the keyboard, not a topic
  private static final Duration DEFAULT_IDLE_AFTER = Duration.ofSeconds(30);
  private static final Duration DEFAULT_MAX_FUTURE = Duration.ofHours(1);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern DURATION = Pattern.compile("(-?)(\\d{1,18})(ms|s|m|h|d)");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");
  private static final Pattern URI_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final String DURATIONS = "valid: 500ms, 5s, 10m, 24h, 7d";

  private final Path path;
  private final YamlFile file;

  private DefinitionLoader(Path path, YamlFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Reads and checks a definition file.
   *
   * @param path of the file; paths inside are relative to its directory
   * @param environment values for {@code ${NAME}}
   * @throws DefinitionException for the first mistake
   */
  public static Definitions load(Path path, Function<String, Optional<String>> environment) {
    String name = path.toString();
    String text;
    try {
      text = Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new DefinitionException(name, "there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new DefinitionException(name, "the file is not UTF-8 text", e);
    } catch (IOException e) {
      throw new DefinitionException(
          name,
          Files.isDirectory(path)
              ? "this is a directory, must be a file"
              : "the file cannot be read: " + e.getMessage(),
          e);
    }
    return parse(path, text, environment);
  }

  /**
   * Checks the text of a definition file.
   *
   * @param path of the file the text was read from; paths inside are relative to its directory
   * @param environment values for {@code ${NAME}}
   * @throws DefinitionException for the first mistake
   */
  public static Definitions parse(
      Path path, String text, Function<String, Optional<String>> environment) {
    return new DefinitionLoader(path, new YamlFile(path.toString(), text, environment))
        .definitions();
  }

  private Definitions definitions() {
    YamlMapping root = new YamlMapping(file, file.root(), "the definition").onlyKeys(ROOT_KEYS);
    String name = nonEmpty(root.requiredText("name"), "'name'");
    URI store = store(root);
    Map<String, String> kafka = new LinkedHashMap<>();
    for (YamlMapping.Entry entry : optionalMapping(root, "kafka").entries()) {
      kafka.put(
          entry.name(), file.text(entry.value(), "'%s' of kafka".formatted(entry.name())).value());
    }
    Definitions.Http http = http(optionalMapping(root, "http").onlyKeys(HTTP_KEYS));

    Map<String, Source> sources = new LinkedHashMap<>();
    YamlMapping sourceNodes =
        new YamlMapping(file, root.required("sources"), "'sources'")
            .notEmpty("source")
            .distinctNames("source");
    for (YamlMapping.Entry entry : sourceNodes.entries()) {
      sources.put(entry.name(), source(entry));
    }

    Map<String, Metric> metrics = new LinkedHashMap<>();
    YamlMapping metricNodes =
        new YamlMapping(file, root.required("metrics"), "'metrics'")
            .notEmpty("metric")
            .distinctNames("metric");
    MetricCompiler compiler = new MetricCompiler(sources.values());
    for (YamlMapping.Entry entry : metricNodes.entries()) {
      metrics.put(entry.name(), metric(entry, compiler));
    }
    Map<String, String> views = views(optionalMapping(root, "views"), metrics);
    Map<String, Schedule> schedules = new LinkedHashMap<>();
    YamlMapping scheduleNodes = optionalMapping(root, "schedules").distinctNames("schedule");
    for (YamlMapping.Entry entry : scheduleNodes.entries()) {
      schedules.put(entry.name(), schedule(entry, sources));
    }
    return new Definitions(name, store, kafka, http, sources, metrics, views, schedules);
  }

  /** An optional mapping may also be left empty: {@code kafka:}. */
  private YamlMapping optionalMapping(YamlMapping parent, String key) {
    Node node =
        parent
            .optional(key)
            .filter(value -> !YamlFile.isNull(value))
            .orElseGet(DefinitionLoader::emptyMapping);
    return new YamlMapping(file, node, "'" + key + "'");
  }

  private static Node emptyMapping() {
    return new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
  }

  private URI store(YamlMapping root) {
    Optional<YamlFile.Text> text = root.optionalText("store");
    String store = text.isPresent() ? nonEmpty(text.get(), "'store'") : DEFAULT_STORE;
    try {
      if (URI_SCHEME.matcher(store).matches()) {
        return new URI(store);
      }
      Path directory = path.toAbsolutePath().resolveSibling(store).normalize();
      String uri = directory.toUri().toString(); // ends with a slash once the directory exists
      return URI.create(
          uri.length() > 8 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
    } catch (URISyntaxException | InvalidPathException e) {
      throw text.orElseThrow().wrong("'%s' is no path and no URI".formatted(store));
    }
  }

  private Definitions.Http http(YamlMapping http) {
    String host =
        http.optionalText("host").map(text -> nonEmpty(text, "'host'")).orElse(DEFAULT_HOST);
    int port =
        http.optionalText("port")
            .map(text -> integer(text, "port", 0, 65_535))
            .orElse(DEFAULT_PORT);
    return new Definitions.Http(host, port);
  }

  private Source source(YamlMapping.Entry entry) {
    String name = name(entry, "source");
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
            .map(text -> integer(text, "partitions", 1, MOST_PARTITIONS))
            .orElse(DEFAULT_PARTITIONS);
    source
        .optionalText("format")
        .ifPresent(text -> requireSupported(text, "format", FORMATS, "json"));
    List<RecordSchema.Field> fields = columns(source, what);
    int eventTime = eventTime(source, fields, what);
    Duration maxFuture = duration(source, "max_future", DEFAULT_MAX_FUTURE, true);
    RecordSchema schema = new RecordSchema(fields, eventTime, maxFuture);
    Duration watermark = duration(source, "watermark", Duration.ZERO, true);
    Duration idleAfter = duration(source, "idle_after", DEFAULT_IDLE_AFTER, false);
    Duration lateness = duration(source, "allowed_lateness", Duration.ZERO, true);
    source
        .optionalText("late")
        .ifPresent(text -> requireSupported(text, "late", LATE_RULES, "include"));
    Optional<YamlMapping> deduplicate = deduplicate(source, what);
    IdRule duplicates =
        deduplicate.map(rule -> duplicateRule(rule, fields, what)).orElseGet(IdRule.None::new);
    Optional<Duration> within = deduplicate.map(DefinitionLoader::within);
    return new Source(
        name,
        topic.value(),
        partitions,
        Source.Format.JSON,
        schema,
        new SourceRules(watermark, idleAfter, within, lateness),
        duplicates,
        Fingerprints.ofDecoding(Source.Format.JSON, schema));
  }

  private static void requireSupported(
      YamlFile.Text text, String key, List<String> known, String supported) {
    String value = text.value();
    if (value.equals(supported)) {
      return;
    }
    if (known.contains(value)) {
      throw text.wrong("'%s: %s' is not supported yet; valid: %s".formatted(key, value, supported));
    }
    throw text.wrong(
        "unknown %s '%s'; valid: %s%s"
            .formatted(key, value, supported, NearestName.hint(value, known)));
  }

  private List<RecordSchema.Field> columns(YamlMapping source, String what) {
    YamlMapping columns =
        new YamlMapping(file, source.required("columns"), "'columns' of " + what)
            .notEmpty("column")
            .distinctNames("column");
    List<RecordSchema.Field> fields = new ArrayList<>();
    for (YamlMapping.Entry entry : columns.entries()) {
      fields.add(column(entry, what));
    }
    return fields;
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
    List<String> segments = Arrays.asList(path.get().value().split("\\.", -1));
    if (segments.stream().anyMatch(String::isBlank)) {
      throw path.get()
          .wrong(
              "'%s' is no path; valid: names with dots between them, such as client.geo.country"
                  .formatted(path.get().value()));
    }
    return new RecordSchema.Field(name, type, segments);
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
          "%s is '%s'; valid: none or {by: <column or fingerprint>, within: <duration>}"
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
    return duration(rule.requiredText("within"), "within", false);
  }

  private Metric metric(YamlMapping.Entry entry, MetricCompiler compiler) {
    String name = name(entry, "metric");
    YamlFile.Text sql;
    if (entry.value() instanceof MappingNode) {
      YamlMapping metric =
          new YamlMapping(file, entry.value(), "metric '%s'".formatted(name)).onlyKeys(METRIC_KEYS);
      sql = metric.requiredText("sql");
      metric.optionalText("time_zone").ifPresent(DefinitionLoader::requireUtc);
    } else {
      sql = file.text(entry.value(), "metric '%s'".formatted(name));
    }
    if (sql.value().isBlank()) {
      throw sql.wrong("metric '%s' has no SQL".formatted(name));
    }
    try {
      return compiler.compileStatement(name, sql.value());
    } catch (StatementException e) {
      throw sql.wrongAt(e.line(), e.column(), "metric '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void requireUtc(YamlFile.Text text) {
    if (!zone(text).normalized().equals(ZoneOffset.UTC)) {
      throw text.wrong(
          "'time_zone: %s' is not supported yet for metrics; valid: UTC".formatted(text.value()));
    }
  }

  private Map<String, String> views(YamlMapping nodes, Map<String, Metric> metrics) {
    nodes.distinctNames("view");
    Map<String, String> views = new LinkedHashMap<>();
    for (YamlMapping.Entry entry : nodes.entries()) {
      String name = name(entry, "view");
      for (String metric : metrics.keySet()) {
        if (metric.equalsIgnoreCase(name)) {
          throw file.at(
              entry.key(),
              "the view '%s' has the name of a metric; both are tables of one SQL".formatted(name));
        }
      }
      YamlFile.Text sql = file.text(entry.value(), "view '%s'".formatted(name));
      views.put(name, nonEmpty(sql, "view '%s'".formatted(name)));
    }
    return views;
  }

  private Schedule schedule(YamlMapping.Entry entry, Map<String, Source> sources) {
    String name = name(entry, "schedule");
    String what = "schedule '%s'".formatted(name);
    YamlMapping schedule = new YamlMapping(file, entry.value(), what).onlyKeys(SCHEDULE_KEYS);
    YamlFile.Text source = schedule.requiredText("source");
    if (!sources.containsKey(source.value())) {
      throw source.wrong(
          "%s names unknown source '%s'; valid sources: %s%s"
              .formatted(
                  what,
                  source.value(),
                  String.join(", ", sources.keySet()),
                  NearestName.hint(source.value(), sources.keySet())));
    }
    YamlFile.Text cron = schedule.requiredText("cron");
    int fields = cron.value().strip().split("\\s+").length;
    if (fields != 6 && fields != 7) {
      throw cron.wrong(
          "'%s' is no cron expression; valid: second minute hour day month weekday [year]"
              .formatted(cron.value()));
    }
    Schedule.Mode mode =
        schedule
            .optionalText("mode")
            .map(
                text -> {
                  if (!MODES.contains(text.value())) {
                    throw text.wrong(
                        "unknown mode '%s'; valid: %s%s"
                            .formatted(
                                text.value(),
                                String.join(", ", MODES),
                                NearestName.hint(text.value(), MODES)));
                  }
                  return Schedule.Mode.valueOf(text.value().toUpperCase(Locale.ROOT));
                })
            .orElse(Schedule.Mode.FULL);
    ZoneId zone =
        schedule.optionalText("time_zone").map(DefinitionLoader::zone).orElse(ZoneOffset.UTC);
    return new Schedule(source.value(), cron.value().strip(), mode, zone);
  }

  private static ZoneId zone(YamlFile.Text text) {
    try {
      return ZoneId.of(text.value());
    } catch (DateTimeException e) {
      throw text.wrong(
          "unknown time zone '%s'; valid: UTC, Europe/Berlin, …%s"
              .formatted(
                  text.value(), NearestName.hint(text.value(), ZoneId.getAvailableZoneIds())));
    }
  }

  /** Returns a name that stands in paths and URLs as it is. */
  private String name(YamlMapping.Entry entry, String kind) {
    if (!NAME.matcher(entry.name()).matches()) {
      throw file.at(
          entry.key(),
          "'%s' is no name of a %s; valid: 1 to 100 letters, digits, '_' and '-'"
              .formatted(entry.name(), kind));
    }
    return entry.name();
  }

  private static String nonEmpty(YamlFile.Text text, String what) {
    if (text.value().isBlank()) {
      throw text.wrong(what + " is empty");
    }
    return text.value();
  }

  private static int integer(YamlFile.Text text, String what, int least, int greatest) {
    boolean valid = INTEGER.matcher(text.value()).matches();
    long value = valid ? Long.parseLong(text.value()) : 0;
    if (!valid || value < least || value > greatest) {
      throw text.wrong(
          "invalid %s '%s'; must be a whole number from %d to %d"
              .formatted(what, text.value(), least, greatest));
    }
    return (int) value;
  }

  private static Duration duration(
      YamlMapping source, String key, Duration otherwise, boolean mayBeZero) {
    return source.optionalText(key).map(text -> duration(text, key, mayBeZero)).orElse(otherwise);
  }

  private static Duration duration(YamlFile.Text text, String key, boolean mayBeZero) {
    Matcher matcher = DURATION.matcher(text.value());
    if (!matcher.matches()) {
      throw text.wrong("'%s' of '%s' is no duration; %s".formatted(text.value(), key, DURATIONS));
    }
    long unitMs =
        switch (matcher.group(3)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    long amount = Long.parseLong(matcher.group(2));
    if (amount > Integer.MAX_VALUE * 1000L / unitMs * 100) { // some 6,800 years: sums fit a long
      throw text.wrong("'%s' of '%s' is too long".formatted(text.value(), key));
    }
    if (!matcher.group(1).isEmpty() || (amount == 0 && !mayBeZero)) {
      throw text.wrong(
          "'%s' of '%s' must %s; %s"
              .formatted(
                  text.value(),
                  key,
                  mayBeZero ? "not be negative" : "be more than zero",
                  DURATIONS));
    }
    return Duration.ofMillis(amount * unitMs);
  }
}
