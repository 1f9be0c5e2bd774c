package io.braid.definition;

import java.util.Collection;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.SqlParser;

/** How pieces of a statement are called in messages. */
final class SqlText {

  private static final int MOST_CHARS = 60;

  private static final SqlAbstractParserImpl.Metadata KEYWORDS = SqlParser.create("").getMetadata();

  private SqlText() {}

  /** Returns whether a name, in any case, stands in quotes wherever it means no keyword. */
  static boolean isReserved(String name) {
    return KEYWORDS.isReservedWord(name.toUpperCase(Locale.ROOT));
  }

  /** Returns the name of what a call calls, in upper case. */
  static String functionName(SqlCall call) {
    return call.getOperator().getName().toUpperCase(Locale.ROOT);
  }

  /** Returns the expression as text, cut short when it is long. */
  static String brief(SqlNode node) {
    String text = SqlUtil.stripAs(node).toString().replaceAll("\\s+", " ").replace("`", "");
    return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS - 3) + "…";
  }

  /** Returns names with commas between them. */
  static String listed(Collection<String> names) {
    return String.join(", ", names);
  }
}
