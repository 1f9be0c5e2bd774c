package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.decode.RecordSchema;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Litmus;

/**
 * What a statement must look like to be a metric, checked on the parsed text, where every piece
 * still has its place. Names of columns are resolved here: {@code p.service} becomes {@code
 * service}. Types are left to Calcite. One statement, one owner.
 */
final class StatementRules {

  private static final List<String> AGGREGATES = List.of("COUNT", "SUM", "MIN", "MAX", "AVG");

  private static final Set<String> LATER_AGGREGATES =
      Set.of(
          "VAR_POP",
          "VAR_SAMP",
          "VARIANCE",
          "STDDEV_POP",
          "STDDEV_SAMP",
          "STDDEV",
          "FIRST_VALUE",
          "LAST_VALUE",
          "BOOL_AND",
          "BOOL_OR",
          "APPROX_COUNT_DISTINCT",
          "APPROX_QUANTILE");

  private static final List<String> SCALARS =
      List.of("ABS", "COALESCE", "LOWER", "MOD", "NULLIF", "UPPER");

  private static final Set<String> LATER_SCALARS =
      Set.of(
          "TRIM",
          "SUBSTRING",
          "CONCAT",
          "||",
          "FLOOR",
          "CEIL",
          "CEILING",
          "ROUND",
          "LEAST",
          "GREATEST",
          "EXTRACT",
          "LIKE",
          "NOT LIKE");

  private static final List<String> WINDOW_BOUNDS = List.of("TUMBLE_START", "TUMBLE_END");

  private static final Set<String> LATER_WINDOW_BOUNDS =
      Set.of("HOP_START", "HOP_END", "SESSION_START", "SESSION_END");

  private static final Set<SqlKind> OPERATORS =
      Set.of(
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.MINUS_PREFIX,
          SqlKind.PLUS_PREFIX,
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.AND,
          SqlKind.OR,
          SqlKind.NOT,
          SqlKind.IS_NULL,
          SqlKind.IS_NOT_NULL,
          SqlKind.IS_TRUE,
          SqlKind.IS_NOT_TRUE,
          SqlKind.IS_FALSE,
          SqlKind.IS_NOT_FALSE,
          SqlKind.IS_UNKNOWN,
          SqlKind.CASE,
          SqlKind.COALESCE,
          SqlKind.NULLIF,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.BETWEEN,
          SqlKind.CAST);

