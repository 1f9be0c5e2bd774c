package io.braid.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.definition.SpeedSettings;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * What workers and servers of one Braid know each other by: whoever shows it may read the speed
 * layer's state. Stands in no message and no log. Safe to share between threads.
 *
 * <p>Without one in the definitions it is the text of the store's file {@code token}, which the
 * first process makes of {@value #RANDOM_BYTES} random bytes as base64url (RFC 4648, section 5,
 * without padding). Put-if-absent decides between several first ones, so that all agree.
 */
public final class SharedToken {

  /** As many bits as the hash that compares them has. */
  private static final int RANDOM_BYTES = 32;

  /** The same as for one in the definitions, so that it can stand in a header of HTTP. */
  private static final Pattern VALID =
      Pattern.compile("[!-~]{%d,}".formatted(SpeedSettings.LEAST_TOKEN));

  private final String text;

  private SharedToken(String text) {
    this.text = text;
  }

  /**
   * Returns the configured token, or else the store's, which is made when there is none.
   *
   * @throws StoreException when the store's cannot be read or made, or is damaged
   */
  public static SharedToken of(Optional<String> configured, Store store) {
    return new SharedToken(configured.orElseGet(() -> kept(store)));
  }

  private static String kept(Store store) {
    Path file = store.token();
    Optional<byte[]> kept = store.read(file);
    if (kept.isEmpty()) {
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
      if (store.putSecretIfAbsent(file, made.getBytes(UTF_8))) {
        return made.strip();
      }
      kept = store.read(file);
    }
    String text =
        kept.map(bytes -> new String(bytes, UTF_8).strip())
            .orElseThrow(
                () ->
                    new StoreException(
                        "Cannot read %s: it is there and cannot be opened; run as the user who owns it, or give all processes the same 'speed: token'"
                            .formatted(file)));
    if (!VALID.matcher(text).matches()) {
      throw new StoreException(
          "Cannot use %s: it holds no token of at least %d visible ASCII characters; delete it and start all processes again"
              .formatted(file, SpeedSettings.LEAST_TOKEN));
    }
    return text;
  }

  /**
   * Returns whether somebody presents this token. How long it takes tells nothing of where the two
   * differ, nor of the token's length.
   */
  public boolean matches(String presented) {
    return MessageDigest.isEqual(hash(text), hash(presented));
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Returns the token to be shown to another process; for nobody else. */
  public String reveal() {
    return text;
  }

  /** Returns a text without the token. */
  @Override
  public String toString() {
    return "SharedToken[hidden]";
  }
}
