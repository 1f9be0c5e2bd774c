package io.braid.definition;

import java.io.StringReader;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** The text of a definition file as YAML nodes, every one with its place. One owner. */
final class YamlFile {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  // Braces have a meaning in YAML, so {port: ${PORT}} would be no plain value. While YAML reads the
  // text, a reference has other characters in their place: as many, so that places stay as they
  // are, and of the private use area, so that nobody else writes them.
  private static final char OPENED = '\uE000';
  private static final char CLOSED = '\uE001';
  private static final Pattern HIDDEN_OR_BROKEN =
      Pattern.compile("\\$(?:" + OPENED + "(\\w+)" + CLOSED + "|\\{[^}\\n]*}?)");

  private final String name;
  private final int[] codePoints;
  private final String text;
  private final Function<String, Optional<String>> environment;

  /**
   * @param name that messages call the file by
   */
  YamlFile(String name, String text, Function<String, Optional<String>> environment) {
    this.name = name;
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.text = REFERENCE.matcher(plain).replaceAll("\\$" + OPENED + "$1" + CLOSED);
    this.codePoints = this.text.codePoints().toArray();
    this.environment = environment;
  }

  /** Returns the only document of the file. */
  Node root() {
    Node root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setMaxAliasesForCollections(50);
      root = new Yaml(options).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      String problem = e.getProblem() == null ? "not valid YAML" : e.getProblem();
      String context = e.getContext() == null ? "" : " " + e.getContext().strip();
      throw new DefinitionException(
          name,
          mark == null ? 1 : mark.getLine() + 1,
          mark == null ? 1 : mark.getColumn() + 1,
          shown("no valid YAML%s: %s".formatted(context, problem.strip())),
          e);
    } catch (ReaderException e) {
      throw at(
          e.getPosition(),
          "character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
          e);
    } catch (YAMLException e) {
      throw new DefinitionException(name, "no valid YAML: " + e.getMessage(), e);
    }
    if (root == null || isNull(root)) {
      throw new DefinitionException(
          name, "the file is empty; required keys: name, sources, metrics", null);
    }
    return root;
  }

  /** Returns text of the file as its writer sees it. */
  static String shown(String text) {
    return text.replace(OPENED, '{').replace(CLOSED, '}');
  }

  /** Returns whether a node says nothing, or {@code null}. */
  static boolean isNull(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  DefinitionException at(Node node, String message) {
    Mark mark = node.getStartMark();
    return new DefinitionException(name, mark.getLine() + 1, mark.getColumn() + 1, message, null);
  }

  /** Returns a mistake at a code point of the file. */
  private DefinitionException at(int index, String message, Throwable cause) {
    int line = 1;
    int lineStart = 0;
    int end = Math.min(Math.max(index, 0), codePoints.length);
    for (int i = 0; i < end; i++) {
      if (codePoints[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new DefinitionException(name, line, end - lineStart + 1, message, cause);
  }

  /**
   * Returns the text of a scalar with the environment's values put in.
   *
   * @param what the value is, for messages: {@code 'topic' of source 'playback'}
   */
  Text text(Node node, String what) {
    if (!(node instanceof ScalarNode scalar)) {
      throw at(node, "%s is a %s, must be a single value".formatted(what, kind(node)));
    }
    if (isNull(node)) {
      throw at(node, "%s has no value".formatted(what));
    }
    String raw = scalar.getValue();
    Matcher matcher = HIDDEN_OR_BROKEN.matcher(raw);
    StringBuilder value = new StringBuilder();
    int[] origins = new int[0];
    int copied = 0;
    while (matcher.find()) {
      origins = append(value, origins, raw, copied, matcher.start());
      String variable = matcher.group(1);
      if (variable == null) {
        throw at(
            new Text(this, scalar, raw, identity(raw.length())).index(matcher.start()),
            "'%s' is no reference to the environment; valid: ${NAME}".formatted(matcher.group()),
            null);
      }
      Optional<String> found = environment.apply(variable);
      if (found.isEmpty()) {
        throw at(
            new Text(this, scalar, raw, identity(raw.length())).index(matcher.start()),
            "the environment variable %s is not set".formatted(variable),
            null);
      }
      value.append(found.get());
      int before = origins.length;
      origins = Arrays.copyOf(origins, value.length());
      Arrays.fill(origins, before, origins.length, matcher.start());
      copied = matcher.end();
    }
    origins = append(value, origins, raw, copied, raw.length());
    return new Text(this, scalar, value.toString(), origins);
  }

  private static int[] append(StringBuilder value, int[] origins, String raw, int from, int to) {
    value.append(raw, from, to);
    int[] longer = Arrays.copyOf(origins, value.length());
    for (int i = from; i < to; i++) {
      longer[origins.length + i - from] = i;
    }
    return longer;
  }

  private static int[] identity(int length) {
    int[] origins = new int[length];
    for (int i = 0; i < length; i++) {
      origins[i] = i;
    }
    return origins;
  }

  /** Returns what a node is called in messages. */
  static String kind(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "mapping";
      case sequence -> "list";
      case scalar -> "single value";
      case anchor -> "anchor";
    };
  }

  /**
   * A scalar's value, and where every character of it stands in the file. {@code origins} has for
   * each char of the value the char of the scalar before substitution.
   */
  static final class Text {

    private final YamlFile file;
    private final ScalarNode node;
    private final String value;
    private final int[] origins;

    private Text(YamlFile file, ScalarNode node, String value, int[] origins) {
      this.file = file;
      this.node = node;
      this.value = value;
      this.origins = origins;
    }

    /** Returns the value. */
    String value() {
      return value;
    }

    /** Returns a mistake at the start of the value. */
    DefinitionException wrong(String message) {
      return file.at(node, message);
    }

    /**
     * Returns a mistake inside the value.
     *
     * @param line of the value, from 1
     * @param column in chars, from 1
     */
    DefinitionException wrongAt(int line, int column, String message, Throwable cause) {
      int start = 0;
      for (int i = 1; i < line; i++) {
        int end = value.indexOf('\n', start);
        if (end < 0) {
          break;
        }
        start = end + 1;
      }
      int position = Math.min(start + column - 1, value.length());
      boolean behind = position == value.length();
      if (behind) { // the end of the text: behind its last character that is no space
        position = value.stripTrailing().length() - 1;
      }
      if (position < 0) {
        return file.at(node, message);
      }
      int index = index(origins[position]);
      return file.at(behind ? index + 1 : index, message, cause);
    }

    /**
     * Returns the code point of the file at which the char at {@code position} of the scalar
     * stands. What is no space appears in the file in the same order, whatever the style; only
     * spaces are folded, indented or escaped.
     */
    private int index(int position) {
      String scalar = node.getValue();
      int[] file = this.file.codePoints;
      int at = node.getStartMark().getIndex();
      ScalarStyle style = node.getScalarStyle();
      if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
        while (at < file.length && file[at] != '\n') {
          at++;
        }
      } else if (style != ScalarStyle.PLAIN) {
        at++;
      }
      boolean escapes = style == ScalarStyle.DOUBLE_QUOTED;
      for (int i = 0; i <= position; i += Character.charCount(scalar.codePointAt(i))) {
        int sought = scalar.codePointAt(i);
        if (Character.isWhitespace(sought)) {
          continue;
        }
        while (at < file.length && !matches(file, at, sought, escapes)) {
          at += escapes && file[at] == '\\' ? 2 : 1;
        }
        if (i + Character.charCount(sought) > position) {
          return Math.min(at, file.length);
        }
        at += escapes && at < file.length && file[at] == '\\' ? 2 : 1;
      }
      return Math.min(at, file.length);
    }

    private static boolean matches(int[] file, int at, int sought, boolean escapes) {
      if (escapes && file[at] == '\\') {
        return at + 1 < file.length && file[at + 1] == sought && "\"\\/".indexOf(sought) >= 0;
      }
      return file[at] == sought;
    }
  }
}
