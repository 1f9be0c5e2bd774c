package io.braid.definition;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A definition file with everything needed to read it again somewhere else.
 *
 * @param path of the file, absolute; named in errors, and relative paths inside start there
 * @param text as it stood when it was read
 * @param environment those variables that the text names
 * @param files the text of the files that it refers to, by the names it has for them
 * @param store in place of the file's; empty for the file's own
 */
public record DefinitionText(
    String path,
    String text,
    Map<String, String> environment,
    Map<String, String> files,
    String store)
    implements PortableDefinitions {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  public DefinitionText {
    environment = Map.copyOf(environment);
    files = Map.copyOf(files);
  }

  /**
   * Reads a definition file.
   *
   * @param environment of this process
   * @param store an absolute URI in place of the file's
   * @throws DefinitionException for the first mistake
   */
  public static DefinitionText read(
      Path file, Map<String, String> environment, Optional<URI> store) {
    String text = DefinitionLoader.text(file);
    Map<String, String> files = new TreeMap<>();
    ReferencedFiles disk = DefinitionLoader.beside(file);
    DefinitionLoader.parse(
        file,
        text,
        name -> Optional.ofNullable(environment.get(name)),
        name -> {
          String referenced = disk.read(name);
          files.put(name, referenced);
          return referenced;
        });
    Map<String, String> used = new TreeMap<>();
    Matcher variables = VARIABLE.matcher(text);
    while (variables.find()) {
      String value = environment.get(variables.group(1));
      if (value != null) {
        used.put(variables.group(1), value);
      }
    }
    return new DefinitionText(
        file.toAbsolutePath().toString(), text, used, files, store.map(URI::toString).orElse(""));
  }

  @Override
  public Definitions load() {
    Definitions definitions =
        DefinitionLoader.parse(
            Path.of(path), text, name -> Optional.ofNullable(environment.get(name)), this::file);
    return store.isEmpty() ? definitions : definitions.withStore(URI.create(store));
  }

  /** Returns what it is, without what stands in it: variables and settings may be secret. */
  @Override
  public String toString() {
    return "DefinitionText[path=%s, store=%s]".formatted(path, store);
  }

  private String file(String name) throws IOException {
    String referenced = files.get(name);
    if (referenced == null) {
      throw new IOException("did not come with the definition");
    }
    return referenced;
  }
}
