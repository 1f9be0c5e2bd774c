/**
 * Event time: watermarks, windows and the panes that windows are built from.
 *
 * <p>All instants are epoch milliseconds of event time; windows and panes are half-open.
 */
package io.braid.time;
