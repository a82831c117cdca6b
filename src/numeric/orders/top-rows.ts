/** The highest values of each row of a matrix, whose cells come in any order of rows, and in each row by rising column. Of equal values the first columns are kept. */
export interface TopRows {
  offer(row: number, column: number, value: number): void;
  /** Sorts every row, highest first, and gives what was collected. Shapes: count [rows], columns, values [rows, capacity]. */
  drain(): { readonly count: Int32Array; readonly columns: Int32Array; readonly values: Float64Array };
}

/** A heap a row, with the lowest value, of equal ones the last column, on top. */
export function makeTopRows(rows: number, capacity: number): TopRows {
  const count = new Int32Array(rows);
  const columns = new Int32Array(rows * capacity);
  const values = new Float64Array(rows * capacity);

  /** Puts a cell where it belongs from the top of a heap of `size` cells down. */
  function sink(from: number, size: number, column: number, value: number): void {
    let at = 0;
    for (;;) {
      let lowest = 2 * at + 1;
      if (lowest >= size) break;
      if (lowest + 1 < size && isBelow(from + lowest + 1, from + lowest)) lowest++;
      const least = values[from + lowest];
      if (!(least < value || (least === value && columns[from + lowest] > column))) break;
      values[from + at] = least;
      columns[from + at] = columns[from + lowest];
      at = lowest;
    }
    values[from + at] = value;
    columns[from + at] = column;
  }

  function isBelow(a: number, b: number): boolean {
    return values[a] < values[b] || (values[a] === values[b] && columns[a] > columns[b]);
  }

  return {
    offer(row, column, value) {
      const from = row * capacity;
      if (count[row] === capacity) {
        if (capacity > 0 && value > values[from]) sink(from, capacity, column, value);
        return;
      }
      let at = count[row]++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        const above = values[from + parent];
        // What came before has a lower column, and stays below no equal value.
        if (!(value <= above)) break;
        values[from + at] = above;
        columns[from + at] = columns[from + parent];
        at = parent;
      }
      values[from + at] = value;
      columns[from + at] = column;
    },
    drain() {
      for (let row = 0; row < rows; row++) {
        const from = row * capacity;
        for (let size = count[row] - 1; size > 0; size--) {
          const value = values[from + size];
          const column = columns[from + size];
          values[from + size] = values[from];
          columns[from + size] = columns[from];
          sink(from, size, column, value);
        }
      }
      return { count, columns, values };
    },
  };
}
