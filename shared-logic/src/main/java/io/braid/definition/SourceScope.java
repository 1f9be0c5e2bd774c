package io.braid.definition;

import static io.braid.definition.SqlText.listed;
import static io.braid.definition.StatementException.at;

import io.braid.decode.RecordSchema;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * The names that a statement may use: its source in FROM, under an alias or its own name, and the
 * source's columns.
 */
final class SourceScope {

  private final Source source;
  private final String alias;
  private final List<String> columns;

  private SourceScope(Source source, String alias) {
    this.source = source;
    this.alias = alias;
    this.columns = source.schema().columns().stream().map(RecordSchema.Field::name).toList();
  }

  /** Returns the scope that FROM opens. */
  static SourceScope of(SqlSelect select, Map<String, Source> sources) {
    SqlNode from = select.getFrom();
    if (from == null) {
      throw at(select, "FROM is missing; valid sources: " + listed(sources.keySet()));
    }
    SqlNode table = from;
    String alias = null;
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
    Source source = sources.get(name);
    if (source == null) {
      throw at(
          identifier,
          "unknown source '%s' in FROM; valid sources: %s%s"
              .formatted(name, listed(sources.keySet()), NearestName.hint(name, sources.keySet())));
    }
    return new SourceScope(source, alias == null ? name : alias);
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

  /** Returns the source in FROM. */
  Source source() {
    return source;
  }

  /** Returns the name of the column that holds event time. */
  String eventTime() {
    return columns.get(source.schema().eventTimeIndex());
  }

  /** Takes the source's name away from a column and returns what is left, a column's name. */
  String resolve(SqlIdentifier identifier) {
    strip(identifier);
    String name = String.join(".", identifier.names);
    if (identifier.names.size() > 1 || !columns.contains(name)) {
      throw at(
          identifier,
          "unknown column '%s' in source '%s'; valid columns: %s%s"
              .formatted(name, source.name(), listed(columns), NearestName.hint(name, columns)));
    }
    return name;
  }

  /** Takes the source's name away from all columns in {@code node}, before it is compared. */
  SqlNode normalise(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      strip(identifier);
    } else if (node instanceof SqlCall call) {
      call.getOperandList().stream().filter(o -> o != null).forEach(this::normalise);
    } else if (node instanceof SqlNodeList list) {
      list.forEach(this::normalise);
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
}
