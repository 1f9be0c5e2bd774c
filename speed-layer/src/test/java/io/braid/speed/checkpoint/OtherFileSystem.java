package io.braid.speed.checkpoint;

import java.net.URI;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine under a scheme that is not "file": nothing links, nothing is forced. */
public final class OtherFileSystem extends RawLocalFileSystem {

  @Override
  public String getScheme() {
    return "other";
  }

  @Override
  public URI getUri() {
    return URI.create("other:///");
  }
}
