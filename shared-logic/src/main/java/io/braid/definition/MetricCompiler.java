package io.braid.definition;

import com.google.common.base.Throwables;
import io.braid.decode.RecordSchema;
import io.braid.fold.MetricPlan;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/**
 * Compiles metrics over a set of sources. Immutable and safe to share; the first statement in a
 * process costs about a second, the next some milliseconds.
 */
public final class MetricCompiler {

  private static final SqlConformance CONFORMANCE =
      new SqlDelegatingConformance(SqlConformanceEnum.DEFAULT) {
        @Override
        public boolean isPercentRemainderAllowed() {
          return true;
        }

        @Override
        public boolean isBangEqualAllowed() {
          return true;
        }
      };

  private static final SqlParser.Config PARSER =
      SqlParser.config()
          .withQuoting(Quoting.DOUBLE_QUOTE)
          .withQuotedCasing(Casing.UNCHANGED)
          .withUnquotedCasing(Casing.UNCHANGED)
          .withCaseSensitive(true)
          .withConformance(CONFORMANCE);

  /** No implicit casts: comparing a text with a number is a mistake, not a conversion. */
  private static final SqlValidator.Config VALIDATOR =
      SqlValidator.Config.DEFAULT
          .withConformance(CONFORMANCE)
          .withTypeCoercionEnabled(false)
          .withCallRewrite(false)
          .withIdentifierExpansion(true);

  /** The tree as written: nothing simplified, so that equal statements stay equal in text. */
  private static final SqlToRelConverter.Config CONVERTER =
      SqlToRelConverter.config()
          .withTrimUnusedFields(false)
          .withExpand(false)
          .withInSubQueryThreshold(Integer.MAX_VALUE)
          .addRelBuilderConfigTransform(
              builder ->
                  builder
                      .withSimplify(false)
                      .withSimplifyValues(false)
                      .withPruneInputOfAggregate(false)
                      .withBloat(-1));

  private final Map<String, Source> sources;

  /** Compiles statements over {@code sources}. */
  public MetricCompiler(Collection<Source> sources) {
    Map<String, Source> byName = new LinkedHashMap<>();
    sources.forEach(source -> byName.put(source.name(), source));
    this.sources = byName;
  }

  /**
   * Compiles one statement whose days, weeks and months are those of UTC.
   *
   * @throws DefinitionException when it is no valid metric; the place is {@code name:line:column}
   *     within {@code sql}, line and column from 1
   */
  public Metric compile(String name, String sql) {
    try {
      return compileStatement(name, sql, ZoneOffset.UTC);
    } catch (StatementException e) {
      throw new DefinitionException(name, e.line(), e.column(), e.getMessage(), e);
    }
  }

  /**
   * Compiles one statement.
   *
   * @param zone that days, weeks and months of windows are those of
   * @throws StatementException when it is no valid metric
   */
  Metric compileStatement(String name, String sql, ZoneId zone) {
    try {
      return compileUnguarded(name, sql, zone);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    } catch (RuntimeException e) {
      // Calcite hides what went wrong inside its reflection.
      throw Throwables.getRootCause(e) instanceof StackOverflowError ? tooDeep(e) : e;
    }
  }

  private static StatementException tooDeep(Throwable e) {
    return new StatementException(
        1,
        1,
        "the statement nests too deeply; write it with fewer operators or parentheses inside each"
            + " other, and long lists of values behind IN",
        e);
  }

  private Metric compileUnguarded(String name, String sql, ZoneId zone) {
    Functions.requireClearNames();
    requireClosedQuotes(sql);
    SqlNode parsed = parse(sql);
    Statement statement = StatementRules.check(parsed, sources, zone);
    try {
      RelNode tree = toTree(statement);
      MetricPlan plan = new PlanCompiler(statement).compile(tree);
      Source source = statement.source();
      return new Metric(name, source.name(), sql, zone, plan, Fingerprints.ofView(plan, source));
    } catch (CalciteContextException e) {
      throw CalciteMessages.invalid(e);
    } catch (CalciteException | UnsupportedOperationException | IllegalArgumentException e) {
      throw StatementException.at(statement.select().getSelectList().get(0), e.getMessage(), e);
    }
  }

