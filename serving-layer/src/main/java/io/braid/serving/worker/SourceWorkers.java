package io.braid.serving.worker;

import io.braid.fold.PartitionSnapshot;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerSource;
import io.braid.serving.query.SpeedView;
import io.braid.time.PaneRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All workers of one source, read as one. Each is asked for the generation that is wanted and for
 * no other; of a partition that several hold, as while it moves from one to the next, the state at
 * the highest position is taken, whole.
 *
 * <p>A worker that takes no connection, or refuses what this server is, is left out, and so are its
 * partitions if nobody else holds them. It is asked again in the background once a second, and read
 * again from the moment it answers. When one answer fails otherwise (it is too long in coming, or
 * broken), that is the matter of its query alone, unless the worker has no answer to a short
 * question either. Safe to share between threads.
 */
public final class SourceWorkers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceWorkers.class);

  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

  private final PeerSource source;
  private final Optional<Local> local;
  private final Supplier<Set<String>> addresses;
  private final WorkerClient client;
  private final Duration probeInterval;

  /** What is wrong, by address, of workers that are left out. */
  private final Map<String, String> failed = new ConcurrentHashMap<>();

  /** Workers that are being asked whether it is they or one query. */
  private final Set<String> suspects = ConcurrentHashMap.newKeySet();

  /** Workers of which it was told that an answer failed. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * The worker of this process, which is read without HTTP.
   *
   * @param address under which the group knows it
   */
  public record Local(String address, PartialViews views) {}

  /**
   * Reads from the worker of this process, if it has one, and all others.
   *
   * @param addresses of all workers that there are now, see {@link Members}
   */
  public SourceWorkers(
      PeerSource source,
      Optional<Local> local,
      Supplier<Set<String>> addresses,
      WorkerClient client) {
    this(source, local, addresses, client, PROBE_INTERVAL);
  }

  SourceWorkers(
      PeerSource source,
      Optional<Local> local,
      Supplier<Set<String>> addresses,
      WorkerClient client,
      Duration probeInterval) {
    this.source = source;
    this.local = local;
    this.addresses = addresses;
    this.client = client;
    this.probeInterval = probeInterval;
  }

  /**
   * Returns the folds of one generation, whichever workers hold them when it is read.
   *
   * @param name the run at whose cut it starts, or {@link io.braid.peer.PeerProtocol#LOG}
   */
  public SpeedView generation(String name) {
    return (metrics, range) -> read(name, metrics, range);
  }

  /** Returns what is wrong with workers that are left out, by address. */
  public Map<String, String> failures() {
    Map<String, String> now = new TreeMap<>(failed);
    now.keySet().retainAll(addresses.get());
    return now;
  }

  private List<PartitionSnapshot> read(String generation, List<Integer> metrics, PaneRange range) {
    Map<String, CompletableFuture<Optional<List<PartitionSnapshot>>>> asked = null;
    for (String address : addresses.get()) {
      if (!isLocal(address) && !failed.containsKey(address)) {
        asked = asked == null ? new LinkedHashMap<>() : asked;
        asked.put(address, client.read(address, source, generation, metrics, range));
      }
    }
    List<PartitionSnapshot> here =
        local
            .flatMap(worker -> worker.views().read(source.name(), generation, metrics, range))
            .orElse(List.of());
    return asked == null ? here : joined(here, asked);
  }

  private boolean isLocal(String address) {
    return local.isPresent() && local.get().address().equals(address);
  }

  private List<PartitionSnapshot> joined(
      List<PartitionSnapshot> here,
      Map<String, CompletableFuture<Optional<List<PartitionSnapshot>>>> asked) {
    Map<Integer, PartitionSnapshot> highest = new TreeMap<>();
    take(here, highest);
    try {
      for (Map.Entry<String, CompletableFuture<Optional<List<PartitionSnapshot>>>> worker :
          asked.entrySet()) {
        try {
          take(worker.getValue().get().orElse(List.of()), highest);
          told.remove(worker.getKey());
        } catch (ExecutionException e) {
          failed(worker.getKey(), e.getCause());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // who asked is not waiting any more
    }
    return new ArrayList<>(highest.values());
  }

  private static void take(
      List<PartitionSnapshot> snapshots, Map<Integer, PartitionSnapshot> highest) {
    for (PartitionSnapshot snapshot : snapshots) {
      highest.merge(
          snapshot.partition(),
          snapshot,
          (one, other) -> other.position() > one.position() ? other : one);
    }
  }

  private void failed(String address, Throwable failure) {
    if (failure instanceof WorkerException known && known.isOfAllQueries()) {
      leaveOut(address, failure);
      return;
    }
    if (told.add(address)) {
      LOG.warn(
          "An answer of source {} lacks worker {}: {}",
          source.name(),
          address,
          failure.getMessage());
    }
    if (suspects.add(address)) {
      var unused =
          client
              .probe(address, source)
              .whenComplete(
                  (nothing, silence) -> {
                    suspects.remove(address);
                    if (silence != null) {
                      leaveOut(address, failure);
                    }
                  });
    }
  }

  private void leaveOut(String address, Throwable failure) {
    if (failed.putIfAbsent(address, String.valueOf(failure.getMessage())) == null) {
      LOG.warn(
          "Source {} is answered without worker {}: {}",
          source.name(),
          address,
          failure.getMessage());
      probeLater(address);
    }
  }

  private void probeLater(String address) {
    Executor later =
        CompletableFuture.delayedExecutor(probeInterval.toMillis(), TimeUnit.MILLISECONDS);
    later.execute(() -> probe(address));
  }

  private void probe(String address) {
    if (closed || !addresses.get().contains(address)) {
      failed.remove(address); // when it comes back, it is a worker like any other
      return;
    }
    var unused =
        client
            .probe(address, source)
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    failed.remove(address);
                    LOG.info("Source {} is answered with worker {} again", source.name(), address);
                  } else {
                    probeLater(address);
                  }
                });
  }

  /** Asks no worker any more whether it is back. */
  @Override
  public void close() {
    closed = true;
  }
}
