package io.braid.aggregate;

/** How arrays of states grow: by half, so that adding groups one by one costs amortised O(1). */
final class Capacity {

  private Capacity() {}

  static int of(int current, int needed) {
    return needed <= current ? current : Math.max(needed, current + (current >> 1) + 8);
  }
}
