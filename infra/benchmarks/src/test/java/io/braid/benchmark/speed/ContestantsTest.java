package io.braid.benchmark.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.decode.Decoder;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.worker.SourceReader;
import io.braid.time.PaneRange;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times nothing: holds that what is compared is the same work, and that delays are counted. */
class ContestantsTest {

  private static final long START_MS = 1_700_000_000_000L;
  private static final int EVENTS = 60_000;
  private static final long MINUTE_MS = 60_000;

  @ParameterizedTest
  @ValueSource(strings = {"avro", "json"})
  void stateOfKafkaStreamsComesToTheReference(String format) {
    Playback playback = new Playback(7, 300);
    Reference reference = new Reference();
    PlaybackReader reader = new PlaybackReader(format);
    Map<List<Object>, byte[]> groups = new HashMap<>();

    for (int i = 0; i < EVENTS; i++) {
      Playback.Event event = playback.next(START_MS + 2L * i);
      reference.add(event);
      reader.read(playback.encode(event, format));
      groups.compute(
          List.of(ByteBuffer.wrap(reader.group()), reader.eventTimeMs() / MINUTE_MS),
          (group, state) -> GroupState.add(state == null ? GroupState.empty() : state, reader));
    }

    Totals sum = new Totals(0, 0, 0, 0, 0, 0);
    for (byte[] state : groups.values()) {
      sum = GroupState.plus(sum, state);
    }
    assertThat(sum.agreesWith(reference.totals())).as("%s", sum).isTrue();
    assertThat(sum.plays()).isEqualTo(EVENTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"avro", "json"})
  void foldOfBraidComesToTheReference(String format, @TempDir Path folder) throws Exception {
    Playback playback = new Playback(7, 300);
    Reference all = new Reference();
    Reference distinct = new Reference();
    LiveFold counting = fold(folder, "counting", format, false);
    LiveFold deduplicating = fold(folder, "deduplicating", format, true);
    Decoder decoder = reader(folder, "deduplicating", format, true).decoder();

    for (int i = 0; i < EVENTS; i++) {
      long nowMs = START_MS + 2L * i;
      Playback.Event event = playback.next(nowMs);
      all.add(event);
      if (!event.repeated()) {
        distinct.add(event);
      }
      decoder.append(i, nowMs, playback.encode(event, format));
    }
    var batch = decoder.take();
    counting.fold(batch, EVENTS);
    deduplicating.fold(batch, EVENTS);

    assertThat(totals(counting).agreesWith(all.totals())).isTrue();
    assertThat(totals(deduplicating).agreesWith(distinct.totals())).isTrue();
    assertThat(distinct.totals().plays()).isLessThan(EVENTS);
  }

  private static Totals totals(LiveFold fold) {
    return SpeedLayer.totals(List.of(fold.snapshot(List.of(0), PaneRange.ALL, 0).orElseThrow()));
  }

  private static LiveFold fold(Path folder, String name, String format, boolean deduplicate)
      throws Exception {
    return reader(folder, name, format, deduplicate).fold(0, 0, Carry.EMPTY);
  }

  private static SourceReader reader(Path folder, String name, String format, boolean deduplicate)
      throws Exception {
    Path file =
        Definition.write(
            folder, name, "127.0.0.1:1", "t", 1, format, deduplicate, Definition.STATEMENT);
    Definitions definitions = DefinitionLoader.load(file, variable -> Optional.empty());
    Source source = definitions.sources().values().iterator().next();
    return new SourceReader(source, definitions.metricsOf(source));
  }

  @Test
  void delayRunsFromTheAcknowledgementToTheFirstAnswerBehindTheOffset() {
    AnswerDelays delays = new AnswerDelays(2);
    delays.acknowledged(0, 0, 100);
    delays.answered(0, 1, 400); // before measuring
    delays.startMeasuring();
    delays.acknowledged(0, 1, 500);
    delays.acknowledged(0, 2, 600);
    delays.acknowledged(1, 0, 700);
    delays.answered(0, 2, 1_000);
    delays.answered(0, 2, 1_100);
    delays.answered(0, 4, 1_600); // offset 3 is answered, and acknowledged only then
    delays.answered(1, 0, 1_600);
    delays.acknowledged(0, 3, 1_700);

    assertThat(delays.delays()).containsExactly(500, 1_000, 0);
  }

  @Test
  void quantileIsTheLeastValueWithThatShareAtOrBelow() {
    long[] values = {40, 10, 30, 20};

    assertThat(Figures.quantile(values, 0.5)).isEqualTo(20);
    assertThat(Figures.quantile(values, 0.51)).isEqualTo(30);
    assertThat(Figures.quantile(values, 1)).isEqualTo(40);
  }
}
