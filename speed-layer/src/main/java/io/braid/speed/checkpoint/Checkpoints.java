package io.braid.speed.checkpoint;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.CarryChange;
import io.braid.fold.DuplicateBudgetException;
import io.braid.fold.FoldPiece;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.checkpoint.CheckpointFile.Head;
import io.braid.speed.checkpoint.CheckpointFile.Opened;
import io.braid.store.Store;
import io.braid.view.ViewSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one generation of a source's folds.
 *
 * <p>A file says something of the log that stays true: a base what {@code fold[start, to)} is, a
 * delta what {@code fold[from, to)} is, continued from the carry at {@code from}. Any base and the
 * deltas that follow it without a gap are a recovery, whoever wrote them. So several owners of one
 * partition, of whom one may not know yet that it is none any more, write beside each other without
 * harm, and a file that is there already need not be written again. Names of files say their
 * ranges; what leads where is decided by names, and what is read is checked first.
 *
 * <p>A partition is written and pruned by one thread at a time; otherwise safe to share.
 */
public final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  /** No writer pauses for so long within a file. */
  private static final Duration DEAD_WRITER = Duration.ofHours(1);

  private static final int HASH_BYTES = 4;

  /**
   * How many listings have to agree that files lead nowhere, and at most no further: one that is
   * made while others write and prune may show neither what they had nor what they have.
   */
  private static final int LISTINGS = 5;

  /** More files than others can prune away under a reader. */
  private static final int MOST_VANISHED = 100;

  private final Store store;
  private final Source source;
  private final List<Metric> metrics;
  private final String topicId;
  private final String generation;
  private final InstantSource clock;
  private final List<String> fingerprints;
  private final List<ViewSchema> schemas;
  private final Path folder;

  /** Files that were told of, and files that will never be of use. */
  private final Set<Path> reported = ConcurrentHashMap.newKeySet();

  private final Set<Path> damaged = ConcurrentHashMap.newKeySet();

  /**
   * Makes the checkpoints of a generation; nothing is read or written yet.
   *
   * @param metrics whose views they hold, in the order of the folds' plans
   * @param topicId of the source's topic, in Kafka's text
   * @param generation names the start of its folds, which every owner must agree on; a file name
   */
  public Checkpoints(
      Store store, Source source, List<Metric> metrics, String topicId, String generation) {
    this(store, source, metrics, topicId, generation, InstantSource.system());
  }

  Checkpoints(
      Store store,
      Source source,
      List<Metric> metrics,
      String topicId,
      String generation,
      InstantSource clock) {
    this.store = store;
    this.source = source;
    this.metrics = List.copyOf(metrics);
    this.topicId = topicId;
    this.generation = generation;
    this.clock = clock;
    this.fingerprints = metrics.stream().map(Metric::fingerprint).toList();
    this.schemas = metrics.stream().map(metric -> metric.plan().schema()).toList();
    this.folder =
        new Path(store.checkpoints(source.name(), topicId), generation + "-" + hash(fingerprints));
  }

  private static String hash(List<String> fingerprints) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", fingerprints).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /**
   * A fold as it stood at a position.
   *
   * @param snapshot views of all metrics; owned by the receiver
   * @param carry at the position
   * @param leaderEpoch of the last record below the position; empty when it is not known
   * @param size of the files that it was read from
   */
  public record Recovered(
      PartitionSnapshot snapshot, Carry carry, OptionalInt leaderEpoch, ChainSize size) {

    /** Returns the next offset to fold. */
    public long position() {
      return snapshot.position();
    }
  }

  /**
   * The carry at an offset.
   *
   * @param leaderEpoch of the last record below the offset; empty when it is not known
   */
  public record KnownCarry(long offset, Carry carry, OptionalInt leaderEpoch) {}

  /**
   * A checkpoint file.
   *
   * @param isNew false when somebody had written it already
   */
  public record Written(Path path, long bytes, boolean isNew) {}

  /** Returns the fold of a partition as far as files lead; empty when they lead nowhere. */
  public Optional<Recovered> newest(int partition) {
    return newestAtOrBelow(partition, Long.MAX_VALUE);
  }

  /**
   * Returns the fold of a partition as far as files lead, but not above {@code offset}; empty when
   * they lead nowhere. A file that is damaged, or of something else, is passed over with a warning.
   *
   * @throws DuplicateBudgetException when there are more ids than the source's rules have room for
   */
  public Optional<Recovered> newestAtOrBelow(int partition, long offset) {
    Path files = folder(partition);
    Set<CheckpointName> unusable = new HashSet<>();
    int leadNowhere = 0;
    int vanished = 0;
    int passed = 0;
    while (true) {
      Chains chains = chains(names(files), unusable);
      OptionalLong position = chains.newestAtOrBelow(offset);
      if (position.isEmpty()) {
        leadNowhere++;
        if (leadNowhere == LISTINGS) {
          return Optional.empty();
        }
        continue;
      }
      try {
        Recovered recovered = recover(partition, chains.to(position.getAsLong()));
        passed++;
        if (passed == LISTINGS || !leadFurther(files, unusable, offset, position.getAsLong())) {
          return Optional.of(recovered);
        }
      } catch (UnusableFileException e) {
        passOver(files, e);
        unusable.add(e.file());
      } catch (VanishedFileException e) {
        // Somebody else has pruned and has newer ones. What is listed for ever but not there is
        // not.
        vanished++;
        if (vanished > MOST_VANISHED) {
          unusable.add(e.file());
        }
      }
    }
  }

  /**
   * Others may have written and pruned while they were listed, so that the newest were not seen.
   */
  private boolean leadFurther(
      Path files, Set<CheckpointName> unusable, long offset, long position) {
    OptionalLong newest = chains(names(files), unusable).newestAtOrBelow(offset);
    return newest.isPresent() && newest.getAsLong() > position;
  }

  private void passOver(Path files, UnusableFileException e) {
    Path path = new Path(files, e.file().fileName());
    if (e.isDamaged()) {
      damaged.add(path);
    }
    if (reported.add(path)) {
      LOG.warn("Passed over the checkpoint {}: {}", path, e.getMessage());
    }
  }

  private Recovered recover(int partition, List<CheckpointName> chain)
      throws UnusableFileException, VanishedFileException {
    ChainSize size = verify(folder(partition), chain);
    Carry start = Carry.EMPTY;
    PartitionSnapshot joined = null;
    OptionalInt leaderEpoch = OptionalInt.empty();
    List<CarryChange> changes = new ArrayList<>();
    for (CheckpointName name : chain) {
      try (Opened file = CheckpointFile.open(store, path(partition, name), name)) {
        requireOurs(file.head(), partition, name);
        if (name.isBase()) {
          start = file.carry();
        } else {
          changes.add(file.change());
        }
        PartitionSnapshot snapshot = file.snapshot(schemas);
        joined = joined == null ? snapshot : joined.absorb(snapshot);
        leaderEpoch = file.head().leaderEpoch();
      } catch (IOException | RuntimeException e) {
        throw new UnusableFileException(
            name, !(e instanceof IOException), "it cannot be decoded: " + e.getMessage(), e);
      }
    }
    Carry carry = start.followedBy(changes, partition, source.rules());
    return new Recovered(joined, carry, leaderEpoch, size);
  }

  /** Reads all files of a chain from end to end. */
  private ChainSize verify(Path files, List<CheckpointName> chain)
      throws UnusableFileException, VanishedFileException {
    ChainSize size = ChainSize.NONE;
    for (CheckpointName name : chain) {
      long bytes = CheckpointFile.verify(store, new Path(files, name.fileName()), name);
      size = name.isBase() ? size.withBase(bytes) : size.withDelta(bytes);
    }
    return size;
  }

  private void requireOurs(Head head, int partition, CheckpointName name)
      throws UnusableFileException {
    Head ours = head(partition, name, head.leaderEpoch());
    if (!head.equals(ours)) {
      throw new UnusableFileException(
          name, true, "it is of something else: %s, expected %s".formatted(head, ours), null);
    }
  }

  private Head head(int partition, CheckpointName name, OptionalInt leaderEpoch) {
    return new Head(
        topicId, generation, partition, name, leaderEpoch, source.carryFingerprint(), fingerprints);
  }

  /**
   * Returns the carry at the greatest offset that files lead to and that is not above {@code
   * offset}, from the checkpoints of whichever generation: what is remembered at an offset depends
   * on the log and on the source's rules alone. Views are not decoded.
   *
   * @throws DuplicateBudgetException when there are more ids than the source's rules have room for
   */
  public Optional<KnownCarry> carryAtOrBelow(int partition, long offset) {
    record Candidate(Path files, List<CheckpointName> chain, long position) {}
    Map<Path, Set<CheckpointName>> unusable = new HashMap<>();
    int leadNowhere = 0;
    int vanished = 0;
    while (true) {
      List<Candidate> candidates = new ArrayList<>();
      for (Path other : store.list(folder.getParent())) {
        Path files = new Path(other, "partition=" + partition);
        Chains chains = chains(names(files), unusable.getOrDefault(files, Set.of()));
        chains
            .newestAtOrBelow(offset)
            .ifPresent(at -> candidates.add(new Candidate(files, chains.to(at), at)));
      }
      Optional<Candidate> best =
          candidates.stream().max(Comparator.comparingLong(Candidate::position));
      if (best.isEmpty()) {
        leadNowhere++;
        if (leadNowhere == LISTINGS) {
          return Optional.empty();
        }
        continue;
      }
      Path files = best.get().files();
      Set<CheckpointName> passedOver = unusable.computeIfAbsent(files, unused -> new HashSet<>());
      try {
        Optional<KnownCarry> carry = carry(partition, files, best.get().chain());
        if (carry.isPresent()) {
          return carry;
        }
        // Of other rules: all of these are. Their bases are enough to have none of them again.
        passedOver.add(best.get().chain().get(0));
      } catch (UnusableFileException e) {
        passOver(files, e);
        passedOver.add(e.file());
      } catch (VanishedFileException e) {
        vanished++;
        if (vanished > MOST_VANISHED) {
          passedOver.add(e.file());
        }
      }
    }
  }

  /** Returns the carry that a chain leads to; empty when it is one of other rules. */
  private Optional<KnownCarry> carry(int partition, Path files, List<CheckpointName> chain)
      throws UnusableFileException, VanishedFileException {
    verify(files, chain);
    Carry start = Carry.EMPTY;
    OptionalInt leaderEpoch = OptionalInt.empty();
    List<CarryChange> changes = new ArrayList<>();
    for (CheckpointName name : chain) {
      try (Opened file = CheckpointFile.open(store, new Path(files, name.fileName()), name)) {
        Head head = file.head();
        if (!head.topicId().equals(topicId)
            || head.partition() != partition
            || !head.range().equals(name)) {
          throw new UnusableFileException(name, true, "it is of something else: " + head, null);
        }
        if (!head.carryFingerprint().equals(source.carryFingerprint())) {
          return Optional.empty();
        }
        if (name.isBase()) {
          start = file.carry();
        } else {
          changes.add(file.change());
        }
        leaderEpoch = head.leaderEpoch();
      } catch (IOException | RuntimeException e) {
        throw new UnusableFileException(
            name, !(e instanceof IOException), "it cannot be decoded: " + e.getMessage(), e);
      }
    }
    return Optional.of(
        new KnownCarry(
            chain.get(chain.size() - 1).to(),
            start.followedBy(changes, partition, source.rules()),
            leaderEpoch));
  }

  /** Returns whether anybody has left checkpoints here, of whichever partition. */
  public boolean exist() {
    return !store.list(folder).isEmpty();
  }

  /**
   * Returns whether files lead to a position, by their names. A delta that follows it is of use
   * only then: somebody who was further on may have pruned what it would have followed.
   */
  public boolean reach(int partition, long position) {
    return new Chains(names(folder(partition))).positions().contains(position);
  }

  /**
   * Returns whether files lead to a position or further, by their names. Those that end in a delta
   * do not when somebody who stood elsewhere has pruned, meanwhile, what it would have followed.
   */
  public boolean reachAtLeast(int partition, long position) {
    OptionalLong newest = new Chains(names(folder(partition))).newestAtOrBelow(Long.MAX_VALUE);
    return newest.isPresent() && newest.getAsLong() >= position;
  }

  /**
   * Writes a whole fold.
   *
   * @param whole from the start of the fold; its views must not change meanwhile
   * @param carry at its position
   * @param leaderEpoch of the last record below the position, if it is known
   */
  public Written writeBase(PartitionSnapshot whole, Carry carry, OptionalInt leaderEpoch) {
    return write(whole, true, leaderEpoch, carry::write);
  }

  /**
   * Writes what came behind another checkpoint.
   *
   * @param piece not empty, sealed of a fold that remembers its changes; its views must not change
   *     meanwhile
   * @param leaderEpoch of the last record below its end, if it is known
   */
  public Written writeDelta(FoldPiece piece, OptionalInt leaderEpoch) {
    return write(piece.snapshot(), false, leaderEpoch, piece.change()::write);
  }

  private Written write(
      PartitionSnapshot snapshot,
      boolean isBase,
      OptionalInt leaderEpoch,
      CheckpointFile.Middle middle) {
    if (snapshot.views().size() != metrics.size()) {
      throw new IllegalArgumentException(
          "Cannot write a checkpoint of %d views, expected those of %d metrics"
              .formatted(snapshot.views().size(), metrics.size()));
    }
    int partition = snapshot.partition();
    CheckpointName name = new CheckpointName(snapshot.folded().from(), snapshot.position(), isBase);
    Path path = path(partition, name);
    Head head = head(partition, name, leaderEpoch);
    while (true) {
      long[] bytes = new long[1];
      if (store.putIfAbsent(
          path, out -> bytes[0] = CheckpointFile.write(head, middle, snapshot, out))) {
        damaged.remove(path);
        return new Written(path, bytes[0], true);
      }
      try {
        long length = CheckpointFile.verify(store, path, name);
        try (Opened file = CheckpointFile.open(store, path, name)) {
          requireOurs(file.head(), partition, name);
        }
        return new Written(path, length, false);
      } catch (UnusableFileException | IOException e) {
        LOG.warn("Wrote the checkpoint {} again: {}", path, e.getMessage());
        store.delete(path);
      } catch (VanishedFileException e) {
        LOG.debug("Wrote the checkpoint {} again: it has been pruned", path);
      }
    }
  }

  /**
   * Deletes what is no longer needed: all but the files that lead to the newest positions, and to
   * the newest one that an output can go on from, and the newest base; besides what dead writers
   * left. Files above the newest position stay: what leads to them may be on its way.
   *
   * @param keep how many positions, at least 1
   * @param sinkPosition up to where outputs have been emitted; empty without any
   */
  public void prune(int partition, int keep, OptionalLong sinkPosition) {
    Path files = folder(partition);
    List<CheckpointName> listed = names(files);
    List<CheckpointName> sound =
        listed.stream()
            .filter(name -> !damaged.contains(new Path(files, name.fileName())))
            .toList();
    Chains chains = new Chains(sound);
    if (!chains.positions().isEmpty()) {
      Set<CheckpointName> needed =
          chains.positions().descendingSet().stream()
              .limit(keep)
              .flatMap(position -> chains.to(position).stream())
              .collect(Collectors.toCollection(HashSet::new));
      // Another owner may count on another chain, and delete at this moment what ours stands on.
      // Who deletes a base has seen a greater one; so the greatest of all is deleted by nobody.
      sound.stream()
          .filter(CheckpointName::isBase)
          .max(Comparator.comparingLong(CheckpointName::to))
          .ifPresent(needed::add);
      if (sinkPosition.isPresent()) {
        chains
            .newestAtOrBelow(sinkPosition.getAsLong())
            .ifPresent(position -> needed.addAll(chains.to(position)));
      }
      long newest = chains.positions().last();
      for (CheckpointName name : listed) {
        if (!needed.contains(name) && name.to() <= newest) {
          store.delete(new Path(files, name.fileName()));
        }
      }
    }
    store.deleteTemporaries(files, clock.instant().minus(DEAD_WRITER));
  }

  /** Deletes the checkpoints of a partition. */
  public void delete(int partition) {
    store.delete(folder(partition));
  }

  /** Deletes the checkpoints of all partitions of this generation. */
  public void delete() {
    store.delete(folder);
  }

  /**
   * Deletes what nobody has written for a while of a source's checkpoints: those of other
   * generations, definitions and topics.
   *
   * @param living what stays; all are of {@code source}
   * @param untouched for how long nothing may have been written there; longer than another process
   *     may take for a checkpoint of a partition in which nothing happens
   */
  public static void deleteOthers(
      Store store, String source, Collection<Checkpoints> living, Duration untouched) {
    Set<Path> folders = living.stream().map(it -> it.folder).collect(Collectors.toSet());
    Instant before = InstantSource.system().instant().minus(untouched);
    for (Path topic : store.list(store.checkpoints(source, "any").getParent())) {
      for (Path other : store.list(topic)) {
        if (!folders.contains(other) && !isTouched(store, other, before)) {
          LOG.info("Deleted the checkpoints {}: nobody uses them any more", other);
          store.delete(other);
        }
      }
    }
  }

  /**
   * Folders have no time of their own in an object store, so that files say it if there are any.
   */
  private static boolean isTouched(Store store, Path generation, Instant before) {
    List<Path> partitions = store.list(generation);
    List<Path> files = partitions.stream().flatMap(it -> store.list(it).stream()).toList();
    Stream<Path> asked =
        files.isEmpty()
            ? Stream.concat(Stream.of(generation), partitions.stream())
            : files.stream();
    return asked
        .flatMap(path -> store.changedAt(path).stream())
        .anyMatch(changed -> !changed.isBefore(before));
  }

  private static Chains chains(List<CheckpointName> listed, Set<CheckpointName> unusable) {
    return new Chains(listed.stream().filter(name -> !unusable.contains(name)).toList());
  }

  private List<CheckpointName> names(Path files) {
    return store.list(files).stream()
        .flatMap(path -> CheckpointName.of(path.getName()).stream())
        .toList();
  }

  private Path path(int partition, CheckpointName name) {
    return new Path(folder(partition), name.fileName());
  }

  private Path folder(int partition) {
    return new Path(folder, "partition=" + partition);
  }
}
