package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.log.GroupMember;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadMembersTest {

  private static GroupMember member(String clientId, Integer... partitions) {
    return new GroupMember(clientId, Map.of("clicks", Set.of(partitions), "other", Set.of(9)));
  }

  @Test
  void thoseWhoRefuseAConnectionAreDeadAndThoseWhoTakeItAreNot() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (ServerSocket alive = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<GroupMember> members =
          List.of(
              member("braid@127.0.0.1:" + alive.getLocalPort(), 0, 1),
              member("braid@127.0.0.1:" + closed, 2),
              member("braid@[::ffff:127.0.0.1]:" + alive.getLocalPort(), 3),
              member("braid@127.0.0.1:99999", 4),
              member("braid@own:1234", 5),
              member("someone else", 6));

      DeadMembers.Found found = new DeadMembers(() -> members, "clicks", "own:1234").look();

      assertThat(found.orphans()).containsExactlyInAnyOrder(2, 4, 5);
      assertThat(found.alive()).containsExactlyInAnyOrder(0, 1, 3);
    }
  }
}