  private SqlNode parse(String sql) {
    try {
      return SqlParser.create(withoutSemicolon(sql), PARSER).parseQuery();
    } catch (SqlParseException e) {
      if (Throwables.getRootCause(e) instanceof StackOverflowError) {
        throw tooDeep(e);
      }
      throw CalciteMessages.unparsable(e, sql, sources.values());
    }
  }

  /** Calcite would complain about what stands before the quote. */
  private static void requireClosedQuotes(String sql) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '\n') {
        line++;
        lineStart = i + 1;
      } else if (sql.startsWith("--", i)) {
        int end = sql.indexOf('\n', i);
        i = end < 0 ? sql.length() : end - 1;
      } else if (c == '\'' || c == '"' || sql.startsWith("/*", i)) {
        String closing = c == '/' ? "*/" : String.valueOf(c);
        int end = sql.indexOf(closing, i + (c == '/' ? 2 : 1));
        if (end < 0) {
          throw new StatementException(
              line,
              i - lineStart + 1,
              "%s is opened and never closed".formatted(c == '/' ? "a comment" : "a quote"),
              null);
        }
        for (int inside = i; inside < end; inside++) {
          if (sql.charAt(inside) == '\n') {
            line++;
            lineStart = inside + 1;
          }
        }
        i = end + closing.length() - 1;
      }
    }
  }

  /** A semicolon at the end, as SQL shells want it, does no harm. */
  private static String withoutSemicolon(String sql) {
    String stripped = sql.stripTrailing();
    return stripped.endsWith(";") ? stripped.substring(0, stripped.length() - 1) : sql;
  }

  private static RelNode toTree(Statement statement) {
    RelDataTypeFactory types = SqlTypes.FACTORY;
    CalciteSchema schema = CalciteSchema.createRootSchema(false, false);
    schema.add(statement.source().name(), new SourceTable(statement.source().schema()));
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "true");
    CalciteConnectionConfig config = new CalciteConnectionConfigImpl(properties);
    CalciteCatalogReader catalog = new CalciteCatalogReader(schema, List.of(), types, config);
    SqlValidator validator =
        SqlValidatorUtil.newValidator(new ScalarOperators(), catalog, types, VALIDATOR);
    SqlNode valid = validator.validate(statement.select());
    new TypeRules(validator).check(valid);
    HepPlanner planner = new HepPlanner(HepProgram.builder().build());
    SqlToRelConverter converter =
        new SqlToRelConverter(
            (row, view, path, viewPath) -> {
              throw new IllegalStateException("There are no views");
            },
            validator,
            catalog,
            RelOptCluster.create(planner, new RexBuilder(types)),
            MetricCompiler::convertlet,
            CONVERTER);
    return converter.convertQuery(valid, false, true).rel;
  }

  /**
   * Leaves comparisons, LEAST and GREATEST as they are: Calcite would cast what is compared to a
   * type of its choice.
   */
  private static SqlRexConvertlet convertlet(SqlCall call) {
    if (SqlKind.COMPARISON.contains(call.getKind())) {
      return (context, comparison) ->
          context
              .getRexBuilder()
              .makeCall(comparison.getOperator(), convertOperands(context, comparison));
    }
    return switch (call.getKind()) {
      case LEAST, GREATEST ->
          (context, extremum) ->
              context
                  .getRexBuilder()
                  .makeCall(
                      context.getValidator().getValidatedNodeType(extremum),
                      extremum.getOperator(),
                      convertOperands(context, extremum));
      default -> StandardConvertletTable.INSTANCE.get(call);
    };
  }

  private static List<RexNode> convertOperands(SqlRexContext context, SqlCall call) {
    return call.getOperandList().stream().map(context::convertExpression).toList();
  }

  /** A source as Calcite's validator sees it. */
  private static final class SourceTable extends AbstractTable {

    private final RecordSchema schema;

    private SourceTable(RecordSchema schema) {
      this.schema = schema;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory typeFactory) {
      RelDataTypeFactory.Builder row = typeFactory.builder();
      for (int i = 0; i < schema.columns().size(); i++) {
        RecordSchema.Field field = schema.columns().get(i);
        boolean nullable = i != schema.eventTimeIndex();
        row.add(field.name(), SqlTypes.toCalcite(field.type(), nullable));
      }
      return row.build();
    }
  }
}
