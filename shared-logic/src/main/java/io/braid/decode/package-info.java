/**
 * Decoding: bytes of a record in, one typed row or a reason why not out.
 *
 * <p>A {@link io.braid.decode.RecordSchema} says which typed columns a record has and where they
 * lie. A {@link io.braid.decode.Decoder} appends records one by one and gives them out as an {@link
 * io.braid.decode.EventBatch}. A record that cannot be decoded is a <em>dead letter</em>: it keeps
 * its row, with a reason instead of values.
 */
package io.braid.decode;
