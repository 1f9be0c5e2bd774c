package io.braid.platform;

import io.braid.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to use a store on a local file system: a lock of the operating system, which is gone
 * with its holder, however that ended. A store elsewhere has none.
 */
final class StoreLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, waiting for a holder that is about to end.
   *
   * @throws StoreException when it is not free within ten seconds
   */
  static AutoCloseable acquire(URI store) throws IOException, InterruptedException {
    if (!"file".equals(store.getScheme())) {
      return () -> {};
    }
    Path folder = Path.of(store);
    FileChannel channel;
    try {
      Files.createDirectories(folder);
      channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StoreException(
          "Cannot use the store %s: it is not writable (%s); choose another with 'store' or --store"
              .formatted(folder, e.getMessage()),
          e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean told = false;
    while (!tryLock(channel)) {
      if (!told) {
        LOG.info(
            "Another Braid is using the store {}; waiting {} s for it to end",
            folder,
            PATIENCE.toSeconds());
        told = true;
      }
      if (System.nanoTime() > deadline) {
        channel.close();
        throw new StoreException(
            "Cannot use the store %s: another Braid is using it; stop that one or choose another with --store"
                .formatted(folder));
      }
      Thread.sleep(PAUSE.toMillis());
    }
    return new StoreLock(channel);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process holds it itself, as tests do
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
