package io.braid.speed.checkpoint;

import io.braid.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalCheckpointsTest extends CheckpointsContract {

  @TempDir Path folder;

  @Override
  Store store() {
    return Store.open(folder.toUri());
  }
}
