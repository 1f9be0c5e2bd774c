package io.braid.serving;

import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A source with a metric of every kind of window, compiled from SQL. */
public final class Clicks {

  private static final Definitions DEFINITIONS =
      DefinitionLoader.parse(
          Path.of("braid.yaml"),
          """
          name: test
          sources:
            clicks:
              topic: clicks
              partitions: 2
              columns: {who: string, amount: bigint, at: timestamp}
              event_time: at
              watermark: 5s
              idle_after: 1h
              allowed_lateness: 10s
          metrics:
            tumbling: SELECT who, COUNT(*) AS n, SUM(amount) AS total FROM clicks GROUP BY who, TUMBLE("at", INTERVAL '1' MINUTE)
            hopping: SELECT who, COUNT(*) AS n, SUM(amount) AS total FROM clicks GROUP BY who, HOP("at", INTERVAL '40' SECOND, INTERVAL '100' SECOND)
            sessions: SELECT who, COUNT(*) AS n, SUM(amount) AS total FROM clicks GROUP BY who, SESSION("at", INTERVAL '30' SECOND)
            days: {sql: 'SELECT who, COUNT(*) AS n, SUM(amount) AS total FROM clicks GROUP BY who, TUMBLE("at", INTERVAL ''1'' DAY)', time_zone: Europe/Berlin}
            ends: SELECT HOP_END("at", INTERVAL '40' SECOND, INTERVAL '100' SECOND) AS until, HOP_START("at", INTERVAL '40' SECOND, INTERVAL '100' SECOND) AS since, COUNT(*) AS n FROM clicks GROUP BY who, HOP("at", INTERVAL '40' SECOND, INTERVAL '100' SECOND)
            totals: SELECT COUNT(*) AS n FROM clicks
          """,
          name -> Optional.empty());

  public static final Source SOURCE = DEFINITIONS.sources().get("clicks");
  public static final List<Metric> METRICS = List.copyOf(DEFINITIONS.metrics().values());

  private Clicks() {}
}
