/** How many wanted items stay among the shown, from the best wanted ones and their strongest competitors. One user at a time; nothing is allocated after it is made. */
export interface ListOverlap {
  /** Wanted items are wanted[from … to), distinct; low and high bound the standing of items, [items] from `at`. */
  read(low: Float64Array | Int32Array, high: Float64Array | Int32Array, at: number, wanted: Int32Array, from: number, to: number): void;
  /**
   * Wanted items may lose `lost`, others gain `each` at most and `total` together, ties against us: the largest q for which the N − q + 1 strongest of the others cannot all reach the
   * q-th best wanted item; where there are not so many others, nothing pushes it out.
   */
  certified(lost: number, total: number, each: number): number;
  /** The N-th largest standing of the items but one; −1 where there are fewer. */
  largestOthers(low: Float64Array | Int32Array, at: number, without: number): number;
}

export function makeListOverlap(items: number, shown: number): ListOverlap {
  const isWanted = new Uint8Array(items);
  const own = new Float64Array(shown);
  const others = new Float64Array(shown);
  let owned = 0;
  let opposed = 0;

  /** Puts a value into the falling list of the `shown` largest; returns how many there are. */
  function insert(list: Float64Array, count: number, value: number): number {
    if (count === shown && !(value > list[shown - 1])) return count;
    let j = count < shown ? count : shown - 1;
    for (; j > 0 && list[j - 1] < value; j--) list[j] = list[j - 1];
    list[j] = value;
    return Math.min(shown, count + 1);
  }

  function read(
    low: Float64Array | Int32Array,
    high: Float64Array | Int32Array,
    at: number,
    wanted: Int32Array,
    from: number,
    to: number,
  ): void {
    owned = 0;
    opposed = 0;
    for (let w = from; w < to; w++) {
      isWanted[wanted[w]] = 1;
      owned = insert(own, owned, low[at + wanted[w]]);
    }
    for (let item = 0; item < items; item++) if (isWanted[item] === 0) opposed = insert(others, opposed, high[at + item]);
    for (let w = from; w < to; w++) isWanted[wanted[w]] = 0;
  }

  function certified(lost: number, total: number, each: number): number {
    for (let q = owned; q > 0; q--) {
      const needed = shown - q + 1;
      if (needed > opposed) return q;
      let sum = 0;
      let most = 0;
      for (let c = 0; c < needed; c++) {
        const lacking = Math.max(0, own[q - 1] - lost - others[c]);
        sum += lacking;
        most = Math.max(most, lacking);
      }
      if (sum > total || most > each) return q;
    }
    return 0;
  }

  function largestOthers(low: Float64Array | Int32Array, at: number, without: number): number {
    let count = 0;
    for (let item = 0; item < items; item++) if (item !== without) count = insert(others, count, low[at + item]);
    return count < shown ? -1 : others[shown - 1];
  }

  return { read, certified, largestOthers };
}
