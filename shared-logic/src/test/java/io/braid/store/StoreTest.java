package io.braid.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

  private static final int THREADS = 4;

  @TempDir java.nio.file.Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("a store with ümlauts %41#").toUri());
  }

  @Test
  void firstOfAllWhoPutWinsAndItsBytesStay() throws Exception {
    for (int round = 0; round < 30; round++) {
      Path name = store.resolve("race/" + round);
      List<Boolean> won = race(i -> store.putIfAbsent(name, ("writer " + i).getBytes(UTF_8)));
      assertThat(won).containsOnlyOnce(true);
      assertThat(text(name)).isEqualTo("writer " + won.indexOf(true));
      assertThat(store.putIfAbsent(name, new byte[0])).isFalse();
      assertThat(text(name)).isEqualTo("writer " + won.indexOf(true));
    }
    assertThat(filesIn("race")).hasSize(30);
  }

  @Test
  void readerSeesOneOfTheReplacementsWhole() throws Exception {
    Path name = store.resolve("replaced/document");
    store.replace(name, "0".repeat(100_000).getBytes(UTF_8));
    race(
        i -> {
          for (int round = 0; round < 40; round++) {
            if (i == 0) {
              String text = text(name);
              assertThat(text).hasSize(100_000);
              assertThat(text.chars().distinct().count()).isEqualTo(1);
            } else {
              store.replace(name, String.valueOf(i).repeat(100_000).getBytes(UTF_8));
            }
          }
          return true;
        });
    assertThat(filesIn("replaced")).containsExactly("document");
  }

  @Test
  void publishGivesAFinishedFileItsNameAndTakesTheTemporaryAway() throws Exception {
    Path name = store.resolve("published/file");
    Path temporary = store.temporary(name.getParent());
    store.replace(temporary, "whole".getBytes(UTF_8));
    assertThat(store.publish(temporary, name)).isTrue();
    assertThat(filesIn("published")).containsExactly("file");
    assertThat(text(name)).isEqualTo("whole");
  }

  @Test
  void publishUnderATakenNameLeavesItAsItIs() throws Exception {
    Path name = store.resolve("published/file");
    store.putIfAbsent(name, "first".getBytes(UTF_8));
    Path temporary = store.temporary(name.getParent());
    store.replace(temporary, "second".getBytes(UTF_8));
    assertThat(store.publish(temporary, name)).isFalse();
    assertThat(filesIn("published")).containsExactly("file");
    assertThat(text(name)).isEqualTo("first");
  }

  @Test
  void temporariesAreInNoListingAndAreTidiedAway() throws Exception {
    Path parent = store.resolve("folder");
    store.putIfAbsent(new Path(parent, "b"), new byte[0]);
    store.putIfAbsent(new Path(parent, "a"), new byte[0]);
    store.replace(store.temporary(parent), new byte[0]);
    assertThat(store.list(parent)).extracting(Path::getName).containsExactly("a", "b");
    assertThat(filesIn("folder")).hasSize(3);
    store.deleteTemporaries(parent);
    assertThat(filesIn("folder")).containsExactly("a", "b");
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(store.list(store.resolve("nowhere"))).isEmpty();
    assertThat(store.read(store.resolve("nowhere/file"))).isEmpty();
    store.deleteTemporaries(store.resolve("nowhere"));
    store.delete(store.resolve("nowhere"));
  }

  @Test
  void relativeNamesLeadBack() {
    Path file = new Path(store.view("metric", "fingerprint", "run"), "part-0.parquet");
    String relative = store.relative(file);
    assertThat(relative).isEqualTo("views/metric/fingerprint/run/part-0.parquet");
    assertThat(store.resolve(relative)).isEqualTo(file);
  }

  @Test
  void checkpointsOfASourceAreThoseOfOneTopic() {
    assertThat(store.relative(store.checkpoints("playback", "Abc_-1")))
        .isEqualTo("checkpoints/playback/topic=Abc_-1");
  }

  @Test
  void noChecksumFilesStandBeside() throws Exception {
    store.putIfAbsent(store.resolve("alone/file"), new byte[] {1});
    assertThat(filesIn("alone")).containsExactly("file");
  }

  @Test
  void placeThatIsNoFolderIsRefused() throws IOException {
    java.nio.file.Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Store.open(file.toUri()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Cannot use the store file:")
        .hasMessageContaining("choose another with 'store' or --store");
  }

  private interface Racer {
    boolean run(int thread) throws Exception;
  }

  private static List<Boolean> race(Racer racer) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Boolean>> racers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        racers.add(() -> racer.run(thread));
      }
      List<Boolean> results = new ArrayList<>();
      for (Future<Boolean> result : threads.invokeAll(racers)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private String text(Path file) {
    return new String(store.read(file).orElseThrow(), UTF_8);
  }

  private List<String> filesIn(String name) throws IOException {
    try (var files = Files.list(java.nio.file.Path.of(store.resolve(name).toUri().getPath()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
