/**
 * Definitions: {@code braid.yaml} and the SQL in it, read, checked and compiled.
 *
 * <p>{@link io.braid.definition.DefinitionLoader} reads a file into {@link
 * io.braid.definition.Definitions}, {@link io.braid.definition.MetricCompiler} a single statement;
 * every mistake is a {@link io.braid.definition.DefinitionException} that carries line and column,
 * what was found, what is valid and the nearest valid name. Durations are milliseconds once read.
 */
package io.braid.definition;
