package io.braid.speed.worker;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no process alive. */
final class Daemons {

  private Daemons() {}

  /** Returns what makes threads of a name. */
  static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
