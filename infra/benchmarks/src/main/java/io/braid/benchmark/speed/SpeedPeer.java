package io.braid.benchmark.speed;

import java.nio.file.Path;

/** The speed layer in a process of its own: folds one topic and looks how far it is. */
public final class SpeedPeer {

  /** The resolution of the time taken; each look costs the worker a lock for a moment. */
  private static final long LOOK_MS = 5;

  private SpeedPeer() {}

  /** Takes the definition's file, how many events its topic has, and how many are warm-up. */
  public static void main(String[] args) throws InterruptedException {
    long total = Long.parseLong(args[1]);
    Lap lap = new Lap(Long.parseLong(args[2]));
    try (SpeedLayer layer = new SpeedLayer(Path.of(args[0]))) {
      long position = layer.position();
      while (position < total) {
        lap.reached(position);
        Thread.sleep(LOOK_MS);
        position = layer.position();
      }
      String figures = lap.end(position);
      System.out.println(figures + " " + layer.totals().line());
    }
  }
}
