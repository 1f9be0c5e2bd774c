package io.braid.speed.worker;

import io.braid.log.GroupMember;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Finds the partitions of members that do not answer at the address they advertise. A broker takes
 * up to 45 s to notice that a process is gone; a refused connection says it at once.
 */
final class DeadMembers {

  private static final int CONNECT_TIMEOUT_MS = 500;

  private final Supplier<List<GroupMember>> members;
  private final String topic;
  private final String ownAddress;

  /**
   * @param members of the group, as the broker knows them now
   * @param ownAddress of this process
   */
  DeadMembers(Supplier<List<GroupMember>> members, String topic, String ownAddress) {
    this.members = members;
    this.topic = topic;
    this.ownAddress = ownAddress;
  }

  /**
   * What the group thinks of partitions.
   *
   * @param orphans owned by a member that does not answer, or by this process, or a former self
   * @param alive owned by another member that answers
   */
  record Found(Set<Integer> orphans, Set<Integer> alive) {}

  Found look() {
    Set<Integer> orphans = new TreeSet<>();
    Set<Integer> alive = new TreeSet<>();
    for (GroupMember member : members.get()) {
      Set<Integer> owned = member.partitions(topic);
      if (owned.isEmpty() || member.address().isEmpty()) {
        continue;
      }
      // At our own address nobody else can be: either it is us, or who was here before.
      String address = member.address().get();
      (address.equals(ownAddress) || !answers(address) ? orphans : alive).addAll(owned);
    }
    return new Found(orphans, alive);
  }

  private static boolean answers(String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))),
          CONNECT_TIMEOUT_MS);
      return true;
    } catch (IOException | IllegalArgumentException e) { // the latter: no such port
      return false;
    }
  }
}
