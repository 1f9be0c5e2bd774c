package io.braid.definition;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;

/**
 * Writes IN and BETWEEN as the comparisons they stand for. Calcite would cast what is compared with
 * to the type of what is compared: {@code 2 IN (2.5)} would be decided by rounding.
 */
final class Desugaring extends SqlShuttle {

  @Override
  public SqlNode visit(SqlCall call) {
    SqlNode visited = super.visit(call);
    if (!(visited instanceof SqlCall copy)) {
      return visited;
    }
    return switch (copy.getKind()) {
      case IN, NOT_IN -> membership(copy);
      case BETWEEN -> between(copy);
      default -> copy;
    };
  }

  private static SqlNode membership(SqlCall call) {
    if (!(call.operand(1) instanceof SqlNodeList members)) {
      return call; // a subquery, refused later
    }
    SqlParserPos position = call.getParserPosition();
    List<SqlNode> comparisons = new ArrayList<>();
    for (SqlNode member : members) {
      comparisons.add(of(SqlStdOperatorTable.EQUALS, position, call.operand(0), member));
    }
    SqlNode any = anyOf(comparisons, position);
    return call.getKind() == SqlKind.NOT_IN ? of(SqlStdOperatorTable.NOT, position, any) : any;
  }

  /** Nests no deeper than it must: Calcite walks a tree by recursion. */
  private static SqlNode anyOf(List<SqlNode> conditions, SqlParserPos position) {
    int size = conditions.size();
    return size == 1
        ? conditions.get(0)
        : of(
            SqlStdOperatorTable.OR,
            position,
            anyOf(conditions.subList(0, size / 2), position),
            anyOf(conditions.subList(size / 2, size), position));
  }

  private static SqlNode between(SqlCall call) {
    SqlBetweenOperator operator = (SqlBetweenOperator) call.getOperator();
    SqlParserPos position = call.getParserPosition();
    SqlNode within = ordered(call, 1, 2);
    if (operator.flag == SqlBetweenOperator.Flag.SYMMETRIC) {
      within = of(SqlStdOperatorTable.OR, position, within, ordered(call, 2, 1));
    }
    return operator.isNegated() ? of(SqlStdOperatorTable.NOT, position, within) : within;
  }

  private static SqlNode ordered(SqlCall call, int least, int greatest) {
    SqlParserPos position = call.getParserPosition();
    SqlNode value = call.operand(0);
    return of(
        SqlStdOperatorTable.AND,
        position,
        of(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, position, value, call.operand(least)),
        of(SqlStdOperatorTable.LESS_THAN_OR_EQUAL, position, value, call.operand(greatest)));
  }

  private static SqlNode of(SqlOperator operator, SqlParserPos position, SqlNode... operands) {
    return new SqlBasicCall(operator, List.of(operands), position);
  }
}
