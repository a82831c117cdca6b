import { orderBy } from "./ranks.ts";

/** Sorts positions by rising value, equal values in their given order. */
export interface RadixOrder {
  /** The order of values[at … at + size); overwritten by the next call. No value may be NaN. Shape: [size]. */
  order(values: Float64Array, at: number): Int32Array;
}

const digitBits = 11;
const digits = 1 << digitBits;
const mask = digits - 1;
/** Moves per value by which the last step may put right what the upper halves of the numbers do not tell. */
const patience = 4;

/**
 * For many sorts of one size: three passes over the upper 32 bits of the numbers, then an insertion sort over the whole ones; where too many agree in their upper
 * bits, a merge sort. Nothing is allocated but in that case.
 */
export function makeRadixOrder(size: number): RadixOrder {
  const [keys, otherKeys] = [new Uint32Array(size), new Uint32Array(size)];
  const [ids, otherIds] = [new Int32Array(size), new Int32Array(size)];
  const counts = new Int32Array(3 * digits);

  function order(values: Float64Array, at: number): Int32Array {
    const words = new Uint32Array(values.buffer, values.byteOffset + 8 * at, 2 * size);
    counts.fill(0);
    for (let i = 0; i < size; i++) {
      const high = words[2 * i + 1];
      const isNegative = high >>> 31 === 1 && !(high === 0x80000000 && words[2 * i] === 0);
      const key = (isNegative ? ~high : high | 0x80000000) >>> 0;
      keys[i] = key;
      ids[i] = i;
      counts[key & mask]++;
      counts[digits + ((key >>> digitBits) & mask)]++;
      counts[2 * digits + (key >>> (2 * digitBits))]++;
    }
    for (let d = 0; d < 3; d++) {
      let start = 0;
      for (let c = d * digits; c < (d + 1) * digits; c++) {
        const count = counts[c];
        counts[c] = start;
        start += count;
      }
    }
    scatter(keys, ids, otherKeys, otherIds, 0, 0);
    scatter(otherKeys, otherIds, keys, ids, digitBits, digits);
    scatter(keys, ids, otherKeys, otherIds, 2 * digitBits, 2 * digits);
    return settle(otherIds, values, at) ? otherIds : orderBy(values.subarray(at, at + size));
  }

  function scatter(fromKeys: Uint32Array, fromIds: Int32Array, toKeys: Uint32Array, toIds: Int32Array, shift: number, base: number): void {
    for (let i = 0; i < size; i++) {
      const key = fromKeys[i];
      const to = counts[base + ((key >>> shift) & mask)]++;
      toKeys[to] = key;
      toIds[to] = fromIds[i];
    }
  }

  function settle(sorted: Int32Array, values: Float64Array, at: number): boolean {
    let left = patience * size;
    let last = -Infinity;
    for (let i = 0; i < size; i++) {
      const id = sorted[i];
      const value = values[at + id];
      if (value >= last) {
        last = value;
        continue;
      }
      let j = i;
      for (; j > 0 && values[at + sorted[j - 1]] > value; j--) {
        sorted[j] = sorted[j - 1];
        left--;
      }
      sorted[j] = id;
      if (left < 0) return false;
    }
    return true;
  }

  return { order };
}
