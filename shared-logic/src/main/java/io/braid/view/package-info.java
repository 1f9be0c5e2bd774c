/**
 * Views: tables from (group key, pane) to accumulator states, mergeable and finished into rows.
 *
 * <p>A {@link io.braid.view.View} grows by folding or merging and belongs to one thread at a time;
 * one that is {@linkplain io.braid.view.View#settle settled} is read by several. It says how many
 * bytes it takes. {@link io.braid.view.ViewSchema} says what it holds, {@link
 * io.braid.view.Windows} which windows an answer has, made of panes, {@link
 * io.braid.view.OutputColumn} how a finished row becomes a row of an answer, {@link
 * io.braid.view.ViewCodec} how it travels.
 */
package io.braid.view;
