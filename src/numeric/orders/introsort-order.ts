/**
 * Positions of the first `count` values by rising value, with equal values in the order in which NumPy's portable argsort leaves them (its default kind on a
 * processor without vector sorts): a quicksort of the median of three, small parts by insertion, too deep ones by heap. Its order of equal values is arbitrary
 * but fixed, and some of its users' figures hang on it. No value may be NaN. Shape: [count].
 */
export function introsortOrder(values: Float64Array, count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const parts: number[] = [];
  let [low, high] = [0, count - 1];
  let depth = 2 * (31 - Math.clz32(count));
  for (;;) {
    if (depth < 0) heapSort(order, values, low, high - low + 1);
    else {
      while (high - low > smallPart) {
        const middle = partition(order, values, low, high);
        depth--;
        if (middle - low < high - middle) {
          parts.push(middle + 1, high, depth);
          high = middle - 1;
        } else {
          parts.push(low, middle - 1, depth);
          low = middle + 1;
        }
      }
      insertionSort(order, values, low, high);
    }
    if (parts.length === 0) return order;
    depth = parts.pop() as number;
    high = parts.pop() as number;
    low = parts.pop() as number;
  }
}

const smallPart = 15;

/** Returns where the pivot ends up. */
function partition(order: Int32Array, values: Float64Array, low: number, high: number): number {
  const middle = low + ((high - low) >> 1);
  if (values[order[middle]] < values[order[low]]) swap(order, middle, low);
  if (values[order[high]] < values[order[middle]]) swap(order, high, middle);
  if (values[order[middle]] < values[order[low]]) swap(order, middle, low);
  const pivot = values[order[middle]];
  let [i, j] = [low, high - 1];
  swap(order, middle, j);
  for (;;) {
    do i++;
    while (values[order[i]] < pivot);
    do j--;
    while (pivot < values[order[j]]);
    if (i >= j) break;
    swap(order, i, j);
  }
  swap(order, i, high - 1);
  return i;
}

function insertionSort(order: Int32Array, values: Float64Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const own = order[i];
    let j = i;
    for (; j > low && values[own] < values[order[j - 1]]; j--) order[j] = order[j - 1];
    order[j] = own;
  }
}

function heapSort(order: Int32Array, values: Float64Array, from: number, count: number): void {
  const base = from - 1;
  for (let l = count >> 1; l > 0; l--) sink(order, values, base, l, count, order[base + l]);
  for (let n = count; n > 1;) {
    const last = order[base + n];
    order[base + n] = order[base + 1];
    sink(order, values, base, 1, --n, last);
  }
}

function sink(order: Int32Array, values: Float64Array, base: number, at: number, count: number, own: number): void {
  let i = at;
  for (let j = 2 * i; j <= count; j += j) {
    if (j < count && values[order[base + j]] < values[order[base + j + 1]]) j++;
    if (!(values[own] < values[order[base + j]])) break;
    order[base + i] = order[base + j];
    i = j;
  }
  order[base + i] = own;
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a];
  order[a] = order[b];
  order[b] = kept;
}
