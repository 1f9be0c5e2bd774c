package io.braid.log;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What the broker says about topics: who they are, how far they reach. Safe to share between
 * threads.
 *
 * <p>Every method throws {@link KafkaUnavailableException} when no broker answers within ten
 * seconds.
 */
public final class Topics implements AutoCloseable {

  private static final Duration DESCRIBED_PAUSE = Duration.ofMillis(50);
  private static final Duration COMMITTED_BOUND = Duration.ofSeconds(5);
  private static final Duration COMMITTED_PAUSE = Duration.ofMillis(200);
  private static final Duration LED_BOUND = Duration.ofSeconds(2);

  private final Admin admin;
  private final String address;

  /**
   * A topic as it is now.
   *
   * @param id changes when a topic is deleted and created again under the same name
   */
  public record Topic(String name, String id, int partitions) {}

  /**
   * Opens a client; the broker is not asked yet.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   * @throws KafkaUnavailableException when the address is none
   */
  public Topics(Map<String, String> kafka) {
    this.address = kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    try {
      this.admin = Admin.create(settings);
    } catch (KafkaException e) {
      throw unavailable(e);
    }
  }

  Topics(Admin admin, String address) {
    this.admin = admin;
    this.address = address;
  }

  private KafkaUnavailableException unavailable(Throwable cause) {
    return new KafkaUnavailableException(
        "Cannot reach Kafka at %s: no broker answers; start it or correct 'kafka: bootstrap.servers'"
            .formatted(address),
        cause);
  }

  /**
   * Returns a topic as it is now, which may have been given partitions; empty when it was deleted,
   * also when another was created under its name.
   *
   * @throws TopicRefusedException when the topic is compacted now
   */
  public Optional<Topic> find(Topic known) {
    return find(known.name()).filter(now -> now.id().equals(known.id()));
  }

