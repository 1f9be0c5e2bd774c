package io.braid.speed.sink;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A record that leaves Braid. What Braid says of it stands in headers: {@value #ID}, the same
 * whenever the same input is emitted again, so that a reader can drop repeats; {@code source},
 * {@code partition} and {@code offset} of the input; and what the output itself states, such as
 * {@code reason}. No header of one of these names that came with the input is let through: it would
 * be taken for Braid's.
 *
 * @param origin the input it comes from; a topic gets one output of an input, no more
 * @param topic where it goes
 * @param key or null
 * @param value or null
 * @param carried headers of the input, in their order
 * @param stated headers by Braid: {@value #REASON}, {@value #METRICS}
 */
public record Output(
    Origin origin,
    String topic,
    byte[] key,
    byte[] value,
    List<Header> carried,
    Map<String, String> stated) {

  /** The header that tells repeats. */
  public static final String ID = "id";

  static final String REASON = "reason";
  static final String METRICS = "metrics";

  private static final Set<String> RESERVED =
      Set.of(ID, "source", "partition", "offset", REASON, METRICS);

  public Output {
    if (!RESERVED.containsAll(stated.keySet())) {
      throw new IllegalArgumentException(
          "Invalid headers of an output: %s, must be among %s"
              .formatted(stated.keySet(), RESERVED));
    }
    carried = carried.stream().filter(header -> !RESERVED.contains(header.key())).toList();
    stated = Map.copyOf(stated);
  }

  /** Returns what key, value and the input's headers take; what Braid states comes on top. */
  int bytes() {
    int bytes = length(key) + length(value);
    for (Header header : carried) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  /** Returns {@link #bytes} and what the output states; where it comes from is left aside. */
  public int size() {
    int size = bytes();
    for (Map.Entry<String, String> header : stated.entrySet()) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  /** Returns the same without key, value and the input's headers, which the reason then says. */
  Output withoutContent() {
    Map<String, String> said = new LinkedHashMap<>(stated);
    said.merge(
        REASON,
        "key and value left out: %d bytes".formatted(bytes()),
        (reason, leftOut) -> reason + "; " + leftOut);
    return new Output(origin, topic, null, null, List.of(), said);
  }

  ProducerRecord<byte[], byte[]> toRecord() {
    ProducerRecord<byte[], byte[]> produced = new ProducerRecord<>(topic, key, value);
    carried.forEach(produced.headers()::add);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(ID, origin.id());
    facts.put("source", origin.source());
    facts.put("partition", Integer.toString(origin.partition()));
    facts.put("offset", Long.toString(origin.offset()));
    facts.putAll(stated);
    facts.forEach(
        (name, text) ->
            produced.headers().add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8))));
    return produced;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
