/**
 * Accumulators: commutative monoids that aggregate a multiset of values.
 *
 * <p>An {@link io.braid.aggregate.Aggregate} names what is computed; its {@link
 * io.braid.aggregate.Accumulators} hold the states of many groups side by side, one array a state
 * field. The law: whatever the order of {@code lift} and however the states were merged, encoded
 * and decoded in between, {@code finish} depends on the multiset of lifted values alone, to the
 * last bit.
 */
package io.braid.aggregate;