  /**
   * Returns a topic, or empty when there is none of that name.
   *
   * @throws TopicRefusedException when the topic is compacted: its log forgets records
   */
  public Optional<Topic> find(String name) {
    TopicDescription description;
    try {
      description = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failed("describe topic " + name, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    Config config = await(admin.describeConfigs(List.of(resource)).all()).get(resource);
    String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new TopicRefusedException(
          "Cannot use topic %s: its cleanup.policy is '%s' and compaction drops records that totals"
                  .formatted(name, policy)
              + " need; set cleanup.policy=delete or read another topic");
    }
    return Optional.of(
        new Topic(name, description.topicId().toString(), description.partitions().size()));
  }

  /** Returns a topic, created with so many partitions when there is none. */
  public Topic findOrCreate(String name, int partitions) {
    Optional<Topic> found = find(name);
    if (found.isEmpty()) {
      NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
      topic.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
      try {
        admin.createTopics(List.of(topic)).all().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw failed("create topic " + name, e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    // A topic is described some moments after it was created.
    for (int attempt = 0; found.isEmpty() && attempt < 100; attempt++) {
      found = find(name);
      if (found.isEmpty()) {
        pause(DESCRIBED_PAUSE);
      }
    }
    return found.orElseThrow(
        () ->
            new TopicRefusedException("Cannot use topic %s: it cannot be created".formatted(name)));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Returns whether the brokers know the {@code consumer} group protocol (KIP-848): it belongs to
   * the feature {@code group.version} from level 1 on.
   */
  public boolean haveConsumerProtocol() {
    FinalizedVersionRange versions =
        await(admin.describeFeatures().featureMetadata()).finalizedFeatures().get("group.version");
    return versions != null && versions.maxVersionLevel() >= 1;
  }

  /** Returns the members of a consumer group; none when there is no such group. */
  public List<GroupMember> members(String group) {
    ConsumerGroupDescription description;
    try {
      description = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw failed("describe the group " + group, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return description.members().stream().map(GroupMember::of).toList();
  }

  /**
   * Returns the offsets that a group has committed, without those partitions that have none. One in
   * a transaction that is still open is waited for, five seconds at most.
   *
   * @throws KafkaUnavailableException when it is not known of all partitions; an offset that could
   *     not be learnt is never taken for none
   */
  public SortedMap<Integer, Long> committed(
      String group, String topic, Collection<Integer> partitions) {
    Set<TopicPartition> asked = new HashSet<>();
    partitions.forEach(partition -> asked.add(new TopicPartition(topic, partition)));
    Map<String, ListConsumerGroupOffsetsSpec> specs =
        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(asked));
    ListConsumerGroupOffsetsOptions options =
        new ListConsumerGroupOffsetsOptions()
            .requireStable(true)
            .timeoutMs(Math.toIntExact(COMMITTED_BOUND.toMillis()));
    long deadline = System.nanoTime() + COMMITTED_BOUND.toNanos();
    while (true) {
      Map<TopicPartition, OffsetAndMetadata> told =
          await(
              admin.listConsumerGroupOffsets(specs, options).partitionsToOffsetAndMetadata(group));
      if (told.keySet().containsAll(asked)) {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        told.forEach(
            (partition, committed) -> {
              if (committed != null) {
                offsets.put(partition.partition(), committed.offset());
              }
            });
        return offsets;
      }
      if (System.nanoTime() - deadline > 0) {
        asked.removeAll(told.keySet());
        throw new KafkaUnavailableException(
            "Kafka at %s does not say what group %s has committed of %s"
                .formatted(address, group, asked),
            null);
      }
      pause(COMMITTED_PAUSE);
    }
  }

  /** Returns the last stable offset of every partition: where readers of committed records end. */
  public Position ends(Topic topic) {
    return offsets(topic, OffsetSpec.latest());
  }

  /** Returns the first offset that every partition still has. */
  public Position starts(Topic topic) {
    return offsets(topic, OffsetSpec.earliest());
  }

  private Position offsets(Topic topic, OffsetSpec spec) {
    Set<Integer> partitions =
        IntStream.range(0, topic.partitions()).boxed().collect(Collectors.toSet());
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    await(ask(topic, partitions, spec, new ListOffsetsOptions(READ_COMMITTED)).all())
        .forEach((partition, end) -> offsets.put(partition.partition(), end.offset()));
    return new Position(offsets);
  }

  private ListOffsetsResult ask(
      Topic topic, Collection<Integer> partitions, OffsetSpec spec, ListOffsetsOptions options) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(new TopicPartition(topic.name(), partition), spec));
    return admin.listOffsets(specs, options);
  }

  /**
   * Returns what {@link #ends} does of some partitions, without those whose leader does not answer
   * within two seconds: one without a leader keeps nobody from the others.
   *
   * @throws KafkaUnavailableException when none answers
   */
  public Position endsOfLed(Topic topic, Collection<Integer> partitions) {
    return offsetsOfLed(topic, partitions, OffsetSpec.latest());
  }

  /** Returns what {@link #starts} does of some partitions, as {@link #endsOfLed} does. */
  public Position startsOfLed(Topic topic, Collection<Integer> partitions) {
    return offsetsOfLed(topic, partitions, OffsetSpec.earliest());
  }

  private Position offsetsOfLed(Topic topic, Collection<Integer> partitions, OffsetSpec spec) {
    ListOffsetsOptions options =
        new ListOffsetsOptions(READ_COMMITTED).timeoutMs(Math.toIntExact(LED_BOUND.toMillis()));
    ListOffsetsResult asked = ask(topic, partitions, spec, options);
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    ExecutionException unanswered = null;
    for (int partition : partitions) {
      try {
        TopicPartition of = new TopicPartition(topic.name(), partition);
        offsets.put(partition, asked.partitionResult(of).get().offset());
      } catch (ExecutionException e) {
        unanswered = e;
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    if (unanswered != null && offsets.isEmpty()) {
      throw failed("ask Kafka at " + address, unanswered);
    }
    return new Position(offsets);
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failed("ask Kafka at " + address, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private RuntimeException failed(String what, ExecutionException e) {
    return e.getCause() instanceof TimeoutException
        ? unavailable(e.getCause())
        : new KafkaUnavailableException(
            "Cannot %s: %s".formatted(what, e.getCause().getMessage()), e.getCause());
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while asking Kafka", e);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(2));
  }
}
