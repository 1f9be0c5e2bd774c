package io.braid.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonLinesTest {
  @TempDir private Path directory;

  @Test
  void blankLinesAreLeftOutAndLineEndsCut() throws IOException {
    assertThat(read(bytes("{\"a\": 1}\n\n  \t\r\n{} \r\nlast")))
        .containsExactly("1:{\"a\": 1}", "4:{} ", "5:last");
  }

  @Test
  void emptyFileHasNoEvents() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void gzipIsRecognisedWhateverTheName() throws IOException {
    assertThat(read(gzip("{\"a\": 1}\n{\"b\": 2}\n")))
        .containsExactly("1:{\"a\": 1}", "2:{\"b\": 2}");
  }

  @Test
  void linesLongerThanTheBufferAreWhole() throws IOException {
    String line = "x".repeat(200_000);

    assertThat(read(bytes(line + "\ny\n"))).containsExactly("1:" + line, "2:y");
  }

  @Test
  void truncatedGzipIsAnError() throws IOException {
    byte[] whole = gzip("{\"a\": 1}\n".repeat(1000));

    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, 5)))
        .isInstanceOf(IOException.class)
        .hasMessage("the gzip file is cut short");
  }

  private List<String> read(byte[] content) throws IOException {
    Path file = Files.write(directory.resolve("events"), content);
    List<String> events = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<byte[]> event = lines.next(); event.isPresent(); event = lines.next()) {
        events.add(lines.line() + ":" + new String(event.get(), StandardCharsets.UTF_8));
      }
      assertThat(lines.bytesRead()).isEqualTo(content.length);
    }
    return events;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