  private static final List<String> CAST_TYPES =
      List.of("BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "VARCHAR");

  private static final Set<String> LATER_CAST_TYPES = Set.of("TIMESTAMP", "DATE");

  /** Where an expression stands, which decides what may be in it. */
  private enum Place {
    WHERE("WHERE"),
    GROUP_BY("GROUP BY"),
    SELECT("SELECT"),
    AGGREGATE("an aggregate");

    private final String words;

    Place(String words) {
      this.words = words;
    }
  }

  /** One item of GROUP BY other than the window, and the name its column has in answers. */
  record GroupItem(SqlNode node, String name) {}

  private final Map<String, Source> sources;

  private SqlSelect select;
  private Source source;
  private String alias;
  private List<String> columns;
  private Optional<SqlCall> windowCall = Optional.empty();
  private Window window = new Window.None();
  private final List<SqlNode> groupNodes = new ArrayList<>();
  private final List<GroupItem> groups = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  StatementRules(Map<String, Source> sources) {
    this.sources = sources;
  }

  /**
   * Checks a parsed statement.
   *
   * @throws StatementException for the first mistake
   */
  void check(SqlNode statement) {
    select = requireSelect(statement);
    checkClauses();
    checkFrom();
    desugar();
    if (select.getWhere() != null) {
      check(select.getWhere(), Place.WHERE);
    }
    checkGroupBy();
    checkSelectList();
    checkNames();
  }

  /** Returns the statement as a SELECT. */
  SqlSelect select() {
    return select;
  }

  /** Returns the source in FROM. */
  Source source() {
    return source;
  }

  /** Returns the window in GROUP BY. */
  Window window() {
    return window;
  }

  /** Returns the place of the window in GROUP BY, from 0, or -1. */
  int windowIndex() {
    return windowCall.map(groupNodes::indexOf).orElse(-1);
  }

  /** Returns the items of GROUP BY without the window, in order. */
  List<GroupItem> groups() {
    return groups;
  }

  /** Returns the names of the SELECT list, in order. */
  List<String> names() {
    return names;
  }

  private static SqlSelect requireSelect(SqlNode statement) {
    if (statement instanceof SqlSelect plain) {
      return plain;
    }
    if (statement instanceof SqlOrderBy ordered) {
      requireSelect(ordered.query);
      if (!ordered.orderList.isEmpty()) {
        throw at(
            ordered.orderList.get(0),
            "ORDER BY is not part of a metric; order the answer instead: order_by=…");
      }
      SqlNode limit = ordered.fetch != null ? ordered.fetch : ordered.offset;
      throw at(
          limit == null ? statement : limit,
          "LIMIT is not part of a metric; limit the answer instead: limit=…");
    }
    if (statement instanceof SqlWith) {
      throw at(statement, "WITH is not part of a metric; a metric is one SELECT over one source");
    }
    switch (statement.getKind()) {
      case UNION, INTERSECT, EXCEPT ->
          throw at(
              statement,
              statement.getKind() + " is not part of a metric; write one metric for each SELECT");
      default -> throw at(statement, "a metric is one SELECT … FROM … GROUP BY …");
    }
  }

  private void checkClauses() {
    SqlNode distinct = select.getModifierNode(SqlSelectKeyword.DISTINCT);
    if (distinct != null) {
      throw at(distinct, "SELECT DISTINCT is not part of a metric; write GROUP BY");
    }
    SqlNode stream = select.getModifierNode(SqlSelectKeyword.STREAM);
    if (stream != null) {
      throw at(stream, "SELECT STREAM is not part of a metric; write SELECT");
    }
    if (select.getHaving() != null) {
      throw at(
          select.getHaving(), "HAVING is not part of a metric; filter the answer instead: where=…");
    }
    if (!select.getWindowList().isEmpty()) {
      throw at(
          select.getWindowList(),
          "WINDOW is not part of a metric; window with TUMBLE(…) in GROUP BY");
    }
    if (select.getQualify() != null) {
      throw at(select.getQualify(), "QUALIFY is not part of a metric; filter the answer instead");
    }
    if (select.hasHints()) {
      throw at(select, "hints are not part of a metric");
    }
  }

  private void checkFrom() {
    SqlNode from = select.getFrom();
    if (from == null) {
      throw at(select, "FROM is missing; valid sources: " + listed(sources.keySet()));
    }
    SqlNode table = from;
    if (from.getKind() == SqlKind.AS) {
      List<SqlNode> operands = ((SqlCall) from).getOperandList();
      if (operands.size() > 2) {
        throw at(operands.get(2), "columns cannot be renamed in FROM");
      }
      table = operands.get(0);
      alias = ((SqlIdentifier) operands.get(1)).getSimple();
    }
    if (table.getKind() == SqlKind.TABLE_REF
        && ((SqlCall) table).operand(0) instanceof SqlIdentifier identifier) {
      table = identifier;
    }
    if (!(table instanceof SqlIdentifier identifier)) {
      throw at(table, notASource(table.getKind()));
    }
    String name = String.join(".", identifier.names);
    source = sources.get(name);
    if (source == null) {
      throw at(
          identifier,
          "unknown source '%s' in FROM; valid sources: %s%s"
              .formatted(name, listed(sources.keySet()), NearestName.hint(name, sources.keySet())));
    }
    if (alias == null) {
      alias = name;
    }
    columns = source.schema().columns().stream().map(RecordSchema.Field::name).toList();
  }

  private void desugar() {
    Desugaring desugaring = new Desugaring();
    if (select.getWhere() != null) {
      select.setWhere(select.getWhere().accept(desugaring));
    }
    if (select.getGroup() != null) {
      select.setGroupBy((SqlNodeList) select.getGroup().accept(desugaring));
    }
    select.setSelectList((SqlNodeList) select.getSelectList().accept(desugaring));
  }

  private static String notASource(SqlKind kind) {
    return switch (kind) {
      case JOIN -> "a join is not part of a metric; FROM names one source";
      case SELECT, ORDER_BY, UNION, INTERSECT, EXCEPT, WITH, VALUES ->
          "a subquery is not part of a metric; FROM names one source";
      case COLLECTION_TABLE ->
          "table functions are not part of a metric; FROM names one source, TUMBLE stands in"
              + " GROUP BY";
      default -> "FROM names one source and nothing else";
    };
  }

  private void checkGroupBy() {
    if (select.getGroup() == null) {
      return;
    }
    for (SqlNode item : select.getGroup()) {
      switch (item.getKind()) {
        case TUMBLE -> checkWindow((SqlCall) item);
        case HOP, SESSION ->
            throw at(
                item,
                "%s is not supported yet; valid: TUMBLE(%s, INTERVAL '…' …)"
                    .formatted(item.getKind(), eventTime()));
        case ROLLUP, CUBE, GROUPING_SETS, GROUP_BY_DISTINCT ->
            throw at(
                item,
                item.getKind().sql
                    + " is not part of a metric; the answer rolls up instead: group_by=…");
        case ROW ->
            throw at(item, "a list in parentheses is no group; write the columns without them");
        case LITERAL ->
            throw at(item, "a constant is no group; GROUP BY names columns and expressions");
        default -> check(item, Place.GROUP_BY);
      }
      if (item instanceof SqlNodeList) {
        throw at(item, "an empty group; leave GROUP BY away for one group of all events");
      }
      for (SqlNode before : groupNodes) {
        if (before.equalsDeep(item, Litmus.IGNORE)) {
          throw at(item, "%s stands twice in GROUP BY".formatted(item));
        }
      }
      groupNodes.add(item);
    }
  }

  private void checkWindow(SqlCall call) {
    if (windowCall.isPresent()) {
      throw at(call, "a second window; GROUP BY holds at most one");
    }
    List<SqlNode> operands = call.getOperandList();
    if (operands.size() != 2) {
      throw at(
          call,
          "TUMBLE has %d arguments; valid: TUMBLE(%s, INTERVAL '…' …)"
              .formatted(operands.size(), eventTime()));
    }
    SqlNode column = operands.get(0);
    check(column, Place.GROUP_BY);
    if (!(column instanceof SqlIdentifier identifier)
        || !identifier.getSimple().equals(eventTime())) {
      throw at(
          column,
          "TUMBLE on %s; a window is on the event time of source '%s': %s"
              .formatted(column, source.name(), eventTime()));
    }
    window = new Window.Tumbling(sizeMs(operands.get(1)));
    windowCall = Optional.of(call);
  }

  private static long sizeMs(SqlNode node) {
    String valid = "valid: INTERVAL '…' SECOND, MINUTE, HOUR or DAY";
    if (!(node instanceof SqlIntervalLiteral literal)) {
      throw at(node, "a window's size is a constant; " + valid);
    }
    SqlIntervalLiteral.IntervalValue interval =
        literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
    switch (interval.getIntervalQualifier().getUnit()) {
      case WEEK, MONTH, QUARTER, YEAR ->
          throw at(
              node,
              "windows of a %s are not supported yet; %s"
                  .formatted(interval.getIntervalQualifier().getUnit(), valid));
      case SECOND, MINUTE, HOUR, DAY -> {
        long sizeMs;
        try {
          sizeMs = intervalMs(interval, node.getParserPosition());
        } catch (RuntimeException e) {
          throw new StatementException(
              node.getParserPosition().getLineNum(),
              node.getParserPosition().getColumnNum(),
              "'%s' is no interval of %s; %s"
                  .formatted(interval.getIntervalLiteral(), interval.getIntervalQualifier(), valid),
              e);
        }
        if (sizeMs <= 0) {
          throw at(node, "a window's size must be more than zero; " + valid);
        }
        return sizeMs;
      }
      default ->
          throw at(
              node, "no window has a size in " + interval.getIntervalQualifier() + "; " + valid);
    }
  }

  private static long intervalMs(SqlIntervalLiteral.IntervalValue interval, SqlParserPos position) {
    int[] fields = // sign, days, hours, minutes, seconds, milliseconds
        interval
            .getIntervalQualifier()
            .evaluateIntervalLiteral(interval.getIntervalLiteral(), position, SqlTypes.system());
    long hours = fields[1] * 24L + fields[2];
    long seconds = (hours * 60 + fields[3]) * 60 + fields[4];
    return (long) interval.getSign() * fields[0] * (seconds * 1000 + fields[5]);
  }

  private String eventTime() {
    return columns.get(source.schema().eventTimeIndex());
  }

  private void checkSelectList() {
    boolean aggregated = select.getGroup() != null && !select.getGroup().isEmpty();
    for (SqlNode item : select.getSelectList()) {
      SqlNode expression = expressionOf(item);
      if (expression instanceof SqlIdentifier identifier && identifier.isStar()) {
        throw at(item, "SELECT * is not part of a metric; name the columns and aggregates");
      }
      aggregated |= isAggregated(expression);
    }
    for (SqlNode item : select.getSelectList()) {
      check(expressionOf(item), Place.SELECT);
      names.add(nameOf(item));
    }
    if (!aggregated) {
      throw at(
          select.getSelectList().get(0),
          "a metric aggregates; write an aggregate (%s) or GROUP BY".formatted(listed(AGGREGATES)));
    }
  }

  private static SqlNode expressionOf(SqlNode item) {
    return item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(0) : item;
  }

  private static SqlNode namedBy(SqlNode item) {
    return item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(1) : item;
  }

  private static String nameOf(SqlNode item) {
    if (namedBy(item) instanceof SqlIdentifier identifier) {
      return identifier.getSimple();
    }
    throw at(item, "%s needs a name; write AS and an alias behind it".formatted(brief(item)));
  }

  private boolean isAggregated(SqlNode node) {
    if (node instanceof SqlCall call) {
      return AGGREGATES.contains(functionName(call))
          || LATER_AGGREGATES.contains(functionName(call))
          || call.getOperandList().stream().anyMatch(o -> o != null && isAggregated(o));
    }
    return node instanceof SqlNodeList list && list.stream().anyMatch(this::isAggregated);
  }

  private void checkNames() {
    Map<String, String> byLowerCase = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      SqlNode item = select.getSelectList().get(i);
      SqlNode place = namedBy(item);
      String name = names.get(i);
      String before = byLowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (before != null) {
        throw at(place, twice("SELECT", name, before));
      }
      if (window.exists()) {
        checkWindowName(expressionOf(item), name, place);
      }
    }
    for (SqlNode group : groupNodes) {
      if (windowCall.isPresent() && group == windowCall.get()) {
        continue;
      }
      String name = groupName(group);
      checkGroupName(group, name, byLowerCase);
      groups.add(new GroupItem(group, name));
    }
  }

