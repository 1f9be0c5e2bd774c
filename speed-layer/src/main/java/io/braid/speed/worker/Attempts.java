package io.braid.speed.worker;

import io.braid.log.KafkaUnavailableException;
import io.braid.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread tries over and over, each on its own: what fails ends neither the thread nor the
 * rest, and is said until it works again. Kafka and the store fail for a while and are not said:
 * whoever reads and writes them says so. One thread attempts; any may ask.
 */
final class Attempts {

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private final String source;
  private final BooleanSupplier isStopping;
  private final Map<String, String> troubles = new ConcurrentHashMap<>();

  /**
   * @param isStopping what fails then is of no interest
   */
  Attempts(String source, BooleanSupplier isStopping) {
    this.source = source;
    this.isStopping = isStopping;
  }

  /**
   * Does something.
   *
   * @param consequence of its failure, in words
   */
  void attempt(String consequence, Runnable what) {
    try {
      what.run();
      troubles.remove(consequence);
    } catch (KafkaException | KafkaUnavailableException | StoreException e) {
      LOG.debug("Source {}: {}: {}", source, consequence, e.toString());
    } catch (RuntimeException | Error e) {
      if (isStopping.getAsBoolean()) {
        return;
      }
      String said =
          "source %s: %s: %s"
              .formatted(source, consequence, e.getMessage() == null ? e : e.getMessage());
      if (troubles.put(consequence, said) == null) {
        LOG.error("{}; trying again", said, e);
      }
    }
  }

  /** Returns what fails, in words. */
  List<String> troubles() {
    return List.copyOf(troubles.values());
  }
}
