package io.braid.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTokenTest {

  private static final String CONFIGURED = "configured-by-hand";

  @TempDir java.nio.file.Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
  }

  /** Makes or reads a store's token in a process of its own, and prints it. */
  static final class Teller {

    private Teller() {}

    public static void main(String[] arguments) {
      Store store = Store.open(java.nio.file.Path.of(arguments[0]).toUri());
      System.out.println(SharedToken.of(Optional.empty(), store).reveal());
    }
  }

  @Test
  void configuredTokenIsUsedAndNoneIsKept() {
    SharedToken token = SharedToken.of(Optional.of(CONFIGURED), store);
    assertThat(token.reveal()).isEqualTo(CONFIGURED);
    assertThat(folder.resolve("token")).doesNotExist();
  }

  @Test
  void tokenOfTheStoreIsMadeOnceAndReadEverAfter() throws IOException {
    String made = SharedToken.of(Optional.empty(), store).reveal();
    assertThat(made).matches("[A-Za-z0-9_-]{43}");
    assertThat(SharedToken.of(Optional.empty(), Store.open(folder.toUri())).reveal())
        .isEqualTo(made);
    assertThat(folder.resolve("token")).hasContent(made);
    Store other = Store.open(Files.createDirectory(folder.resolve("other")).toUri());
    assertThat(SharedToken.of(Optional.empty(), other).reveal()).isNotEqualTo(made);
  }

  @Test
  void onlyTheSameTextMatches() {
    SharedToken token = SharedToken.of(Optional.of(CONFIGURED), store);
    assertThat(token.matches(CONFIGURED)).isTrue();
    for (String other :
        List.of(
            "",
            " ",
            CONFIGURED + " ",
            "configured-by-hans",
            "configured-by-han",
            "CONFIGURED-BY-HAND")) {
      assertThat(token.matches(other)).as(other).isFalse();
    }
  }

  @Test
  void textOfATokenDoesNotShowIt() {
    assertThat(SharedToken.of(Optional.of(CONFIGURED), store)).hasToString("SharedToken[hidden]");
  }

  @Test
  void allThreadsThatMakeItAtOnceAgree() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 25; round++) {
        Store contested = Store.open(folder.resolve("round-" + round).toUri());
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<String>> racing = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          racing.add(
              threads.submit(
                  () -> {
                    start.await();
                    return SharedToken.of(Optional.empty(), contested).reveal();
                  }));
        }
        Set<String> tokens = new TreeSet<>();
        for (Future<String> token : racing) {
          tokens.add(token.get());
        }
        assertThat(tokens).hasSize(1);
        assertThat(filesIn("round-" + round)).containsExactly("token");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void twoProcessesThatMakeItAtOnceAgree() throws Exception {
    Process one = teller();
    Process other = teller();
    String token = output(one);
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(output(other)).isEqualTo(token);
    assertThat(SharedToken.of(Optional.empty(), store).reveal()).isEqualTo(token);
  }

  @Test
  void onlyTheOwnerMayReadItAlsoWhileItIsWritten() throws Exception {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"),
        "the file system of temporary files has no permissions");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService watching = Executors.newSingleThreadExecutor();
    try {
      Future<Set<String>> seen = watching.submit(() -> permissionsSeen(done));
      for (int round = 0; round < 50; round++) {
        SharedToken.of(Optional.empty(), store);
        Files.delete(folder.resolve("token"));
      }
      SharedToken.of(Optional.empty(), store);
      done.set(true);
      assertThat(seen.get()).containsExactly("rw-------");
    } finally {
      watching.shutdownNow();
    }
  }

  /** Looks at every file in the store, temporary ones too, until {@code done} and once more. */
  private Set<String> permissionsSeen(AtomicBoolean done) throws IOException {
    Set<String> seen = new TreeSet<>();
    boolean last;
    do {
      last = done.get();
      for (String name : filesIn(".")) {
        permissions(folder.resolve(name)).ifPresent(seen::add);
      }
    } while (!last);
    return seen;
  }

  /** Returns a file's permissions, or empty when it is gone since it was listed. */
  private static Optional<String> permissions(java.nio.file.Path file) throws IOException {
    try {
      return Optional.of(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Test
  void damagedTokenIsRefusedWithoutBeingShown() throws IOException {
    Files.writeString(folder.resolve("token"), "cut short\n");
    assertThatThrownBy(() -> SharedToken.of(Optional.empty(), store))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("token: it holds no token of at least 16 visible ASCII characters")
        .hasMessageContaining("delete it")
        .message()
        .doesNotContain("cut short");
  }

  @Test
  void tokenThatCannotBeOpenedIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("token"));
    assertThatThrownBy(() -> SharedToken.of(Optional.empty(), store))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Cannot read file:")
        .hasMessageContaining("the same 'speed: token'");
  }

  private Process teller() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            Teller.class.getName(),
            folder.toString());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return output;
  }

  private List<String> filesIn(String name) throws IOException {
    try (var files = Files.list(folder.resolve(name))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