  private void checkWindowName(SqlNode expression, String name, SqlNode place) {
    if (name.equalsIgnoreCase("window_start") && !isBound(expression, "TUMBLE_START")) {
      throw at(place, "the name 'window_start' is kept for TUMBLE_START(…); choose another alias");
    }
    if (name.equalsIgnoreCase("window_end") && !isBound(expression, "TUMBLE_END")) {
      throw at(place, "the name 'window_end' is kept for TUMBLE_END(…); choose another alias");
    }
  }

  private static boolean isBound(SqlNode node, String bound) {
    return node instanceof SqlCall call && functionName(call).equals(bound);
  }

  /** The column's own name, or the first alias of the expression. */
  private String groupName(SqlNode group) {
    if (group instanceof SqlIdentifier identifier) {
      return identifier.getSimple();
    }
    return shownAs(group)
        .orElseThrow(
            () ->
                at(
                    group,
                    "%s stands in GROUP BY but not in SELECT; show it there under an alias"
                        .formatted(brief(group))));
  }

  private Optional<String> shownAs(SqlNode group) {
    for (int i = 0; i < names.size(); i++) {
      if (expressionOf(select.getSelectList().get(i)).equalsDeep(group, Litmus.IGNORE)) {
        return Optional.of(names.get(i));
      }
    }
    return Optional.empty();
  }

