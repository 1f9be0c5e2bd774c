package io.braid.definition;

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
    RexCompiler overSource = new RexCompiler(columns);
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
    List<Integer> grouped = aggregate.getGroupSet().asList();
    List<Statement.GroupItem> groups = statement.groups();
    if (grouped.size() != groups.size()) {
      throw new IllegalArgumentException("the same expression stands twice in GROUP BY");
    }
    List<Expression> keys = new ArrayList<>();
    List<ViewSchema.Key> schemaKeys = new ArrayList<>();
    for (int i = 0; i < grouped.size(); i++) {
      Expression key = input.get(grouped.get(i));
      schemaKeys.add(new ViewSchema.Key(groups.get(i).name(), key.type()));
      keys.add(key);
    }

    List<MetricPlan.AggregateCall> calls = new ArrayList<>();
    List<Finished> called = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      if (call.getAggregation() instanceof AggregateOperator.WindowBound bound) {
        called.add(bound.isStart() ? Finished.START : Finished.END);
        continue;
      }
      MetricPlan.AggregateCall compiled = compile(call, input);
      if (!calls.contains(compiled)) {
        calls.add(compiled);
      }
      called.add(new Finished(Finished.Part.AGGREGATE, calls.indexOf(compiled)));
    }
    ViewSchema schema =
        new ViewSchema(
            schemaKeys,
            statement.window(),
            calls.stream().map(MetricPlan.AggregateCall::aggregate).toList());
    return new MetricPlan(where, keys, calls, schema, outputs(schema, called, shown));
  }

  private static MetricPlan.AggregateCall compile(AggregateCall call, Inputs input) {
    List<Expression> arguments = call.getArgList().stream().map(input::get).toList();
    Optional<Expression> filter =
        call.filterArg < 0 ? Optional.empty() : Optional.of(input.get(call.filterArg));
    AggregateOperator operator = (AggregateOperator) call.getAggregation();
    return new MetricPlan.AggregateCall(
        operator.applied(arguments.stream().map(Expression::type).toList()), arguments, filter);
  }

  private List<OutputColumn> outputs(
      ViewSchema schema, List<Finished> called, Optional<Project> shown) {
    List<ColumnType> types = schema.finishedTypes();
    List<Expression> finished = new ArrayList<>(); // what Calcite's aggregate puts out, in order
    for (int key = 0; key < schema.keys().size(); key++) {
      finished.add(new ColumnReference(key, schema.keys().get(key).name(), types.get(key)));
    }
    for (Finished call : called) {
      int index = call.index(schema);
      finished.add(new ColumnReference(index, call.name(schema), types.get(index)));
    }
    RexCompiler overFinished = new RexCompiler(finished);
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

  /** What a call of an aggregate is in the finished form of a view. */
  private record Finished(Part part, int aggregate) {

    enum Part {
      WINDOW_START,
      WINDOW_END,
      AGGREGATE
    }

    static final Finished START = new Finished(Part.WINDOW_START, -1);
    static final Finished END = new Finished(Part.WINDOW_END, -1);

    int index(ViewSchema schema) {
      return switch (part) {
        case WINDOW_START -> schema.windowStartIndex();
        case WINDOW_END -> schema.windowStartIndex() + 1;
        case AGGREGATE -> schema.firstAggregateIndex() + aggregate;
      };
    }

    String name(ViewSchema schema) {
      return switch (part) {
        case WINDOW_START -> "window_start";
        case WINDOW_END -> "window_end";
        case AGGREGATE -> schema.aggregates().get(aggregate).text();
      };
    }
  }

  /** What Calcite's aggregate reads, compiled when asked for. */
  private record Inputs(List<RexNode> projected, RexCompiler compiler, List<Expression> columns) {

    Expression get(int index) {
      return projected.isEmpty() ? columns.get(index) : compiler.compile(projected.get(index));
    }
  }
}
