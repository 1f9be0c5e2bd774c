package io.braid.benchmark.speed;

import io.braid.broker.BrokerStartException;
import io.braid.broker.EmbeddedBroker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder and a broker for one benchmark, both gone when it is closed. */
record Workplace(Path folder, EmbeddedBroker broker) implements AutoCloseable {

  /**
   * Makes a folder and starts the broker in it.
   *
   * @param parent where the folder is made
   */
  static Workplace open(Path parent)
      throws IOException, BrokerStartException, InterruptedException {
    Files.createDirectories(parent);
    Path folder = Files.createTempDirectory(parent, "braid-benchmark-");
    return new Workplace(folder, EmbeddedBroker.start(folder.resolve("broker"), 0));
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void close() throws IOException {
    broker.close();
    delete(folder);
  }

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }
}
