package io.braid.speed.worker;

import io.braid.definition.Metric;
import io.braid.fold.Carry;
import io.braid.speed.checkpoint.Checkpoints;
import io.braid.speed.generation.GenerationStart;
import io.braid.store.CarryFile;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * The carries that the store has: those of runs that are kept, published or not, and those of
 * checkpoints, of whatever generation: a carry is a function of the log. Only what folded the same
 * topic by the same rules counts; of runs a view of today's fingerprint shows that.
 */
final class LogCarries implements KnownCarries {

  private final SpeedSetup setup;
  private final Checkpoints checkpoints;

  LogCarries(SpeedSetup setup) {
    this.setup = setup;
    this.checkpoints =
        new Checkpoints(
            setup.store(),
            setup.reader().source(),
            setup.reader().metrics(),
            setup.topic().id(),
            GenerationStart.LOG);
  }

  @Override
  public Optional<At> highest(int partition, long from, long to) {
    Optional<At> kept =
        checkpoints
            .carryAtOrBelow(partition, to)
            .filter(known -> known.offset() >= from)
            .map(known -> new At(known.offset(), known.carry()));
    return Stream.concat(kept.stream(), ofRuns(partition, from, to).stream())
        .max(Comparator.comparingLong(At::offset));
  }

  private Optional<At> ofRuns(int partition, long from, long to) {
    Store store = setup.store();
    String source = setup.reader().source().name();
    List<Metric> metrics = setup.reader().metrics();
    return store.list(store.runs()).stream()
        .map(Path::getName)
        .flatMap(run -> RunManifest.read(store, run).stream())
        .filter(run -> run.source().equals(source) && run.topicId().equals(setup.topic().id()))
        .filter(run -> metrics.stream().anyMatch(m -> run.view(m.fingerprint()).isPresent()))
        .filter(run -> run.cut().partitions().contains(partition))
        .filter(run -> run.cut().offset(partition) >= from && run.cut().offset(partition) <= to)
        .max(Comparator.comparingLong(run -> run.cut().offset(partition)))
        .flatMap(
            run -> {
              Carry carry = CarryFile.read(store, run.run()).get(partition);
              return Optional.ofNullable(carry)
                  .map(known -> new At(run.cut().offset(partition), known));
            });
  }
}