  /** Answers show a group column that SELECT does not show, so its name must be free. */
  private void checkGroupName(SqlNode group, String name, Map<String, String> byLowerCase) {
    for (GroupItem other : groups) {
      if (other.name().equalsIgnoreCase(name)) {
        throw at(group, twice("GROUP BY", name, other.name()));
      }
    }
    if (window.exists()
        && (name.equalsIgnoreCase("window_start") || name.equalsIgnoreCase("window_end"))) {
      throw at(
          group,
          "the group column '%s' has the name of a window column; group by another name"
              .formatted(name));
    }
    String shown = byLowerCase.get(name.toLowerCase(Locale.ROOT));
    if (shown != null && shownAs(group).isEmpty()) {
      throw at(
          group,
          "answers show the group column '%s', but SELECT gives its name to something else"
              .formatted(name));
    }
  }

  private static String twice(String clause, String name, String before) {
    return name.equals(before)
        ? "the name '%s' stands twice in %s".formatted(name, clause)
        : "the names '%s' and '%s' in %s differ only in case".formatted(before, name, clause);
  }

  private void check(SqlNode node, Place place) {
    if (place == Place.SELECT && isGroup(node)) {
      return;
    }
    if (node instanceof SqlIdentifier identifier) {
      checkColumn(identifier, place);
    } else if (node instanceof SqlNodeList list) {
      list.forEach(element -> check(element, place));
    } else if (node instanceof SqlCall call) {
      checkCall(call, place);
    } else if (node instanceof SqlLiteral literal) {
      checkLiteral(literal);
    } else {
      throw at(node, "%s is not part of a metric".formatted(brief(node)));
    }
  }

