/** Numbers pairs of integers ≥ 0 as they are met: an open hash table that grows. */
export interface PairNumbers {
  readonly count: number;
  /** The number of (a, b), a new one where it was not met before. */
  numberOf(a: number, b: number): number;
}

export function makePairNumbers(expected = 1024): PairNumbers {
  let slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * expected + 2)));
  let first = new Int32Array(expected + 1);
  let second = new Int32Array(expected + 1);
  let count = 0;

  function slotOf(a: number, b: number): number {
    let slot = mix(a, b) & (slots.length - 1);
    while (slots[slot] > 0 && (first[slots[slot] - 1] !== a || second[slots[slot] - 1] !== b)) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }

  function grow(): void {
    first = grown(first);
    second = grown(second);
    slots = new Int32Array(2 * slots.length);
    for (let n = 0; n < count; n++) slots[slotOf(first[n], second[n])] = n + 1;
  }

  return {
    get count() {
      return count;
    },
    numberOf(a, b) {
      let slot = slotOf(a, b);
      if (slots[slot] > 0) return slots[slot] - 1;
      if (count === first.length) {
        grow();
        slot = slotOf(a, b);
      }
      first[count] = a;
      second[count] = b;
      slots[slot] = ++count;
      return count - 1;
    },
  };
}

/** The finaliser of MurmurHash3 over both. */
function mix(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b);
  h ^= h >>> 16;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const into = new Int32Array(2 * from.length);
  into.set(from);
  return into;
}
