package io.braid.definition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A mapping of the file, read key by key; each key stands once. */
final class YamlMapping {

  /**
   * A key and its value.
   *
   * @param key where the key stands
   */
  record Entry(String name, Node key, Node value) {}

  private final YamlFile file;
  private final Node node;
  private final String what;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Reads a mapping.
   *
   * @param what it is, for messages: {@code source 'playback'}
   */
  YamlMapping(YamlFile file, Node node, String what) {
    this.file = file;
    this.node = node;
    this.what = what;
    if (!(node instanceof MappingNode mapping)) {
      throw file.at(
          node,
          YamlFile.isNull(node)
              ? "%s has no value, must be a mapping".formatted(what)
              : "%s is a %s, must be a mapping".formatted(what, YamlFile.kind(node)));
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        throw file.at(
            key, "a key in %s is a %s, must be a name".formatted(what, YamlFile.kind(key)));
      }
      String name = YamlFile.shown(scalar.getValue());
      if (entries.putIfAbsent(name, new Entry(name, key, tuple.getValueNode())) != null) {
        throw file.at(key, "the key '%s' stands twice in %s".formatted(name, what));
      }
    }
  }

  /**
   * Returns the mapping under a key of {@code parent}; it has no keys when it is left out or has no
   * value.
   */
  static YamlMapping optional(YamlFile file, YamlMapping parent, String key, String what) {
    Node node =
        parent
            .optional(key)
            .filter(value -> !YamlFile.isNull(value))
            .orElseGet(() -> new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK));
    return new YamlMapping(file, node, what);
  }

  /** Refuses keys that are not among {@code valid}. */
  YamlMapping onlyKeys(List<String> valid) {
    for (Entry entry : entries.values()) {
      if (!valid.contains(entry.name())) {
        throw file.at(
            entry.key(),
            "unknown key '%s' in %s; valid keys: %s%s"
                .formatted(
                    entry.name(),
                    what,
                    String.join(", ", valid),
                    NearestName.hint(entry.name(), valid)));
      }
    }
    return this;
  }

  /** Refuses names that differ only in case. */
  YamlMapping distinctNames(String kind) {
    Map<String, String> byLowerCase = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      String before = byLowerCase.put(entry.name().toLowerCase(Locale.ROOT), entry.name());
      if (before != null) {
        throw file.at(
            entry.key(),
            "the %s names '%s' and '%s' differ only in case".formatted(kind, before, entry.name()));
      }
    }
    return this;
  }

  /** Refuses a mapping without keys. */
  YamlMapping notEmpty(String kind) {
    if (entries.isEmpty()) {
      throw file.at(node, "%s must hold at least one %s".formatted(what, kind));
    }
    return this;
  }

  /** Returns the keys with their values, in the order of writing. */
  Iterable<Entry> entries() {
    return entries.values();
  }

  /** Returns the keys, in the order of writing. */
  Set<String> names() {
    return entries.keySet();
  }

  /** Returns where a key stands; it must be there. */
  Node key(String name) {
    return entries.get(name).key();
  }

  /** Returns the value of a key that must be there. */
  Node required(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw file.at(node, "the key '%s' is missing in %s".formatted(key, what));
    }
    return entry.value();
  }

  /** Returns the value of a key, if it is there. */
  Optional<Node> optional(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** Returns the single value of a key that must be there. */
  YamlFile.Text requiredText(String key) {
    return file.text(required(key), "'%s' of %s".formatted(key, what));
  }

  /** Returns the single value of a key, if it is there. */
  Optional<YamlFile.Text> optionalText(String key) {
    return optional(key).map(value -> file.text(value, "'%s' of %s".formatted(key, what)));
  }
}
