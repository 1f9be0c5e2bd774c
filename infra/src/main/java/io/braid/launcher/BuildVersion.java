package io.braid.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that Maven wrote into the jar; classes outside of a jar have none. */
final class BuildVersion implements IVersionProvider {
  private static final String RESOURCE = "/META-INF/maven/io.braid/infra/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"braid " + number()};
  }

  /** Returns the version alone. */
  static String number() throws IOException {
    Properties properties = new Properties();
    try (InputStream input = BuildVersion.class.getResourceAsStream(RESOURCE)) {
      if (input != null) {
        properties.load(input);
      }
    }
    return properties.getProperty("version", "(not packaged)");
  }
}
