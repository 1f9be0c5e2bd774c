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
import java.util.function.IntConsumer;

/** The fold of one metric: filter, group, accumulate. One owner. */
final class MetricFold {

  private final MetricPlan plan;
  private final long allowedLatenessMs;
  private final boolean dropsLate;
  private View view;
  private final boolean sessions;
  private final Window panes;
  private ExpressionErrors errors = new ExpressionErrors();
  private long lateEvents;

  // The pane of the last event, which most often is that of the next: finding one is a division.
  private long paneStartMs;
  private long paneEndMs;

  MetricFold(MetricPlan plan, SourceRules rules) {
    this.plan = plan;
    this.allowedLatenessMs = rules.allowedLateness().toMillis();
    this.dropsLate = rules.late() == LateRule.DROP;
    this.view = new View(plan.schema());
    Window window = plan.schema().window();
    this.sessions = window instanceof Window.Session;
    this.panes =
        window instanceof Window.Hopping hopping
            ? new Window.Tumbling(hopping.paneMs()) // which is a loop of divisions there
            : window;
  }

  View view() {
    return view;
  }

  /** Goes on with an empty view and counts from zero; the view so far is its taker's. */
  void startAnew() {
    view = new View(plan.schema());
    errors = new ExpressionErrors();
    lateEvents = 0;
  }

  long late() {
    return lateEvents;
  }

  long expressionErrors() {
    return errors.count();
  }

  /**
   * Folds the events of {@code batch}, which holds neither dead letters nor duplicates.
   *
   * @param eventTimesMs of the batch's rows
   * @param watermarksMs before each of them
   * @param late is told the rows that are dropped, ascending
   */
  void fold(Batch batch, long[] eventTimesMs, long[] watermarksMs, IntConsumer late) {
    int[] rows = new int[batch.size()];
    int count = plan.where().isPresent() ? passing(plan.where().get(), batch, rows) : all(rows);
    Window window = plan.schema().window();
    long[] paneStarts = new long[count];
    int folded = 0;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (isLate(window, eventTimesMs[row], watermarksMs[row])) {
        lateEvents++;
        if (dropsLate) {
          late.accept(row);
          continue;
        }
      }
      rows[folded] = row;
      paneStarts[folded++] = sessions ? eventTimesMs[row] : paneStart(eventTimesMs[row]);
    }
    if (folded > 0) {
      accumulate(folded < batch.size() ? batch.select(rows, folded) : batch, paneStarts, folded);
    }
  }

  private static int all(int[] rows) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    return rows.length;
  }

  /** Judges an event. Windows end after their events: the first test decides for most. */
  private boolean isLate(Window window, long eventTimeMs, long watermarkMs) {
    return eventTimeMs + allowedLatenessMs < watermarkMs
        && window.exists()
        && window.lastWindowEnd(eventTimeMs) + allowedLatenessMs <= watermarkMs;
  }

  private long paneStart(long eventTimeMs) {
    if (eventTimeMs < paneStartMs || eventTimeMs >= paneEndMs) {
      paneStartMs = panes.paneStart(eventTimeMs);
      paneEndMs = panes.paneEnd(paneStartMs);
    }
    return paneStartMs;
  }

  private void accumulate(Batch batch, long[] paneStarts, int count) {
    List<Column> keys = new ArrayList<>();
    for (Expression key : plan.keys()) {
      keys.add(key.evaluate(batch, errors));
    }
    int[] rows = view.rows(keys, paneStarts, count);
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
    List<Column> arguments = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      arguments.add(argument.evaluate(lifted, errors));
    }
    if (call.aggregate().function().isOrdered()) {
      for (int i = EventOrder.WIDTH; i > 0; i--) {
        arguments.add(lifted.column(lifted.width() - i));
      }
    }
    accumulators.lift(arguments, groups, lifted.size());
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
