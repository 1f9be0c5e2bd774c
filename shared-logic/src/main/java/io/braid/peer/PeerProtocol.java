package io.braid.peer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern CLIENT_ID = Pattern.compile("braid@(\\S+:\\d{1,5})");

  private PeerProtocol() {}

  /**
   * Returns the {@code client.id} with which a worker joins its group: the one text of a member
   * that others can read under every group protocol.
   *
   * @param address {@code host:port} where servers reach the worker
   */
  public static String clientId(String address) {
    return "braid@" + address;
  }

  /** Returns the address that a client id advertises, or empty when it is not that of a worker. */
  public static Optional<String> address(String clientId) {
    Matcher matcher = CLIENT_ID.matcher(clientId);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
