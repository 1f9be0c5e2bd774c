package io.braid.speed.checkpoint;

import io.braid.store.Store;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class OtherCheckpointsTest extends CheckpointsContract {

  @TempDir Path folder;

  @Override
  Store store() {
    return Store.open(URI.create("other://" + folder.toUri().getPath()));
  }
}
