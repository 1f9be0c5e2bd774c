package io.braid.speed.checkpoint;

import static io.braid.speed.checkpoint.TestingFolds.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.Carry;
import io.braid.fold.FoldPiece;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.checkpoint.Checkpoints.Recovered;
import io.braid.speed.checkpoint.Checkpoints.Written;
import io.braid.store.Store;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What checkpoints keep and find again, on whatever file system. */
abstract class CheckpointsContract {

  private Store store;
  private Checkpoints checkpoints;

  /** Returns an empty store. */
  abstract Store store();

  @BeforeEach
  void open() {
    store = store();
    checkpoints = TestingFolds.checkpoints(store, "run-1");
  }

  @Test
  void whatNobodyWroteIsEmpty() {
    assertThat(checkpoints.newest(PARTITION)).isEmpty();
    assertThat(checkpoints.carryAtOrBelow(PARTITION, 100)).isEmpty();
    assertThat(checkpoints.reach(PARTITION, 0)).isFalse();
  }

  @Test
  void baseAndDeltasAreTheFoldThatNeverStopped() {
    Random random = new Random(1);
    PartitionFold fold = TestingFolds.start(7, Carry.EMPTY);
    TestingFolds.fold(fold, 60);
    PartitionSnapshot base = fold.seal(List.of()).snapshot();
    assertThat(checkpoints.writeBase(base, fold.carry(), OptionalInt.of(4)).isNew()).isTrue();
    requireRecovered(7, 60, OptionalInt.of(4));
    for (int i = 0; i < 8; i++) {
      TestingFolds.fold(fold, fold.position() + 1 + random.nextInt(60));
      FoldPiece piece = fold.seal(List.of());
      OptionalInt epoch = i % 2 == 0 ? OptionalInt.empty() : OptionalInt.of(5 + i);
      Written written = checkpoints.writeDelta(piece, epoch);
      assertThat(written.isNew()).isTrue();
      assertThat(written.bytes()).isEqualTo(store.length(written.path()));
      requireRecovered(7, fold.position(), epoch);
      assertThat(checkpoints.reach(PARTITION, fold.position())).isTrue();
      assertThat(checkpoints.reach(PARTITION, fold.position() - 1)).isFalse();
    }
    assertThat(checkpoints.newest(PARTITION + 1)).isEmpty();
  }

  private void requireRecovered(long from, long to, OptionalInt epoch) {
    Recovered recovered = checkpoints.newest(PARTITION).orElseThrow();
    PartitionFold whole = TestingFolds.whole(from, to);
    assertThat(recovered.snapshot().folded().from()).isEqualTo(from);
    assertThat(recovered.position()).isEqualTo(to);
    assertThat(recovered.leaderEpoch()).isEqualTo(epoch);
    assertThat(recovered.snapshot().counts()).isEqualTo(whole.counts());
    assertThat(recovered.snapshot().time()).isEqualTo(whole.time());
    assertThat(recovered.carry().encode()).isEqualTo(whole.carry().encode());
    assertThat(TestingFolds.rows(recovered.snapshot().views()))
        .isEqualTo(TestingFolds.rows(TestingFolds.views(whole)));
  }
}
