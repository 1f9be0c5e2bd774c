package io.braid.log;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A member of a consumer group.
 *
 * @param clientId what it says of itself
 * @param owned partitions by topic
 */
public record GroupMember(String clientId, Map<String, Set<Integer>> owned) {

  private static final String ADVERTISED = "braid@";

  public GroupMember {
    owned = Map.copyOf(owned);
  }

  /** Returns the client id of a worker that is reached at {@code host:port}. */
  public static String clientId(String address) {
    return ADVERTISED + address;
  }

  /**
   * Returns where the member is reached, {@code host:port}; empty when it is no worker of Braid.
   */
  public Optional<String> address() {
    return clientId.matches(ADVERTISED + ".+:\\d+")
        ? Optional.of(clientId.substring(ADVERTISED.length()))
        : Optional.empty();
  }

  /** Returns the partitions of a topic that the group gave it. */
  public Set<Integer> partitions(String topic) {
    return owned.getOrDefault(topic, Set.of());
  }
}
