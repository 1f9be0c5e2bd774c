package io.braid.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users' aggregates in statements: taken like any other, or refused where they stand. */
class UserAggregateTest {

  private static final MetricCompiler COMPILER =
      new MetricCompiler(List.of(TestSources.playback()));

  @Test
  void usersAggregatesAreCalledLikeOthers() {
    Metric metric =
        COMPILER.compile(
            "m",
            """
            SELECT service, longest(UPPER(status)) FILTER (WHERE paid) AS l,
                   GEOMETRIC_MEAN(latency_ms, plays) * 2 AS g
            FROM playback GROUP BY service
            """);
    assertThat(metric.plan().text())
        .isEqualTo(
            "where true group #0:string window none aggregate"
                + " LONGEST@1(string)[upper(#1:string)] if IS_TRUE(#7:boolean),"
                + " GEOMETRIC_MEAN@3(double, int)[#2:double, #3:int]");
    assertThat(metric.plan().outputs().stream().map(o -> o.type().sqlName()))
        .containsExactly("VARCHAR", "VARCHAR", "DOUBLE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LONGEST(plays) | LONGEST cannot be applied to INTEGER: it takes one text",
        "LONGEST() | LONGEST has 0 arguments, must be 1",
        "LONGEST(*) | LONGEST(*): * stands only in COUNT(*)",
        "LONGEST(DISTINCT status) | LONGEST(DISTINCT …) is not supported; DISTINCT stands only in COUNT",
        "LONGST(status) | did you mean 'LONGEST'?",
        "BROKEN_FIRST(bytes) | BROKEN_FIRST of io.braid.aggregate.BrokenAggregates$First is no"
            + " aggregate of BIGINT: merging must be commutative: over",
        "BROKEN_LEFT(bytes) | merging must be commutative: over",
        "BROKEN_HALVES(bytes) | merging must be associative: over (",
        "BROKEN_IDENTITY(bytes) | merging with an empty state must change nothing: over [] it gives"
            + " 0, with an empty state merged into it 1",
        "BROKEN_CODEC(bytes) | encoding must lose nothing: over [",
        "BROKEN_THROWING(bytes) | it fails: IllegalStateException: no negative numbers",
        "BROKEN_RESULT(bytes) | it fails: IllegalArgumentException: finish() gives '0' of class"
            + " String, which is no value of type BIGINT; it must be a Long",
        "BROKEN_ROUNDING(latency_ms) | the order of values must not matter: over [",
        "BROKEN_ROUNDING(bytes) | it fails: ClassCastException",
        "BROKEN_SHARED(bytes) | empty() must give a new state each time: over no value it gives 0",
        "APPROX_QUANTILE(plays, 1.5) | APPROX_QUANTILE cannot give the 1.5-quantile; it must be from 0 to 1",
        "APPROX_QUANTILE(plays, plays) | the last argument of APPROX_QUANTILE must be a number",
        "APPROX_QUANTILE(plays) | APPROX_QUANTILE has 1 arguments, must be 2",
        "APPROX_QUANTILE(plays, 1, 0.5) | APPROX_QUANTILE has 3 arguments, must be 2",
        "APPROX_QUANTILE(status, 0.5) | APPROX_QUANTILE cannot be applied to VARCHAR; it takes a number",
        "APPROX_COUNT_DISTINCT(plays, 1) | APPROX_COUNT_DISTINCT has 2 arguments, must be 1",
      })
  void mistakeIsRefusedAtTheCall(String call, String words) {
    assertThatThrownBy(
            () ->
                COMPILER.compile(
                    "m", "SELECT COUNT(*) AS n,\n  1 + " + call + " AS x FROM playback"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageStartingWith("m:2:")
        .hasMessageContaining(words)
        .satisfies(
            e ->
                assertThat(((DefinitionException) e).column())
                    .isIn(7, 7 + call.indexOf('*'), 7 + call.indexOf(',') + 2))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void counterexampleShowsValuesAndBothResults() {
    assertThatThrownBy(() -> COMPILER.compile("m", "SELECT BROKEN_FIRST(bytes) AS x FROM playback"))
        .hasMessageMatching(
            ".*over \\[(-?\\d+)\\] merged with \\[(-?\\d+)\\] it gives \\1, the other way round"
                + " \\2");
  }

  @Test
  void usersAggregateMayNotHaveTheNameOfAnotherFunction() {
    assertThat(Functions.taken("UPPER"))
        .containsExactly(
            "a user's aggregate has the name UPPER, which is that of another function; it needs"
                + " another name");
    assertThat(Functions.taken("TRIM")).hasSize(1);
    assertThat(Functions.taken("TUMBLE_START")).hasSize(1);
    assertThat(Functions.taken("GROUP"))
        .containsExactly(
            "a user's aggregate has the name GROUP, which is a reserved word of SQL; it needs"
                + " another name");
    assertThat(Functions.taken("LONGEST")).isEmpty();
  }
}
