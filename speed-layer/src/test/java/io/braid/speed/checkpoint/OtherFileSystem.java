package io.braid.speed.checkpoint;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Files of this machine under a scheme that is not "file": nothing links, nothing is forced, and a
 * folder with a file named {@value #UNDELETABLE} cannot be deleted.
 */
public final class OtherFileSystem extends RawLocalFileSystem {

  public static final String UNDELETABLE = "undeletable";

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (exists(new Path(path, UNDELETABLE))) {
      throw new IOException("the file system was told to fail");
    }
    return super.delete(path, recursive);
  }

  @Override
  public String getScheme() {
    return "other";
  }

  @Override
  public URI getUri() {
    return URI.create("other:///");
  }
}
