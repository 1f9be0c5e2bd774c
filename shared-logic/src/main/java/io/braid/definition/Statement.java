package io.braid.definition;

import io.braid.time.Window;
import java.util.List;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;

/**
 * A statement that passed {@link StatementRules}, taken apart.
 *
 * @param select the statement, its column names without the source's name
 * @param source in FROM
 * @param window in GROUP BY
 * @param groups the items of GROUP BY without the window, in order
 * @param names of the SELECT list, in order
 */
record Statement(
    SqlSelect select, Source source, Window window, List<GroupItem> groups, List<String> names) {

  /** One item of GROUP BY other than the window, and the name its column has in answers. */
  record GroupItem(SqlNode node, String name) {}

  Statement {
    groups = List.copyOf(groups);
    names = List.copyOf(names);
  }
}
