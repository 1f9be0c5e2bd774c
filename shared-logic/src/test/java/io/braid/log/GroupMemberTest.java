package io.braid.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupMemberTest {

  private static Optional<String> address(String clientId) {
    return new GroupMember(clientId, Map.of()).address();
  }

  @Test
  void anAddressComesBackFromItsClientId() {
    for (String address : List.of("127.0.0.1:4711", "worker-3.example:80", "[::1]:65535")) {
      assertThat(address(GroupMember.clientId(address))).contains(address);
    }
  }

  @Test
  void clientIdsOfOthersAreNoAddresses() {
    for (String clientId :
        List.of("", "braid", "braid@", "braid@host", "braid@host:", "consumer-1", "x braid@h:1")) {
      assertThat(address(clientId)).as(clientId).isEmpty();
    }
  }

  @Test
  void whatTheGroupGaveAMemberIsKnownByTopic() {
    Set<TopicPartition> given =
        Set.of(new TopicPartition("a", 0), new TopicPartition("a", 2), new TopicPartition("b", 1));
    GroupMember member =
        GroupMember.of(
            new MemberDescription(
                "m-1",
                Optional.empty(),
                Optional.empty(),
                "braid@h:1",
                "/10.0.0.1",
                new MemberAssignment(given),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(member.address()).contains("h:1");
    assertThat(member.partitions("a")).containsExactlyInAnyOrder(0, 2);
    assertThat(member.partitions("b")).containsExactly(1);
    assertThat(member.partitions("c")).isEmpty();
  }
}
