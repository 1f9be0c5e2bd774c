package io.braid.view;

import io.braid.aggregate.Accumulators;
import io.braid.aggregate.Aggregate;
import io.braid.column.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * Running merges along many series of panes, all series at once: level 0 is the first pane of each,
 * level 1 its first two merged, and so on; a window takes one level of one series.
 *
 * <p>A level is one pass over columns. Series go in the order of their lengths, longest first, so
 * that those which reach a level are a beginning of those which reached the one before.
 */
final class RunningMerges {

  private final int[][] panesOfLevel; // rows of the view
  private final int[][] windowsOfLevel;
  private final int[][] seriesOfLevel; // of each of these windows, by place in order of length
  private final int[] identity;

  /**
   * Plans the passes.
   *
   * @param rows of the view at each place
   * @param series of each place, from 0 to below {@code seriesCount}
   * @param levels of each place in its series, from 0 without gaps
   * @param placeOfWindow that each window takes, or below 0: none
   */
  RunningMerges(int[] rows, int[] series, int[] levels, int seriesCount, int[] placeOfWindow) {
    long[] shortness = new long[seriesCount];
    int deepest = 0;
    for (int place = 0; place < rows.length; place++) {
      shortness[series[place]]--;
      deepest = Math.max(deepest, levels[place] + 1);
    }
    int[] longestFirst = RowSort.ascending(shortness, seriesCount);
    int[] rank = new int[seriesCount];
    for (int i = 0; i < seriesCount; i++) {
      rank[longestFirst[i]] = i;
    }
    int[] panes = new int[deepest];
    for (int level : levels) {
      panes[level]++;
    }
    int[] windows = new int[deepest];
    for (int place : placeOfWindow) {
      if (place >= 0) {
        windows[levels[place]]++;
      }
    }
    this.panesOfLevel = new int[deepest][];
    this.windowsOfLevel = new int[deepest][];
    this.seriesOfLevel = new int[deepest][];
    for (int level = 0; level < deepest; level++) {
      panesOfLevel[level] = new int[panes[level]];
      windowsOfLevel[level] = new int[windows[level]];
      seriesOfLevel[level] = new int[windows[level]];
    }
    for (int place = 0; place < rows.length; place++) {
      panesOfLevel[levels[place]][rank[series[place]]] = rows[place];
    }
    for (int window = placeOfWindow.length - 1; window >= 0; window--) {
      int place = placeOfWindow[window];
      if (place >= 0) {
        int at = --windows[levels[place]];
        windowsOfLevel[levels[place]][at] = window;
        seriesOfLevel[levels[place]][at] = rank[series[place]];
      }
    }
    this.identity = new int[seriesCount];
    for (int i = 0; i < seriesCount; i++) {
      identity[i] = i;
    }
  }

  /**
   * Merges into each window what it takes.
   *
   * @param windows states, one a window
   * @param panes stored states of the view, one a row
   */
  void into(Accumulators windows, Aggregate aggregate, List<Column> panes) {
    Accumulators running = aggregate.accumulators();
    for (int level = 0; level < panesOfLevel.length; level++) {
      int count = panesOfLevel[level].length;
      if (level == 0) {
        running.grow(count);
      } else if (count < running.groups() / 2) {
        // Taking states out may cost by all groups: let go those of series that have ended.
        Accumulators longer = aggregate.accumulators();
        longer.grow(count);
        longer.merge(running, identity, identity, count);
        running = longer;
      }
      running.merge(select(panes, panesOfLevel[level], count), identity, count);
      int taken = windowsOfLevel[level].length;
      if (taken > 0) {
        windows.merge(running, seriesOfLevel[level], windowsOfLevel[level], taken);
      }
    }
  }

  private static List<Column> select(List<Column> columns, int[] rows, int count) {
    List<Column> selected = new ArrayList<>();
    for (Column column : columns) {
      selected.add(column.select(rows, count));
    }
    return selected;
  }
}
