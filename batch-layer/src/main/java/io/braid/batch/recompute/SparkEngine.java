package io.braid.batch.recompute;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The Spark that recomputes run on, started at the first run: a process that only serves never pays
 * for it. Safe to share between threads.
 */
public final class SparkEngine implements AutoCloseable {

  private final String master;
  private JavaSparkContext context;
  private boolean closed;

  /**
   * Makes an engine that is not started yet.
   *
   * @param master as Spark names it: {@code local[*]}, {@code spark://host:7077}
   */
  public SparkEngine(String master) {
    this.master = master;
  }

  synchronized JavaSparkContext context() {
    if (closed) {
      throw new IllegalStateException("Cannot start Spark: Braid is stopping");
    }
    if (context == null) {
      SparkConf conf =
          new SparkConf()
              .setMaster(master)
              .setAppName("braid")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1")
              .set("spark.ui.showConsoleProgress", "false");
      context = new JavaSparkContext(conf);
    }
    return context;
  }

  /** Stops the jobs of a group; an engine that was not started has none. */
  synchronized void cancel(String group) {
    if (context != null) {
      context.cancelJobGroup(group);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (context != null) {
      context.close();
      context = null;
    }
  }
}
