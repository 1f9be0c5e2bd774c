package io.braid.speed.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

final class OutputTest {

  private final DivertedRecords diverted = new DivertedRecords("visits", "aBc-1");

  private static ConsumerRecord<byte[], byte[]> record(int bytes, String... headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("t", 3, 17, "k".getBytes(StandardCharsets.UTF_8), new byte[bytes]);
    for (String header : headers) {
      record.headers().add(header, "brought along".getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  /** Fails on a header that is there twice. */
  private static SortedMap<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    SortedMap<String, String> found = new TreeMap<>();
    for (Header header : record.headers()) {
      assertThat(found.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
          .isNull();
    }
    return found;
  }

  @Test
  void deadLetterSaysWhereItComesFromUnderAnIdThatStays() {
    ProducerRecord<byte[], byte[]> sent =
        diverted.deadLetter(record(5, "trace"), "not JSON").toRecord();

    assertThat(sent.topic()).isEqualTo("braid.dead-letters");
    assertThat(sent.key()).asString().isEqualTo("k");
    assertThat(sent.value()).hasSize(5);
    assertThat(headers(sent))
        .isEqualTo(
            Map.of(
                "id", "visits/aBc-1/3/17",
                "source", "visits",
                "partition", "3",
                "offset", "17",
                "reason", "not JSON",
                "trace", "brought along"));
  }

  @Test
  void headersOfBraidsNamesThatCameAlongAreNotTakenForItsOwn() {
    ConsumerRecord<byte[], byte[]> record =
        record(5, "id", "source", "partition", "offset", "reason", "metrics", "metrics");

    assertThat(headers(diverted.deadLetter(record, "not JSON").toRecord()))
        .doesNotContainKey("metrics")
        .doesNotContainValue("brought along");
    assertThat(headers(diverted.lateEvent(record, 0, 1_500, List.of("a", "b")).toRecord()))
        .doesNotContainValue("brought along")
        .containsEntry("metrics", "a,b")
        .containsEntry(
            "reason",
            "late: event time 1970-01-01T00:00:00.000Z, watermark 1970-01-01T00:00:01.500Z");
  }

  @Test
  void whatIsTooLargeGoesWithoutContentAndSaysSo() {
    SinkFigures figures = new SinkFigures();
    SizeLimits limits = new SizeLimits(figures);
    int largest = SizeLimits.MAX_BYTES - 1 - "trace".length() - "brought along".length();
    Output fits = diverted.deadLetter(record(largest, "trace"), "no id");
    Output larger = diverted.deadLetter(record(largest + 1, "trace"), "no id");

    assertThat(limits.fit(fits)).isSameAs(fits);
    ProducerRecord<byte[], byte[]> sent = limits.fit(larger).toRecord();
    assertThat(sent.key()).isNull();
    assertThat(sent.value()).isNull();
    assertThat(headers(sent))
        .doesNotContainKey("trace")
        .containsEntry("reason", "no id; key and value left out: 900001 bytes")
        .containsEntry("id", "visits/aBc-1/3/17");
    assertThat(figures.withoutContent()).isEqualTo(1);
  }

  @Test
  void aRefusedSizeIsTheLimitOfItsTopicFromThenOn() {
    SizeLimits limits = new SizeLimits(new SinkFigures());
    Output refused = diverted.deadLetter(record(1_000), "no id");
    Output late = diverted.lateEvent(record(1_000), 0, 1, List.of("a"));
    Output smaller = diverted.deadLetter(record(999), "no id");

    limits.refused(refused);

    assertThat(limits.fit(refused).value()).isNull();
    assertThat(limits.fit(smaller)).isSameAs(smaller);
    assertThat(limits.fit(late)).isSameAs(late);
  }

  @Test
  void aReasonThatIsTooLargeSaysNothingOfSmallerOutputs() {
    SizeLimits limits = new SizeLimits(new SinkFigures());
    Output talkative = diverted.deadLetter(record(10), "r".repeat(5_000));
    Output small = diverted.deadLetter(record(20), "no id");

    limits.refused(talkative);
    limits.refused(limits.fit(talkative));

    assertThat(limits.fit(talkative).value()).isNull();
    assertThat(limits.fit(small)).isSameAs(small);
  }

  @Test
  void headerThatReadersDoNotKnowIsRefused() {
    assertThatThrownBy(
            () ->
                new Output(
                    new Origin("visits", "id", 0, 0), "t", null, null, List.of(), Map.of("x", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[x]");
  }
}
