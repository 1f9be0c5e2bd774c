package io.braid.broker;

import java.nio.file.Path;

/** A parent to be killed: starts a broker, says where it is, and waits. */
final class BrokerParent {
  private BrokerParent() {}

  public static void main(String[] args) throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]));
    System.out.println(broker.bootstrapServers());
    Thread.currentThread().join();
  }
}
