package io.braid.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * A member of a consumer group. A worker of Braid says by its client id where it is reached.
 *
 * @param clientId what it says of itself
 * @param owned partitions by topic
 */
public record GroupMember(String clientId, Map<String, Set<Integer>> owned) {

  private static final String ADVERTISED = "braid@";
  private static final Pattern CLIENT_ID = Pattern.compile(ADVERTISED + "(\\S+:\\d{1,5})");

  public GroupMember {
    owned = Map.copyOf(owned);
  }

  static GroupMember of(MemberDescription member) {
    Map<String, Set<Integer>> owned = new HashMap<>();
    for (TopicPartition partition : member.assignment().topicPartitions()) {
      owned
          .computeIfAbsent(partition.topic(), unused -> new TreeSet<>())
          .add(partition.partition());
    }
    return new GroupMember(member.clientId(), owned);
  }

  /**
   * Returns the {@code client.id} with which a worker joins its group: the one text of a member
   * that others can read under every group protocol.
   *
   * @param address {@code host:port} where servers reach the worker
   */
  public static String clientId(String address) {
    return ADVERTISED + address;
  }

  /**
   * Returns where the member is reached, {@code host:port}; empty when it is no worker of Braid.
   */
  public Optional<String> address() {
    Matcher matcher = CLIENT_ID.matcher(clientId);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns the partitions of a topic that the group gave it. */
  public Set<Integer> partitions(String topic) {
    return owned.getOrDefault(topic, Set.of());
  }
}
