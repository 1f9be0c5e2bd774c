package io.braid.definition;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;

/**
 * Reads {@code braid.yaml}. The first mistake ends the reading. One file, one owner.
 *
 * <p>Every default is a constant here, in {@link SourceReader} or in {@link SpeedSettings}; {@link
 * ScheduleReader} has the mode and time zone of schedules.
 */
public final class DefinitionLoader {

  private static final List<String> ROOT_KEYS =
      List.of(
          "name", "store", "kafka", "http", "speed", "sources", "metrics", "views", "schedules");
  private static final List<String> HTTP_KEYS = List.of("host", "port");
  private static final List<String> METRIC_KEYS = List.of("sql", "time_zone");

  private static final String DEFAULT_STORE = "./data";
  private static final String DEFAULT_HOST = "127.0.0.1";
  private static final int DEFAULT_PORT = 8080;
  private static final Pattern URI_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  private final Path path;
  private final YamlFile file;
  private final ReferencedFiles files;

  private DefinitionLoader(Path path, YamlFile file, ReferencedFiles files) {
    this.path = path;
    this.file = file;
    this.files = files;
  }

  /**
   * Reads and checks a definition file.
   *
   * @param path of the file; paths inside are relative to its directory
   * @param environment values for {@code ${NAME}}
   * @throws DefinitionException for the first mistake
   */
  public static Definitions load(Path path, Function<String, Optional<String>> environment) {
    return parse(path, text(path), environment);
  }

  /**
   * Returns the text of a definition file.
   *
   * @throws DefinitionException when it cannot be read
   */
  static String text(Path path) {
    String name = path.toString();
    try {
      return Files.readString(path);
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
    return parse(path, text, environment, beside(path));
  }

  /** As above, with the text of the files that the definition refers to from elsewhere. */
  static Definitions parse(
      Path path,
      String text,
      Function<String, Optional<String>> environment,
      ReferencedFiles files) {
    return new DefinitionLoader(path, new YamlFile(path.toString(), text, environment), files)
        .definitions();
  }

  /** Returns the files on the disk, relative to the folder of {@code path}. */
  static ReferencedFiles beside(Path path) {
    return name -> {
      try {
        return Files.readString(path.toAbsolutePath().resolveSibling(name));
      } catch (NoSuchFileException e) {
        throw new IOException("is not there", e);
      } catch (CharacterCodingException e) {
        throw new IOException("is no UTF-8 text", e);
      } catch (IOException | InvalidPathException e) {
        throw new IOException("cannot be read: " + e.getMessage(), e);
      }
    };
  }

  private Definitions definitions() {
    YamlMapping root = new YamlMapping(file, file.root(), "the definition").onlyKeys(ROOT_KEYS);
    String name = ScalarValues.nonEmpty(root.requiredText("name"), "'name'");
    URI store = store(root);
    Map<String, String> kafka = new LinkedHashMap<>();
    for (YamlMapping.Entry entry : optionalMapping(root, "kafka").entries()) {
      kafka.put(
          entry.name(), file.text(entry.value(), "'%s' of kafka".formatted(entry.name())).value());
    }
    Definitions.Http http = http(optionalMapping(root, "http").onlyKeys(HTTP_KEYS));
    SpeedSettings speed = new SpeedReader(file).read(optionalMapping(root, "speed"));

    SourceReader sourceReader = new SourceReader(file, files);
    Map<String, Source> sources = new LinkedHashMap<>();
    YamlMapping sourceNodes =
        new YamlMapping(file, root.required("sources"), "'sources'")
            .notEmpty("source")
            .distinctNames("source");
    for (YamlMapping.Entry entry : sourceNodes.entries()) {
      sources.put(entry.name(), sourceReader.read(entry));
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
    ScheduleReader scheduleReader = new ScheduleReader(file);
    Map<String, Schedule> schedules = new LinkedHashMap<>();
    YamlMapping scheduleNodes = optionalMapping(root, "schedules").distinctNames("schedule");
    for (YamlMapping.Entry entry : scheduleNodes.entries()) {
      schedules.put(entry.name(), scheduleReader.read(entry, sources));
    }
    return new Definitions(name, store, kafka, http, speed, sources, metrics, views, schedules);
  }

  /** An optional mapping may also be left empty: {@code kafka:}. */
  private YamlMapping optionalMapping(YamlMapping parent, String key) {
    return YamlMapping.optional(file, parent, key, "'" + key + "'");
  }

  private URI store(YamlMapping root) {
    Optional<YamlFile.Text> text = root.optionalText("store");
    String store = text.isPresent() ? ScalarValues.nonEmpty(text.get(), "'store'") : DEFAULT_STORE;
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
        http.optionalText("host")
            .map(text -> ScalarValues.nonEmpty(text, "'host'"))
            .orElse(DEFAULT_HOST);
    int port =
        http.optionalText("port")
            .map(text -> ScalarValues.integer(text, "port", 0, 65_535))
            .orElse(DEFAULT_PORT);
    return new Definitions.Http(host, port);
  }

  private Metric metric(YamlMapping.Entry entry, MetricCompiler compiler) {
    String name = ScalarValues.name(file, entry, "metric");
    YamlFile.Text sql;
    ZoneId zone = ZoneOffset.UTC;
    if (entry.value() instanceof MappingNode) {
      YamlMapping metric =
          new YamlMapping(file, entry.value(), "metric '%s'".formatted(name)).onlyKeys(METRIC_KEYS);
      sql = metric.requiredText("sql");
      zone = metric.optionalText("time_zone").map(ScalarValues::zone).orElse(zone);
    } else {
      sql = file.text(entry.value(), "metric '%s'".formatted(name));
    }
    if (sql.value().isBlank()) {
      throw sql.wrong("metric '%s' has no SQL".formatted(name));
    }
    try {
      return compiler.compileStatement(name, sql.value(), zone);
    } catch (StatementException e) {
      throw sql.wrongAt(e.line(), e.column(), "metric '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private Map<String, String> views(YamlMapping nodes, Map<String, Metric> metrics) {
    nodes.distinctNames("view");
    Map<String, String> views = new LinkedHashMap<>();
    for (YamlMapping.Entry entry : nodes.entries()) {
      String name = ScalarValues.name(file, entry, "view");
      for (String metric : metrics.keySet()) {
        if (metric.equalsIgnoreCase(name)) {
          throw file.at(
              entry.key(),
              "the view '%s' has the name of a metric; both are tables of one SQL".formatted(name));
        }
      }
      YamlFile.Text sql = file.text(entry.value(), "view '%s'".formatted(name));
      views.put(name, ScalarValues.nonEmpty(sql, "view '%s'".formatted(name)));
    }
    return views;
  }
}
