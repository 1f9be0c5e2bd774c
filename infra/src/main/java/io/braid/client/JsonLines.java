package io.braid.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The events of a file, one a line, as bytes; gzip is recognised by its first bytes, not by the
 * file's name. Blank lines are no events. One thread.
 */
public final class JsonLines implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final CountingStream file;
  private final InputStream lines;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;
  private long line;

  private JsonLines(CountingStream file, InputStream lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens a file.
   *
   * @throws IOException when it cannot be read, or is a damaged gzip file
   */
  public static JsonLines open(Path path) throws IOException {
    CountingStream file = new CountingStream(Files.newInputStream(path));
    try {
      BufferedInputStream buffered = new BufferedInputStream(file, BUFFER_BYTES);
      buffered.mark(2);
      boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
      buffered.reset();
      return new JsonLines(file, gzip ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered);
    } catch (EOFException e) {
      file.close();
      throw new IOException("the gzip file is cut short", e); // the cause says nothing
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Returns the next line that is not blank, without its line end; empty at the file's end. */
  public Optional<byte[]> next() throws IOException {
    while (true) {
      Optional<byte[]> read = read();
      if (read.isEmpty() || !isBlank(read.get())) {
        return read;
      }
    }
  }

  /** Returns the number, from 1, of the line that {@link #next} returned last. */
  public long line() {
    return line;
  }

  /** Returns how many bytes of the file, as it stands on disk, have been read. */
  public long bytesRead() {
    return file.count;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Optional<byte[]> read() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean any = false;
    while (true) {
      if (next == end) {
        next = 0;
        end = Math.max(0, lines.read(buffer));
        if (end == 0) {
          break;
        }
      }
      any = true;
      int start = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      bytes.write(buffer, start, next - start);
      if (next < end) {
        next++;
        break;
      }
    }
    if (!any) {
      return Optional.empty();
    }
    line++;
    return Optional.of(withoutCarriageReturn(bytes.toByteArray()));
  }

  private static byte[] withoutCarriageReturn(byte[] line) {
    int length = line.length;
    return length > 0 && line[length - 1] == '\r' ? Arrays.copyOf(line, length - 1) : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream stream) {
      super(stream);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
