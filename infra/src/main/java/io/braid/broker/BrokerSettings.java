package io.braid.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of the single node.
 *
 * <p>The quorum is a static one: its address is read from these settings at every start and stands
 * nowhere on disk, so that both ports may change between starts.
 *
 * @param dataDir the only log directory
 * @param port where clients connect
 * @param controllerPort where the node's own controller listens
 * @param others settings that go before those made here
 */
record BrokerSettings(Path dataDir, int port, int controllerPort, Map<String, String> others) {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  Map<String, String> properties() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", dataDir.toString());
    String clients = "BROKER://127.0.0.1:" + port;
    settings.put(
        "listeners", clients + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", clients);
    settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);

    settings.put("auto.create.topics.enable", "false");
    // The log is the truth that batch views are made from: nothing expires unless a topic says so.
    settings.put("log.retention.ms", "-1");

    // Internal topics of a single node: one replica, and few partitions, which are loaded at start.
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    // What a killed process left open is ended a second after its time is over, not up to ten.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");

    // For groups of the new protocol: dead members are noticed after 6 s instead of 45 s.
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.consumer.min.session.timeout.ms", "3000");
    settings.put("group.consumer.session.timeout.ms", "6000");
    settings.put("group.consumer.min.heartbeat.interval.ms", "500");
    settings.put("group.consumer.heartbeat.interval.ms", "1000");

    // After a crash the node is refused until its own former session has expired (default 9 s). A
    // session lost to a long pause costs nothing but a moment: the next heartbeat brings it back.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");

    // Sized for a heap of 512 MB beside the other layers on one machine.
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "4");
    settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    settings.putAll(others);
    return settings;
  }
}