  private boolean isGroup(SqlNode node) {
    return groupNodes.stream()
        .anyMatch(
            group ->
                (windowCall.isEmpty() || group != windowCall.get())
                    && group.equalsDeep(normalised(node), Litmus.IGNORE));
  }

  /** Takes the source's name away from a column before it is compared. */
  private SqlNode normalised(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      strip(identifier);
    } else if (node instanceof SqlCall call) {
      call.getOperandList().stream().filter(o -> o != null).forEach(this::normalised);
    } else if (node instanceof SqlNodeList list) {
      list.forEach(this::normalised);
    }
    return node;
  }

  private void strip(SqlIdentifier identifier) {
    if (identifier.names.size() == 2
        && identifier.names.get(0).equals(alias)
        && !identifier.isStar()
        && !columns.contains(String.join(".", identifier.names))) {
      SqlParserPos position = identifier.getParserPosition();
      identifier.setNames(List.of(identifier.names.get(1)), List.of(position));
    }
  }

  private void checkColumn(SqlIdentifier identifier, Place place) {
    if (identifier.isStar()) {
      throw at(identifier, "* stands only in COUNT(*)");
    }
    strip(identifier);
    String name = String.join(".", identifier.names);
    if (identifier.names.size() > 1 || !columns.contains(name)) {
      throw at(
          identifier,
          "unknown column '%s' in source '%s'; valid columns: %s%s"
              .formatted(name, source.name(), listed(columns), NearestName.hint(name, columns)));
    }
    if (place == Place.SELECT) {
      throw at(
          identifier,
          "column '%s' is neither aggregated nor in GROUP BY; aggregate it or group by it"
              .formatted(name));
    }
  }

  private static void checkLiteral(SqlLiteral literal) {
    if (literal instanceof SqlIntervalLiteral) {
      throw at(literal, "an interval stands only in TUMBLE; arithmetic on times is not supported");
    }
    if (literal.getTypeName() == SqlTypeName.BINARY || literal.getTypeName() == SqlTypeName.TIME) {
      throw at(
          literal,
          "%s is a constant of type %s, which no column has"
              .formatted(brief(literal), literal.getTypeName()));
    }
  }

  private void checkCall(SqlCall call, Place place) {
    String function = functionName(call);
    SqlKind kind = call.getKind();
    switch (kind) {
      case TUMBLE, HOP, SESSION ->
          throw at(
              call,
              "%s stands only in GROUP BY, by itself; in SELECT write TUMBLE_START(…) or"
                      .formatted(kind)
                  + " TUMBLE_END(…)");
      case SELECT, EXISTS, SCALAR_QUERY, UNION, INTERSECT, EXCEPT, ORDER_BY, WITH, VALUES ->
          throw at(call, "a subquery is not part of a metric");
      case OVER ->
          throw at(call, "OVER is not part of a metric; window with TUMBLE(…) in GROUP BY");
      case WITHIN_GROUP, WITHIN_DISTINCT, RESPECT_NULLS, IGNORE_NULLS ->
          throw at(call, "%s is not part of a metric".formatted(kind.sql.replace('_', ' ')));
      case FILTER -> {
        checkFilter(call, place);
        return;
      }
      case CAST -> {
        check(call.operand(0), place);
        checkCastType(call.operand(1));
        return;
      }
      case SOME, ALL ->
          throw at(call, "SOME and ALL are not part of a metric; write IN or comparisons");
      case LITERAL_CHAIN -> throw at(call, "texts in a row; write one text constant");
      case ROW -> throw at(call, "a list of values stands only behind IN");
      default -> {}
    }
    if (WINDOW_BOUNDS.contains(function)) {
      checkBound(call, function, place);
    } else if (AGGREGATES.contains(function)) {
      checkAggregate(call, function, place);
    } else if (LATER_AGGREGATES.contains(function)) {
      throw at(
          call,
          "%s is not supported yet; valid aggregates: %s".formatted(function, listed(AGGREGATES)));
    } else if (LATER_SCALARS.contains(function)) {
      throw at(
          call,
          "%s is not supported yet; valid functions: %s".formatted(function, listed(SCALARS)));
    } else if (LATER_WINDOW_BOUNDS.contains(function)) {
      throw at(
          call, "%s is not supported yet; valid: %s".formatted(function, listed(WINDOW_BOUNDS)));
    } else if (SCALARS.contains(function) || OPERATORS.contains(kind)) {
      if (call.getFunctionQuantifier() != null) {
        throw at(
            call, "%s stands only in aggregates".formatted(call.getFunctionQuantifier().toValue()));
      }
      for (SqlNode operand : call.getOperandList()) {
        if (operand != null) {
          check(operand, place);
        }
      }
    } else {
      refuseUnknown(call, function);
    }
  }

  private static void refuseUnknown(SqlCall call, String function) {
    if (!(call.getOperator() instanceof SqlUnresolvedFunction) && !isName(function)) {
      throw at(call, "the operator %s is not part of a metric".formatted(function));
    }
    Set<String> valid = new TreeSet<>(AGGREGATES);
    valid.addAll(SCALARS);
    valid.addAll(WINDOW_BOUNDS);
    Set<String> candidates = new TreeSet<>(valid);
    candidates.add("TUMBLE");
    throw at(
        call,
        "unknown function '%s'; valid functions: %s%s"
            .formatted(function, listed(valid), NearestName.hint(function, candidates)));
  }

  private static boolean isName(String function) {
    return function.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
  }

  private void checkFilter(SqlCall call, Place place) {
    if (!(call.operand(0) instanceof SqlCall aggregate)
        || !isAnyAggregate(functionName(aggregate))) {
      throw at(call, "FILTER stands only behind an aggregate: " + listed(AGGREGATES));
    }
    checkCall(aggregate, place);
    check(call.operand(1), Place.AGGREGATE);
  }

  private static boolean isAnyAggregate(String function) {
    return AGGREGATES.contains(function) || LATER_AGGREGATES.contains(function);
  }

  private void checkAggregate(SqlCall call, String function, Place place) {
    if (place == Place.AGGREGATE) {
      throw at(call, "%s inside an aggregate; aggregates do not nest".formatted(function));
    }
    if (place != Place.SELECT) {
      throw at(call, "%s in %s; aggregates stand in SELECT".formatted(function, place.words));
    }
    SqlLiteral quantifier = call.getFunctionQuantifier();
    if (quantifier != null
        && quantifier.symbolValue(SqlSelectKeyword.class) == SqlSelectKeyword.DISTINCT) {
      throw at(
          call,
          "%s(DISTINCT …) is not supported yet; valid aggregates: %s"
              .formatted(function, listed(AGGREGATES)));
    }
    if (call.operandCount() != 1) {
      throw at(call, "%s has %d arguments, must be 1".formatted(function, call.operandCount()));
    }
    SqlNode argument = call.operand(0);
    if (argument instanceof SqlIdentifier identifier && identifier.isStar()) {
      if (!function.equals("COUNT") || identifier.names.size() > 1) {
        throw at(argument, "%s(%s): * stands only in COUNT(*)".formatted(function, identifier));
      }
    } else {
      check(argument, Place.AGGREGATE);
    }
  }

  private void checkBound(SqlCall call, String function, Place place) {
    if (place != Place.SELECT) {
      throw at(call, "%s in %s; it stands in SELECT".formatted(function, place.words));
    }
    if (windowCall.isEmpty()) {
      throw at(call, "%s without a window; write TUMBLE(…) in GROUP BY".formatted(function));
    }
    SqlCall grouped = windowCall.get();
    boolean same = call.operandCount() == grouped.operandCount();
    for (int i = 0; same && i < call.operandCount(); i++) {
      same = grouped.operand(i).equalsDeep(normalised(call.operand(i)), Litmus.IGNORE);
    }
    if (!same) {
      throw at(
          call,
          "%s must repeat the window of GROUP BY: %s"
              .formatted(
                  function,
                  grouped.getOperandList().stream()
                      .map(SqlNode::toString)
                      .collect(Collectors.joining(", ", function + "(", ")"))));
    }
  }

  private static void checkCastType(SqlNode node) {
    SqlDataTypeSpec type = (SqlDataTypeSpec) node;
    String name = type.getTypeName().toString().toUpperCase(Locale.ROOT);
    if (LATER_CAST_TYPES.contains(name)) {
      throw at(
          node, "CAST to %s is not supported yet; valid: %s".formatted(name, listed(CAST_TYPES)));
    }
    if (!CAST_TYPES.contains(name) || !(type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec)) {
      throw at(
          node,
          "CAST to unknown type '%s'; valid: %s%s"
              .formatted(name, listed(CAST_TYPES), NearestName.hint(name, CAST_TYPES)));
    }
    SqlBasicTypeNameSpec spec = (SqlBasicTypeNameSpec) type.getTypeNameSpec();
    if (name.equals("VARCHAR") && spec.getPrecision() >= 0) {
      throw at(node, "CAST to VARCHAR(%d); write VARCHAR".formatted(spec.getPrecision()));
    }
    if (name.equals("DECIMAL")) {
      int scale = Math.max(spec.getScale(), 0);
      int precision = spec.getPrecision() < 0 ? ColumnType.MAX_PRECISION : spec.getPrecision();
      if (precision < 1 || precision > ColumnType.MAX_PRECISION || scale > precision) {
        throw at(
            node,
            "CAST to DECIMAL(%d, %d); precision must be 1 to 38 and scale 0 to precision"
                .formatted(precision, scale));
      }
    }
  }

  /** Returns the name of what a call calls, in upper case. */
  private static String functionName(SqlCall call) {
    SqlOperator operator = call.getOperator();
    return operator.getName().toUpperCase(Locale.ROOT);
  }

  private static String brief(SqlNode node) {
    String text = SqlUtil.stripAs(node).toString().replaceAll("\\s+", " ").replace("`", "");
    return text.length() <= 60 ? text : text.substring(0, 57) + "…";
  }

  private static String listed(Collection<String> names) {
    return String.join(", ", names);
  }

  static StatementException at(SqlNode node, String message) {
    SqlParserPos position = node.getParserPosition();
    return new StatementException(
        Math.max(position.getLineNum(), 1), Math.max(position.getColumnNum(), 1), message, null);
  }
}
