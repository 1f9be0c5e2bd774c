/**
 * The store: archive, views, runs, publications and checkpoints on any Hadoop file system.
 *
 * <p>Names carry the truth: a listing alone tells what is archived and what comes next. Files are
 * written under a temporary name and appear whole by {@link io.braid.store.Store#publish}, which
 * never replaces one. Offsets in names are half-open.
 */
package io.braid.store;
