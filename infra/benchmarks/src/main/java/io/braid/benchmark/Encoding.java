package io.braid.benchmark;

import io.braid.decode.AvroFormat;
import io.braid.decode.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** How the demo's events are written. */
enum Encoding {
  JSON {
    @Override
    RecordFormat format() {
      return RecordFormat.JSON;
    }

    @Override
    Function<String, byte[]> encoder() {
      return event -> event.getBytes(StandardCharsets.UTF_8);
    }
  },

  AVRO {
    @Override
    RecordFormat format() {
      return new AvroFormat(AvroEvents.SCHEMA, List.of());
    }

    @Override
    Function<String, byte[]> encoder() {
      return new AvroEvents()::encode;
    }
  };

  /**
   * Returns the one that a definition names so: {@code json} or {@code avro}.
   *
   * @throws IllegalArgumentException for another name
   */
  static Encoding named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Returns the format to read it with. */
  abstract RecordFormat format();

  /** Returns what makes a record of an event in JSON. One thread. */
  abstract Function<String, byte[]> encoder();
}
