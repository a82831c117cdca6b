/**
 * The value that would stand at `rank` (from 0) if the first `count` values were sorted. Reorders them; nothing is allocated. Quickselect (Hoare 1961,
 * Algorithm 65) with the median of three as pivot; a part that shrinks too slowly is sorted, so that no input takes quadratic time.
 */
export function selectInPlace(values: Float64Array, count: number, rank: number): number {
  let low = 0;
  let high = count - 1;
  for (let round = 0; high - low > 16 && round < 40; round++) {
    const pivot = medianOf(values[low], values[(low + high) >> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const kept = values[i];
      values[i++] = values[j];
      values[j--] = kept;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return values[rank];
  }
  if (high - low > 16) values.subarray(low, high + 1).sort();
  else insertionSort(values, low, high);
  return values[rank];
}

function medianOf(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}

function insertionSort(values: Float64Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const value = values[i];
    let j = i;
    for (; j > low && values[j - 1] > value; j--) values[j] = values[j - 1];
    values[j] = value;
  }
}
