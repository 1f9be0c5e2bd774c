package io.braid.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A folder on a Hadoop file system in which Braid keeps everything lasting, and the names in it.
 *
 * <p>Everything switches through one primitive, put-if-absent: a hard link on a local file system,
 * a rename that does not overwrite elsewhere. Safe to share between threads.
 */
public final class Store {

  private static final String TEMPORARY = ".tmp-";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /** Read from the class path once; a copy costs far less than reading again for every file. */
  private static final Configuration SETTINGS = settings();

  private final FileSystem fileSystem;
  private final Path root;
  private final boolean local;

  private Store(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.local = "file".equals(root.toUri().getScheme());
  }

  /**
   * Opens a store, and makes its folder when there is none.
   *
   * @param location an absolute URI such as {@code file:/data/braid} or {@code hdfs://name/braid}
   * @throws StoreException when the folder cannot be made or written to
   */
  public static Store open(URI location) {
    try {
      // Not new Path(location): it would keep the URI's escapes, which paths made later lack.
      Path root = new Path(location.getScheme(), location.getAuthority(), location.getPath());
      FileSystem fileSystem = root.getFileSystem(configuration());
      Store store = new Store(fileSystem, fileSystem.makeQualified(root));
      Path probe = store.temporary(store.root);
      store.writeWhole(probe, new byte[0]);
      fileSystem.delete(probe, false);
      return store;
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException(
          "Cannot use the store %s: it is not writable (%s); choose another with 'store' or --store"
              .formatted(location, reason(e)),
          e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /**
   * Returns settings with which every reader and writer of the store must open its files: Hadoop's
   * own local file system keeps a checksum file beside each file and renames the two one after the
   * other, so that a crash in between makes the file unreadable.
   */
  public static Configuration configuration() {
    return new Configuration(SETTINGS);
  }

  private static Configuration settings() {
    Configuration settings = new Configuration();
    settings.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    settings.setBoolean("fs.file.impl.disable.cache", true);
    return settings;
  }

  /** Returns the store's folder. */
  public URI location() {
    return root.toUri();
  }

  /** Returns {@code archive/<source>/topic=<id>/partition=<p>}. */
  public Path archive(String source, String topicId, int partition) {
    return new Path(root, "archive/%s/topic=%s/partition=%d".formatted(source, topicId, partition));
  }

  /** Returns {@code views/<metric>/<fingerprint>/<run>}. */
  public Path view(String metric, String fingerprint, String run) {
    return new Path(root, "views/%s/%s/%s".formatted(metric, fingerprint, run));
  }

  /** Returns {@code runs/<run>}. */
  public Path run(String run) {
    return new Path(root, "runs/" + run);
  }

  /** Returns {@code published/<source>}. */
  public Path published(String source) {
    return new Path(root, "published/" + source);
  }

  /** Returns {@code checkpoints/<source>/topic=<id>}. */
  public Path checkpoints(String source, String topicId) {
    return new Path(root, "checkpoints/%s/topic=%s".formatted(source, topicId));
  }

  /** Returns the file {@code token}. */
  Path token() {
    return new Path(root, "token");
  }

  /** Returns {@code replays}. */
  public Path replays() {
    return new Path(root, "replays");
  }

  /** Returns {@code comparisons}. */
  public Path comparisons() {
    return new Path(root, "comparisons");
  }

  /** Returns the folder {@code runs}. */
  public Path runs() {
    return new Path(root, "runs");
  }

  /** Returns {@code path} relative to the store's folder, with slashes. */
  public String relative(Path path) {
    return root.toUri().relativize(path.toUri()).getPath();
  }

  /** Returns the file that {@link #relative} named so. */
  public Path resolve(String relative) {
    return new Path(root, relative);
  }

  /**
   * Returns a fresh name in {@code folder} that no listing shows, for a file still being written.
   */
  public Path temporary(Path folder) {
    return new Path(folder, TEMPORARY + UUID.randomUUID());
  }

  /**
   * Gives a finished temporary file its name, unless something has that name already. Whole or not
   * at all, also across a crash.
   *
   * @return false when the name was taken; the temporary file is gone either way
   */
  public boolean publish(Path temporary, Path name) {
    try {
      if (local) {
        try {
          Files.createLink(
              java.nio.file.Path.of(name.toUri().getPath()),
              java.nio.file.Path.of(temporary.toUri().getPath()));
          return true;
        } catch (FileAlreadyExistsException e) {
          return false;
        } finally {
          fileSystem.delete(temporary, false);
        }
      }
      boolean renamed = !fileSystem.exists(name) && fileSystem.rename(temporary, name);
      if (!renamed) {
        fileSystem.delete(temporary, false);
      }
      return renamed;
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
  }

  /**
   * Writes a file that does not exist yet.
   *
   * @return false when there is one already, which stays as it is
   */
  public boolean putIfAbsent(Path name, byte[] bytes) {
    Path temporary = temporary(name.getParent());
    try {
      writeWhole(temporary, bytes);
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
    return publish(temporary, name);
  }

  /**
   * As {@link #putIfAbsent}, for bytes that nobody but the owner of the file may read, also while
   * it is written; a file system without permissions has it readable as everything in the store.
   */
  boolean putSecretIfAbsent(Path name, byte[] bytes) {
    Path temporary = temporary(name.getParent());
    try {
      fileSystem.mkdirs(name.getParent());
      try (OutputStream out = local ? secretFile(temporary) : secret(temporary)) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
    return publish(temporary, name);
  }

  /** Writes a file's bytes, as many as there are. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file that does not exist yet, however long it becomes; on a local file system it is
   * safe on the disk before it has its name.
   *
   * @return false when there is one already, which stays as it is
   */
  public boolean putIfAbsent(Path name, Content content) {
    Path temporary = temporary(name.getParent());
    try {
      fileSystem.mkdirs(name.getParent());
      try (OutputStream out = fileSystem.create(temporary, false)) {
        content.writeTo(out);
      }
      if (local) {
        force(java.nio.file.Path.of(temporary.toUri().getPath()));
      }
    } catch (IOException | RuntimeException e) {
      try {
        fileSystem.delete(temporary, false);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
    return publish(temporary, name);
  }

  /** Hadoop's local file system would make the file first and take the permissions away later. */
  private static OutputStream secretFile(Path file) throws IOException {
    java.nio.file.Path local = java.nio.file.Path.of(file.toUri().getPath());
    boolean permissions =
        Files.getFileStore(local.getParent())
            .supportsFileAttributeView(PosixFileAttributeView.class);
    FileAttribute<?>[] attributes =
        permissions
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Files.createFile(local, attributes);
    return Files.newOutputStream(local, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
  }

  private OutputStream secret(Path file) throws IOException {
    return fileSystem.create(
        file,
        FsPermission.createImmutable((short) 0600),
        false,
        4096,
        fileSystem.getDefaultReplication(file),
        fileSystem.getDefaultBlockSize(file),
        null);
  }

  private static void force(java.nio.file.Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Writes a file, in place of the one that may be there; a reader sees the one or the other. */
  public void replace(Path name, byte[] bytes) {
    Path temporary = temporary(name.getParent());
    try {
      writeWhole(temporary, bytes);
      if (local) {
        Files.move(
            java.nio.file.Path.of(temporary.toUri().getPath()),
            java.nio.file.Path.of(name.toUri().getPath()),
            java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      } else {
        fileSystem.delete(name, false);
        fileSystem.rename(temporary, name);
      }
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
  }

  /** Returns whether {@link #replace(Path, Path)} is possible here. */
  public boolean replacesAtOnce() {
    return local;
  }

  /**
   * Puts a finished temporary file, safe on the disk, in the place of another; a reader sees the
   * one or the other, also across a crash. Who has the other one open reads on in it.
   *
   * @throws StoreException when it cannot be done; the temporary file may still be there
   */
  public void replace(Path temporary, Path name) {
    if (!local) {
      throw new StoreException(
          "Cannot replace %s: only a local file system does so in one step".formatted(name));
    }
    java.nio.file.Path finished = java.nio.file.Path.of(temporary.toUri().getPath());
    try {
      force(finished);
      Files.move(
          finished,
          java.nio.file.Path.of(name.toUri().getPath()),
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, reason(e)), e);
    }
  }

  private void writeWhole(Path file, byte[] bytes) throws IOException {
    fileSystem.mkdirs(file.getParent());
    try (OutputStream out = fileSystem.create(file, false)) {
      out.write(bytes);
    }
  }

  /** Returns a file's bytes, or empty when there is no such file. */
  public Optional<byte[]> read(Path file) {
    try (InputStream in = fileSystem.open(file)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("Cannot read %s: %s".formatted(file, reason(e)), e);
    }
  }

  /**
   * Opens a file for reading, or returns empty when there is no such file. A file that is deleted
   * meanwhile is read to its end on a local file system.
   */
  public Optional<InputStream> open(Path file) {
    try {
      return Optional.of(fileSystem.open(file));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("Cannot read %s: %s".formatted(file, reason(e)), e);
    }
  }

  /** Returns the files and folders in {@code folder} by name, temporary files left out. */
  public List<Path> list(Path folder) {
    try {
      List<Path> entries = new ArrayList<>();
      for (FileStatus status : fileSystem.listStatus(folder)) {
        if (!status.getPath().getName().startsWith(TEMPORARY)) {
          entries.add(status.getPath());
        }
      }
      entries.sort(Comparator.comparing(Path::getName));
      return entries;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new StoreException("Cannot list %s: %s".formatted(folder, reason(e)), e);
    }
  }

  /** Deletes what interrupted writers left in {@code folder}; nobody may be writing there. */
  public void deleteTemporaries(Path folder) {
    deleteTemporaries(folder, Instant.MAX);
  }

  /**
   * Deletes what interrupted writers left in {@code folder} before a moment; who has written since
   * may still be at it.
   */
  public void deleteTemporaries(Path folder, Instant before) {
    try {
      for (FileStatus status : fileSystem.listStatus(folder)) {
        if (status.getPath().getName().startsWith(TEMPORARY)
            && Instant.ofEpochMilli(status.getModificationTime()).isBefore(before)) {
          fileSystem.delete(status.getPath(), true);
        }
      }
    } catch (FileNotFoundException e) {
      // Nobody has written there yet.
      return;
    } catch (IOException e) {
      throw new StoreException("Cannot tidy %s: %s".formatted(folder, reason(e)), e);
    }
  }

  /** Returns a file's length in bytes. */
  public long length(Path file) {
    try {
      return fileSystem.getFileStatus(file).getLen();
    } catch (IOException e) {
      throw new StoreException("Cannot read %s: %s".formatted(file, reason(e)), e);
    }
  }

  /** Returns when a file or folder was last changed; empty when there is none. */
  public Optional<Instant> changedAt(Path path) {
    try {
      return Optional.of(
          Instant.ofEpochMilli(fileSystem.getFileStatus(path).getModificationTime()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("Cannot read %s: %s".formatted(path, reason(e)), e);
    }
  }

  /** Deletes a file or a folder with all it holds; nothing happens when there is none. */
  public void delete(Path path) {
    try {
      fileSystem.delete(path, true);
    } catch (IOException e) {
      throw new StoreException("Cannot delete %s: %s".formatted(path, reason(e)), e);
    }
  }

  /** Makes {@code folder} and the folders above it. */
  public void makeFolder(Path folder) {
    try {
      fileSystem.mkdirs(folder);
    } catch (IOException e) {
      throw new StoreException("Cannot make %s: %s".formatted(folder, reason(e)), e);
    }
  }
}
