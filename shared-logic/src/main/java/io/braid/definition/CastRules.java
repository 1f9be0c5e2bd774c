package io.braid.definition;

import static io.braid.definition.SqlText.listed;
import static io.braid.definition.StatementException.at;

import io.braid.column.ColumnType;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlNode;

/** The types that CAST may name, and how they are written. */
final class CastRules {

  private static final List<String> TYPES =
      List.of("BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "VARCHAR", "DATE", "TIMESTAMP");

  private static final int MILLISECONDS = 3;

  private CastRules() {}

  /** Checks the type behind AS. */
  static void check(SqlNode node) {
    SqlDataTypeSpec type = (SqlDataTypeSpec) node;
    String name = type.getTypeName().toString().toUpperCase(Locale.ROOT);
    if (!TYPES.contains(name) || !(type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec)) {
      throw at(
          node,
          "CAST to unknown type '%s'; valid: %s%s"
              .formatted(name, listed(TYPES), NearestName.hint(name, TYPES)));
    }
    SqlBasicTypeNameSpec spec = (SqlBasicTypeNameSpec) type.getTypeNameSpec();
    if (name.equals("VARCHAR") && spec.getPrecision() >= 0) {
      throw at(node, "CAST to VARCHAR(%d); write VARCHAR".formatted(spec.getPrecision()));
    }
    if (name.equals("TIMESTAMP")
        && spec.getPrecision() >= 0
        && spec.getPrecision() != MILLISECONDS) {
      throw at(
          node,
          "CAST to TIMESTAMP(%d); write TIMESTAMP, which has milliseconds"
              .formatted(spec.getPrecision()));
    }
    if (name.equals("DECIMAL")) {
      int scale = spec.getScale() == RelDataType.SCALE_NOT_SPECIFIED ? 0 : spec.getScale();
      int precision = spec.getPrecision() < 0 ? ColumnType.MAX_PRECISION : spec.getPrecision();
      if (precision < 1 || precision > ColumnType.MAX_PRECISION || scale < 0 || scale > precision) {
        throw at(
            node,
            "CAST to DECIMAL(%d, %d); precision must be 1 to 38 and scale 0 to precision"
                .formatted(precision, scale));
      }
    }
  }
}
