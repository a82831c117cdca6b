/** Collects the `capacity` highest of the values it is offered; of equal values those offered first. Nothing is allocated after it is made. */
export interface TopK {
  offer(id: number, value: number): void;
  /** Writes what was collected, highest first, from `at` on; returns how many, and is empty again. */
  drainInto(ids: Int32Array, values: Float64Array, at: number): number;
}

/** A heap with the lowest value, of equal ones the one offered last, on top. */
export function makeTopK(capacity: number): TopK {
  const heapIds = new Int32Array(capacity);
  const heapValues = new Float64Array(capacity);
  const heapTurns = new Float64Array(capacity);
  let count = 0;
  let turn = 0;

  const isBelow = (a: number, b: number): boolean =>
    heapValues[a] < heapValues[b] || (heapValues[a] === heapValues[b] && heapTurns[a] > heapTurns[b]);

  function swap(a: number, b: number): void {
    const id = heapIds[a];
    const value = heapValues[a];
    const when = heapTurns[a];
    heapIds[a] = heapIds[b];
    heapValues[a] = heapValues[b];
    heapTurns[a] = heapTurns[b];
    heapIds[b] = id;
    heapValues[b] = value;
    heapTurns[b] = when;
  }

  function sink(): void {
    for (let i = 0; ;) {
      let lowest = 2 * i + 1;
      if (lowest >= count) return;
      if (lowest + 1 < count && isBelow(lowest + 1, lowest)) lowest++;
      if (!isBelow(lowest, i)) return;
      swap(i, lowest);
      i = lowest;
    }
  }

  function offer(id: number, value: number): void {
    turn++;
    if (count === capacity) {
      if (capacity === 0 || !(value > heapValues[0])) return;
      heapIds[0] = id;
      heapValues[0] = value;
      heapTurns[0] = turn;
      sink();
      return;
    }
    let i = count++;
    heapIds[i] = id;
    heapValues[i] = value;
    heapTurns[i] = turn;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBelow(i, parent)) return;
      swap(i, parent);
      i = parent;
    }
  }

  function drainInto(ids: Int32Array, values: Float64Array, at: number): number {
    const found = count;
    turn = 0;
    while (count > 0) {
      ids[at + count - 1] = heapIds[0];
      values[at + count - 1] = heapValues[0];
      count--;
      swap(0, count);
      sink();
    }
    return found;
  }

  return { offer, drainInto };
}
