package io.braid.definition;

import io.braid.aggregate.Aggregate;
import io.braid.column.ColumnType;
import io.braid.decode.RecordSchema;
import io.braid.expression.ColumnReference;
import io.braid.expression.Expression;
import io.braid.fold.MetricPlan;
import io.braid.view.OutputColumn;
import io.braid.view.ViewSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate.Group;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;

/**
 * Makes a plan of Calcite's tree for a statement that {@link StatementRules} let through: {@code
 * Project(Aggregate(Project(Filter(Scan))))}, where all but the aggregate and the scan may be
 * missing. One statement, one owner.
 */
final class PlanCompiler {

  private final Statement statement;

  PlanCompiler(Statement statement) {
    this.statement = statement;
  }

  /**
   * Returns the plan.
   *
   * @throws IllegalArgumentException for an expression that cannot be evaluated, as a sentence
   */
  MetricPlan compile(RelNode root) {
    RelNode node = root;
    Optional<Project> shown = Optional.empty();
    if (node instanceof Project project) {
      shown = Optional.of(project);
      node = project.getInput();
    }
    if (!(node instanceof org.apache.calcite.rel.core.Aggregate aggregate)
        || aggregate.getGroupType() != Group.SIMPLE) {
      throw new IllegalStateException("Unexpected tree: " + root.explain());
    }

    List<Expression> columns = new ArrayList<>();
    List<RecordSchema.Field> fields = statement.source().schema().columns();
    for (int i = 0; i < fields.size(); i++) {
      columns.add(new ColumnReference(i, fields.get(i).name(), fields.get(i).type()));
    }
    RexCompiler overSource = new RexCompiler(columns, -1, -1);
    node = aggregate.getInput();
    List<RexNode> inputs = List.of();
    if (node instanceof Project project) {
      inputs = project.getProjects();
      node = project.getInput();
    }
    Optional<Expression> where = Optional.empty();
    if (node instanceof Filter filter) {
      where = Optional.of(overSource.compile(filter.getCondition()));
      node = filter.getInput();
    }
    if (!(node instanceof TableScan)) {
      throw new IllegalStateException("Unexpected tree: " + root.explain());
    }
    Inputs input = new Inputs(inputs, overSource, columns);
    return plan(where, aggregate, input, shown);
  }

  private MetricPlan plan(
      Optional<Expression> where,
      org.apache.calcite.rel.core.Aggregate aggregate,
      Inputs input,
      Optional<Project> shown) {
    int windowIndex = statement.windowIndex();
    List<Integer> grouped = aggregate.getGroupSet().asList();
    List<Statement.GroupItem> groups = statement.groups();
    if (grouped.size() != groups.size() + (windowIndex < 0 ? 0 : 1)) {
      throw new IllegalArgumentException("the same expression stands twice in GROUP BY");
    }
    List<Expression> keys = new ArrayList<>();
    List<ViewSchema.Key> schemaKeys = new ArrayList<>();
    for (int i = 0; i < grouped.size(); i++) {
      if (i != windowIndex) {
        Expression key = input.get(grouped.get(i));
        schemaKeys.add(new ViewSchema.Key(groups.get(keys.size()).name(), key.type()));
        keys.add(key);
      }
    }

    List<MetricPlan.AggregateCall> calls = new ArrayList<>();
    List<Integer> callIndexes = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      MetricPlan.AggregateCall compiled = compile(call, input);
      if (!calls.contains(compiled)) {
        calls.add(compiled);
      }
      callIndexes.add(calls.indexOf(compiled));
    }
    ViewSchema schema =
        new ViewSchema(
            schemaKeys,
            statement.window(),
            calls.stream().map(MetricPlan.AggregateCall::aggregate).toList());
    List<OutputColumn> outputs = outputs(schema, windowIndex, grouped.size(), callIndexes, shown);
    return new MetricPlan(where, keys, calls, schema, outputs);
  }

  private static MetricPlan.AggregateCall compile(AggregateCall call, Inputs input) {
    Aggregate.Function function =
        switch (call.getAggregation().getKind()) {
          case COUNT -> Aggregate.Function.COUNT;
          case SUM -> Aggregate.Function.SUM;
          case MIN -> Aggregate.Function.MIN;
          case MAX -> Aggregate.Function.MAX;
          case AVG -> Aggregate.Function.AVG;
          default -> throw new IllegalStateException("Unexpected aggregate: " + call);
        };
    Optional<Expression> argument = call.getArgList().stream().findFirst().map(input::get);
    Optional<Expression> filter =
        call.filterArg < 0 ? Optional.empty() : Optional.of(input.get(call.filterArg));
    Aggregate aggregate = new Aggregate(function, argument.map(Expression::type));
    return new MetricPlan.AggregateCall(aggregate, argument, filter);
  }

  private List<OutputColumn> outputs(
      ViewSchema schema,
      int windowIndex,
      int groupCount,
      List<Integer> callIndexes,
      Optional<Project> shown) {
    List<ColumnType> types = schema.finishedTypes();
    List<Expression> finished = new ArrayList<>(); // what Calcite's aggregate puts out, in order
    int key = 0;
    for (int i = 0; i < groupCount; i++) {
      finished.add(
          i == windowIndex
              ? new ColumnReference(schema.windowStartIndex(), "window_start", ColumnType.TIMESTAMP)
              : new ColumnReference(key, schema.keys().get(key).name(), types.get(key++)));
    }
    for (int call : callIndexes) {
      int index = schema.firstAggregateIndex() + call;
      finished.add(
          new ColumnReference(index, schema.aggregates().get(call).text(), types.get(index)));
    }
    RexCompiler overFinished =
        new RexCompiler(finished, windowIndex, schema.windowStartIndex() + 1);
    List<OutputColumn> outputs = new ArrayList<>();
    for (int i = 0; i < statement.names().size(); i++) {
      Expression expression =
          shown.isPresent()
              ? overFinished.compile(shown.get().getProjects().get(i))
              : finished.get(i);
      outputs.add(new OutputColumn(statement.names().get(i), expression));
    }
    return outputs;
  }

  /** What Calcite's aggregate reads, compiled when asked for: a window is never asked for. */
  private record Inputs(List<RexNode> projected, RexCompiler compiler, List<Expression> columns) {

    Expression get(int index) {
      return projected.isEmpty() ? columns.get(index) : compiler.compile(projected.get(index));
    }
  }
}
