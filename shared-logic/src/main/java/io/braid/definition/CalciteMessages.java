package io.braid.definition;

import io.braid.decode.RecordSchema;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Calcite's complaints in our words. */
final class CalciteMessages {

  private static final Pattern NOT_APPLICABLE =
      Pattern.compile("Cannot apply '(.+?)' to arguments of type '(.+?)'\\.", Pattern.DOTALL);
  private static final Pattern TYPE = Pattern.compile("<([^<>]+)>");
  private static final Pattern ARGUMENTS =
      Pattern.compile(
          "Invalid number of arguments to function '(.+?)'\\. Was expecting (\\d+) arguments");
  private static final Pattern NOT_GROUPED =
      Pattern.compile("Expression '(.+?)' is not being grouped");
  private static final Pattern KEYWORD =
      Pattern.compile("Incorrect syntax near the keyword '(.+?)'");
  private static final Pattern UNEXPECTED = Pattern.compile("Encountered \"(.+?)\" at line");
  private static final Pattern LEXICAL =
      Pattern.compile("Lexical error.*?Encountered: (?:\"(.+?)\"|<EOF>)", Pattern.DOTALL);

  private static final int MOST_EXPECTED = 6;

  private CalciteMessages() {}

  /** Says what is wrong with a statement that parses but does not validate. */
  static StatementException invalid(CalciteContextException e) {
    String said = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    return new StatementException(
        Math.max(e.getPosLine(), 1), Math.max(e.getPosColumn(), 1), plain(said), e);
  }

  private static String plain(String said) {
    Matcher matcher = NOT_APPLICABLE.matcher(said);
    if (matcher.find()) {
      List<String> types =
          TYPE.matcher(matcher.group(2))
              .results()
              .map(r -> typeName(r.group(1)))
              .filter(type -> !type.startsWith("INTERVAL")) // the unit of FLOOR or EXTRACT
              .toList();
      String function = matcher.group(1).replace("$", "");
      String form = ScalarFunctions.form(function).map(f -> "; valid: " + f).orElse("");
      // Calcite names the wrong operands of TRIM
      return function.equals("TRIM")
          ? "TRIM cannot be applied to what is no text" + form
          : "%s cannot be applied to %s%s".formatted(function, String.join(" and ", types), form);
    }
    matcher = ARGUMENTS.matcher(said);
    if (matcher.find()) {
      return "%s takes %s argument(s)".formatted(matcher.group(1), matcher.group(2));
    }
    matcher = NOT_GROUPED.matcher(said);
    if (matcher.find()) {
      return "'%s' is neither aggregated nor in GROUP BY".formatted(matcher.group(1));
    }
    if (said.contains("Illegal mixing of types in CASE")
        || said.contains("Cannot infer return type for COALESCE")) {
      return "the results of CASE or COALESCE are of types that do not fit together; CAST them to"
          + " one type";
    }
    if (said.contains("ELSE clause or at least one THEN clause must be non-NULL")) {
      return "all results of CASE are NULL; at least one must be something else";
    }
    if (said.contains("WHERE clause must be a condition")) {
      return "WHERE is no condition; it must be TRUE or FALSE for every event";
    }
    if (said.contains("FILTER clause must be a condition")) {
      return "FILTER is no condition; it must be TRUE or FALSE for every event";
    }
    if (said.contains("Values passed to IN operator must have compatible types")) {
      return "the values behind IN are of types that do not compare; CAST them to one type";
    }
    if (said.contains("Illegal use of 'NULL'")) {
      return "NULL has no type here; write CAST(NULL AS …)";
    }
    matcher = KEYWORD.matcher(said);
    if (matcher.find()) {
      return "unexpected '%s'".formatted(matcher.group(1));
    }
    String sentence = said.replaceAll("(?s)\\n.*", "").replaceAll("\\.\\s*$", "");
    return sentence.isEmpty()
        ? "not valid SQL"
        : sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  /** {@code CHAR(5)} is how Calcite sees a text constant. */
  private static String typeName(String type) {
    String plain = type.replaceAll(" CHARACTER SET .*| NOT NULL", "");
    return plain.startsWith("CHAR(") ? "VARCHAR" : plain;
  }

  /** Says what is wrong with a statement that does not parse. */
  static StatementException unparsable(
      SqlParseException e, String sql, Collection<Source> sources) {
    String said = String.valueOf(e.getMessage());
    SqlParserPos position = e.getPos() == null ? new SqlParserPos(1, 1) : e.getPos();
    Matcher lexical = LEXICAL.matcher(said);
    if (lexical.find()) {
      Matcher place = Pattern.compile("at line (\\d+), column (\\d+)").matcher(said);
      if (place.find()) {
        position =
            new SqlParserPos(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
      }
      String found =
          lexical.group(1) == null
              ? "a quote is opened and never closed"
              : "unexpected character '%s'".formatted(lexical.group(1));
      return placed(position, found, e);
    }
    Matcher unexpected = UNEXPECTED.matcher(said);
    if (!unexpected.find()) {
      return placed(position, plain(said) + reserved(sql, sources), e);
    }
    String token = unexpected.group(1).split(" ", 2)[0];
    String found =
        token.startsWith("<EOF>")
            ? "the statement ends too early"
            : "unexpected '%s'".formatted(token.replaceAll("^\\\\?\"|\\\\?\"$", ""));
    return placed(position, found + expected(e) + reserved(sql, sources), e);
  }

  private static String expected(SqlParseException e) {
    Collection<String> names = e.getExpectedTokenNames();
    if (names.isEmpty()
        || names.size() > MOST_EXPECTED
        || names.stream().anyMatch(name -> name.startsWith("<"))) {
      return "";
    }
    return "; valid here: "
        + String.join(", ", names.stream().map(name -> name.replace("\"", "")).sorted().toList());
  }

  /** A column whose name is a reserved word, written without quotes, is the likely reason. */
  private static String reserved(String sql, Collection<Source> sources) {
    for (Source source : sources) {
      for (RecordSchema.Field field : source.schema().columns()) {
        String name = field.name();
        if (SqlText.isReserved(name)
            && Pattern.compile("(?<![\"\\w])" + Pattern.quote(name) + "(?![\"\\w])")
                .matcher(sql)
                .find()) {
          return "; '%s' is a reserved word: the column of that name is written \"%s\""
              .formatted(name, name);
        }
      }
    }
    return "";
  }

  private static StatementException placed(SqlParserPos position, String message, Exception e) {
    return new StatementException(
        Math.max(position.getLineNum(), 1), Math.max(position.getColumnNum(), 1), message, e);
  }
}
