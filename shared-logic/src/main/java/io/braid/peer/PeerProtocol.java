package io.braid.peer;

/** The names that workers and servers must agree on. */
public final class PeerProtocol {

  /** The generation that starts where the log does, for as long as no run is published. */
  public static final String LOG = "log";

  /** Where a worker answers whether it lives. */
  public static final String LIVE = "/worker/v1/live";

  /** What stands before a source's name in the paths of its views and positions. */
  public static final String SOURCES = "/worker/v1/sources/";

  /** What stands behind a source's name in the path of its views. */
  public static final String VIEWS = "/views";

  /** What stands behind a source's name in the path of its positions. */
  public static final String POSITIONS = "/positions";

  /** Content type of what {@link PartialViewCodec} writes. */
  public static final String CONTENT_TYPE = "application/vnd.braid.partial-view";

  /** What stands before the token in the header {@code Authorization}. */
  public static final String BEARER = "Bearer ";

  private PeerProtocol() {}
}
