package io.braid.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DictionaryTest {

  @Property(tries = 200)
  void codesAgreeWithAMap(@ForAll long seed) {
    Random random = new Random(seed);
    Dictionary dictionary = new Dictionary();
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String text = text(random);
      Integer known = map.get(text);
      assertThat(dictionary.find(text)).isEqualTo(known == null ? Dictionary.NULL : known);
      int code;
      if (random.nextBoolean()) {
        code = dictionary.encode(text);
      } else {
        char[] buffer = ("<<" + text + ">").toCharArray();
        code = dictionary.encode(buffer, 2, text.length());
      }
      assertThat(code).isEqualTo(map.computeIfAbsent(text, unused -> map.size()));
      assertThat(dictionary.text(code)).isEqualTo(text);
    }
    assertThat(dictionary.size()).isEqualTo(map.size());
  }

  @Test
  void textsOfOneHashAreToldApart() {
    assertThat("Aa").hasSameHashCodeAs("BB");
    Dictionary dictionary = new Dictionary();
    assertThat(dictionary.encode("Aa")).isZero();
    assertThat(dictionary.encode("BB")).isEqualTo(1);
    assertThat(dictionary.encode("BB".toCharArray(), 0, 2)).isEqualTo(1);
    assertThat(dictionary.encode("Aa".toCharArray(), 0, 2)).isZero();
  }

  @Test
  void snapshotKnowsNothingOfWhatCameLater() {
    Dictionary dictionary = new Dictionary();
    dictionary.encode("a");
    Dictionary snapshot = dictionary.snapshot();
    dictionary.encode("b");
    assertThat(snapshot.size()).isEqualTo(1);
    assertThat(snapshot.find("a")).isZero();
    assertThat(snapshot.find("b")).isEqualTo(Dictionary.NULL);
  }

  @Test
  void copyAndOriginalGrowApart() {
    Dictionary dictionary = new Dictionary();
    dictionary.encode("a");
    for (Dictionary original : new Dictionary[] {dictionary, dictionary.snapshot()}) {
      Dictionary copy = original.copy();
      assertThat(copy.encode("of the copy")).isEqualTo(1);
      assertThat(original.size()).isEqualTo(1);
      assertThat(original.find("of the copy")).isEqualTo(Dictionary.NULL);
      assertThat(original.find("a")).isZero();
      assertThat(copy.find("a")).isZero();
    }
  }

  @Test
  void snapshotAndOriginalGrowApart() {
    Dictionary dictionary = new Dictionary();
    dictionary.encode("a");
    Dictionary snapshot = dictionary.snapshot();
    assertThat(snapshot.encode("of the snapshot")).isEqualTo(1);
    assertThat(dictionary.encode("of the original")).isEqualTo(1);
    assertThat(snapshot.text(1)).isEqualTo("of the snapshot");
    assertThat(dictionary.text(1)).isEqualTo("of the original");
    assertThat(dictionary.find("of the snapshot")).isEqualTo(Dictionary.NULL);
  }

  @Test
  void snapshotIsSafeInAnotherThreadWhileTheOriginalGrows() throws Exception {
    Dictionary dictionary = new Dictionary();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      List<Future<Boolean>> checks = new ArrayList<>();
      for (int i = 0; i < 200_000; i++) {
        dictionary.encode("text " + i);
        if (i % 2_000 == 0) {
          Dictionary snapshot = dictionary.snapshot();
          int size = i + 1;
          checks.add(reader.submit(() -> holdsTheFirst(snapshot, size)));
        }
      }
      for (Future<Boolean> check : checks) {
        assertThat(check.get()).isTrue();
      }
    } finally {
      reader.shutdownNow();
    }
  }

  private static boolean holdsTheFirst(Dictionary snapshot, int size) {
    boolean all = snapshot.size() == size && snapshot.find("text " + size) == Dictionary.NULL;
    for (int code = 0; code < size; code += 97) {
      all &= snapshot.text(code).equals("text " + code) && snapshot.find("text " + code) == code;
    }
    return all && snapshot.encode("new") == size;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int letters = random.nextInt(4); letters > 0; letters--) {
      text.append(
          (char) (random.nextBoolean() ? 'A' + random.nextInt(40) : random.nextInt(0xD800)));
    }
    return text.toString();
  }
}
