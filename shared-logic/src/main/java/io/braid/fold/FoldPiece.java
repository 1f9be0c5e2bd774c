package io.braid.fold;

/**
 * A range of a partition's fold, from the carry at its start: what is kept of a fold piece by
 * piece, because pieces that adjoin join to the fold of both ranges.
 *
 * @param snapshot what the range folded to; its views are owned by the receiver
 * @param change how the carry at the start became that at the end
 */
public record FoldPiece(PartitionSnapshot snapshot, CarryChange change) {}
