package io.braid.broker;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** A broker to be killed: every start is on the same port and directory. One thread. */
public final class TestingBroker implements AutoCloseable {

  private final Path directory;
  private final int port;
  private EmbeddedBroker broker;
  private ProcessHandle process;

  private TestingBroker(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  public static TestingBroker start(Path directory) throws Exception {
    TestingBroker broker = new TestingBroker(directory, LocalPorts.free());
    broker.start();
    return broker;
  }

  /** Starts it again after a kill. */
  public void start() throws Exception {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    broker = EmbeddedBroker.start(directory, port);
    process =
        ProcessHandle.current()
            .children()
            .filter(child -> child.isAlive() && !before.contains(child))
            .findFirst()
            .orElseThrow();
  }

  /** As {@code kill -9}; returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    broker.close();
  }
}
