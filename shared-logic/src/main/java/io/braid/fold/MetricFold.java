package io.braid.fold;

import io.braid.aggregate.Accumulators;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.LongColumn;
import io.braid.expression.Expression;
import io.braid.expression.ExpressionErrors;
import io.braid.time.Window;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;

/** The fold of one metric: filter, group, accumulate. One owner. */
final class MetricFold {

  private final MetricPlan plan;
  private final long allowedLatenessMs;
  private final View view;
  private final ExpressionErrors errors = new ExpressionErrors();
  private long late;

  // The pane of the last event, which most often is that of the next: finding one is a division.
  private long paneStartMs;
  private long paneEndMs;

  MetricFold(MetricPlan plan, long allowedLatenessMs) {
    this.plan = plan;
    this.allowedLatenessMs = allowedLatenessMs;
    this.view = new View(plan.schema());
  }

  View view() {
    return view;
  }

  long late() {
    return late;
  }

  long expressionErrors() {
    return errors.count();
  }

  /**
   * Folds the events of {@code batch}, which holds neither dead letters nor duplicates.
   *
   * @param eventTimesMs of the batch's rows
   * @param watermarksMs before each of them
   */
  void fold(Batch batch, long[] eventTimesMs, long[] watermarksMs) {
    int count = batch.size();
    Batch folded = batch;
    long[] panes = new long[count];
    Window window = plan.schema().window();
    if (plan.where().isPresent()) {
      int[] passing = new int[count];
      count = passing(plan.where().get(), batch, passing);
      if (count < batch.size()) {
        folded = batch.select(passing, count);
      }
      for (int i = 0; i < count; i++) {
        judge(window, eventTimesMs[passing[i]], watermarksMs[passing[i]]);
        panes[i] = paneStart(window, eventTimesMs[passing[i]]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        judge(window, eventTimesMs[i], watermarksMs[i]);
        panes[i] = paneStart(window, eventTimesMs[i]);
      }
    }
    if (count > 0) {
      accumulate(folded, panes, count);
    }
  }

  /** Counts a late event. Windows end after their events: the first test decides for most. */
  private void judge(Window window, long eventTimeMs, long watermarkMs) {
    if (eventTimeMs + allowedLatenessMs < watermarkMs
        && window.exists()
        && window.lastWindowEnd(eventTimeMs) + allowedLatenessMs <= watermarkMs) {
      late++;
    }
  }

  private long paneStart(Window window, long eventTimeMs) {
    if (eventTimeMs < paneStartMs || eventTimeMs >= paneEndMs) {
      paneStartMs = window.paneStart(eventTimeMs);
      paneEndMs = window.paneEnd(paneStartMs);
    }
    return paneStartMs;
  }

  private void accumulate(Batch batch, long[] panes, int count) {
    List<Column> keys = new ArrayList<>();
    for (Expression key : plan.keys()) {
      keys.add(key.evaluate(batch, errors));
    }
    int[] rows = view.rows(keys, panes, count);
    view.countRows(rows, count);
    for (int i = 0; i < plan.aggregates().size(); i++) {
      lift(plan.aggregates().get(i), view.accumulators(i), batch, rows);
    }
  }

  private void lift(
      MetricPlan.AggregateCall call, Accumulators accumulators, Batch batch, int[] rows) {
    Batch lifted = batch;
    int[] groups = rows;
    if (call.filter().isPresent()) {
      int[] passing = new int[batch.size()];
      int count = passing(call.filter().get(), batch, passing);
      if (count < batch.size()) {
        lifted = batch.select(passing, count);
        groups = new int[count];
        for (int i = 0; i < count; i++) {
          groups[i] = rows[passing[i]];
        }
      }
    }
    if (call.argument().isPresent()) {
      Column argument = call.argument().get().evaluate(lifted, errors);
      accumulators.lift(argument, groups, lifted.size());
    } else {
      accumulators.liftRows(groups, lifted.size());
    }
  }

  private int passing(Expression condition, Batch batch, int[] rows) {
    LongColumn mask = (LongColumn) condition.evaluate(batch, errors);
    int count = 0;
    for (int row = 0; row < batch.size(); row++) {
      if (mask.isTrue(row)) {
        rows[count++] = row;
      }
    }
    return count;
  }
}
