package io.braid.definition;

import static io.braid.definition.SqlText.brief;
import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.StatementException.at;

import io.braid.aggregate.AggregateFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeName;

/** What an expression may be made of, at the place where it stands. */
final class ExpressionRules {

  /** Where an expression stands, which decides what may be in it. */
  enum Place {
    WHERE("WHERE"),
    GROUP_BY("GROUP BY"),
    SELECT("SELECT"),
    AGGREGATE("an aggregate");

    private final String words;

    Place(String words) {
      this.words = words;
    }
  }

  private final SourceScope scope;
  private final Grouping grouping;

  /**
   * Makes the rules of one statement.
   *
   * @param grouping what SELECT may show without an aggregate around it
   */
  ExpressionRules(SourceScope scope, Grouping grouping) {
    this.scope = scope;
    this.grouping = grouping;
  }

  /**
   * Checks an expression.
   *
   * @throws StatementException for the first mistake
   */
  void check(SqlNode node, Place place) {
    if (place == Place.SELECT
        && !grouping.keys().isEmpty()
        && grouping.isKey(scope.normalise(node))) {
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

  private void checkColumn(SqlIdentifier identifier, Place place) {
    if (identifier.isStar()) {
      throw at(identifier, "* stands only in COUNT(*)");
    }
    String name = scope.resolve(identifier);
    if (place == Place.SELECT) {
      throw at(
          identifier,
          "column '%s' is neither aggregated nor in GROUP BY; aggregate it or group by it"
              .formatted(name));
    }
  }

  private static void checkLiteral(SqlLiteral literal) {
    if (literal instanceof SqlIntervalLiteral) {
      throw at(
          literal, "an interval stands only in a window; arithmetic on times is not supported");
    }
    if (literal.getTypeName() == SqlTypeName.BINARY || literal.getTypeName() == SqlTypeName.TIME) {
      throw at(
          literal,
          "%s is a constant of type %s, which no column has"
              .formatted(brief(literal), literal.getTypeName()));
    }
  }

  private void checkCall(SqlCall call, Place place) {
    SqlKind kind = call.getKind();
    switch (kind) {
      case TUMBLE, HOP, SESSION ->
          throw at(
              call,
              "%s stands only in GROUP BY, by itself; in SELECT write %s_START(…) or %s_END(…)"
                  .formatted(kind, kind, kind));
      case SELECT, EXISTS, SCALAR_QUERY, UNION, INTERSECT, EXCEPT, ORDER_BY, WITH, VALUES ->
          throw at(call, "a subquery is not part of a metric");
      case OVER ->
          throw at(call, "OVER is not part of a metric; window with TUMBLE(…) in GROUP BY");
      case WITHIN_GROUP, WITHIN_DISTINCT, RESPECT_NULLS, IGNORE_NULLS ->
          throw at(call, "%s is not part of a metric".formatted(kind.sql.replace('_', ' ')));
      case SOME, ALL ->
          throw at(call, "SOME and ALL are not part of a metric; write IN or comparisons");
      case LITERAL_CHAIN -> throw at(call, "texts in a row; write one text constant");
      case ROW -> throw at(call, "a list of values stands only behind IN");
      case FILTER -> checkFilter(call, place);
      case CAST -> {
        check(call.operand(0), place);
        CastRules.check(call.operand(1));
      }
      default -> checkFunction(call, place);
    }
  }

  private void checkFunction(SqlCall call, Place place) {
    String function = functionName(call);
    if (Functions.isWindowStart(function) || Functions.isWindowEnd(function)) {
      if (place != Place.SELECT) {
        throw at(call, "%s in %s; it stands in SELECT".formatted(function, place.words));
      }
      WindowRules.checkBound(scope, call, function, grouping);
    } else if (Functions.isAggregate(function)) {
      checkAggregate(call, function, place);
    } else {
      Functions.requireScalar(call);
      if (call.getFunctionQuantifier() != null) {
        throw at(
            call, "%s stands only in aggregates".formatted(call.getFunctionQuantifier().toValue()));
      }
      for (SqlNode operand : ScalarFunctions.check(call)) {
        if (operand != null) {
          check(operand, place);
        }
      }
    }
  }

  private void checkFilter(SqlCall call, Place place) {
    if (!(call.operand(0) instanceof SqlCall aggregate)
        || !Functions.isAggregate(functionName(aggregate))) {
      throw at(call, "FILTER stands only behind an aggregate: " + Functions.aggregates());
    }
    checkCall(aggregate, place);
    check(call.operand(1), Place.AGGREGATE);
  }

  private void checkAggregate(SqlCall call, String function, Place place) {
    if (place == Place.AGGREGATE) {
      throw at(call, "%s inside an aggregate; aggregates do not nest".formatted(function));
    }
    if (place != Place.SELECT) {
      throw at(call, "%s in %s; aggregates stand in SELECT".formatted(function, place.words));
    }
    AggregateFunction aggregate =
        Lowering.function(call)
            .orElseThrow(
                () ->
                    at(
                        call,
                        "%s(DISTINCT …) is not supported; DISTINCT stands only in COUNT"
                            .formatted(function)));
    int constants = aggregate.constants();
    if (call.operandCount() <= constants) {
      throw at(
          call,
          "%s has %d arguments, must be %d"
              .formatted(function, call.operandCount(), 1 + constants));
    }
    for (SqlNode argument : call.getOperandList().subList(0, call.operandCount() - constants)) {
      checkArgument(argument, function);
    }
  }

  private void checkArgument(SqlNode argument, String function) {
    if (argument instanceof SqlIdentifier identifier && identifier.isStar()) {
      if (!function.equals("COUNT") || identifier.names.size() > 1) {
        throw at(argument, "%s(%s): * stands only in COUNT(*)".formatted(function, identifier));
      }
    } else {
      check(argument, Place.AGGREGATE);
    }
  }
}
