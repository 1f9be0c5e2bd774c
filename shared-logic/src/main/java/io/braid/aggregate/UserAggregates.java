package io.braid.aggregate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The aggregates that users brought, by name; none of them when one cannot be told apart. */
final class UserAggregates {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  private final Map<String, UserAggregate<?>> providers = new TreeMap<>();
  private final Map<String, AggregateFunction> functions = new TreeMap<>();
  private Optional<String> refusal = Optional.empty();

  /**
   * @param found that are to be told apart by their names; may fail as those of {@link
   *     ServiceLoader} do
   */
  @SuppressWarnings("rawtypes") // ServiceLoader knows the class alone
  UserAggregates(Iterator<? extends UserAggregate> found) {
    try {
      while (refusal.isEmpty() && found.hasNext()) {
        refusal = add(found.next());
      }
    } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
      refusal = Optional.of("cannot load a user's aggregate: " + e.getMessage());
    }
    if (refusal.isPresent()) {
      functions.clear();
    }
  }

  /** Returns those on the class path. */
  static UserAggregates installed() {
    return Installed.AGGREGATES;
  }

  private static final class Installed {

    private static final UserAggregates AGGREGATES =
        new UserAggregates(
            ServiceLoader.load(UserAggregate.class, UserAggregate.class.getClassLoader())
                .iterator());
  }

  private Optional<String> add(UserAggregate<?> aggregate) {
    String type = aggregate.getClass().getName();
    String written = aggregate.name();
    if (written == null || !NAME.matcher(written).matches()) {
      return Optional.of(
          ("the user's aggregate %s has the name '%s'; it must be ASCII letters, digits and '_', a"
                  + " letter first")
              .formatted(type, written));
    }
    String name = written.toUpperCase(Locale.ROOT);
    if (Arrays.stream(StandardAggregate.values()).anyMatch(s -> s.name().equals(name))) {
      return Optional.of(
          ("the user's aggregate %s has the name %s, which is that of a standard aggregate; it needs"
                  + " another name")
              .formatted(type, name));
    }
    UserAggregate<?> before = providers.putIfAbsent(name, aggregate);
    if (before != null) {
      return Optional.of(
          "the users' aggregates %s and %s both have the name %s; one needs another name"
              .formatted(before.getClass().getName(), type, name));
    }
    functions.put(name, new UserFunction<>(aggregate));
    return Optional.empty();
  }

  /** Returns the names in upper case, in order. */
  List<String> names() {
    return List.copyOf(functions.keySet());
  }

  /** Returns the function of a name in upper case. */
  Optional<AggregateFunction> find(String name) {
    return Optional.ofNullable(functions.get(name));
  }

  /** Returns why there are none although some were found, as a sentence. */
  Optional<String> refusal() {
    return refusal;
  }
}
