import type { Rng } from "../random.ts";

/** Two clusters of points. Shapes: centres [2, dims], isSecond [points]. */
export interface TwoMeans {
  readonly centres: Float64Array;
  readonly isSecond: Uint8Array;
  /** Σ of the squared distances to the own centre. */
  readonly within: number;
}

/**
 * 2-means by Lloyd's steps, the best of several starts of k-means++ (Arthur & Vassilvitskii 2007). Points that are all equal are one cluster. Shape: points
 * [count, dims].
 */
export function twoMeans(points: Float64Array, dims: number, rng: Rng, { starts = 8, steps = 100 } = {}): TwoMeans {
  const count = dims === 0 ? 0 : points.length / dims;
  let best: TwoMeans = { centres: new Float64Array(2 * dims), isSecond: new Uint8Array(count), within: Infinity };
  for (let start = 0; start < starts && count > 0; start++) {
    const found = lloyd(points, dims, firstCentres(points, dims, rng.fork(start)), steps);
    if (found.within < best.within) best = found;
  }
  return best;
}

function firstCentres(points: Float64Array, dims: number, rng: Rng): Float64Array {
  const count = points.length / dims;
  const first = rng.integer(count) * dims;
  const squares = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) total += squares[i] = squareBetween(points, i * dims, points, first, dims);
  let left = rng.uniform() * total;
  let second = 0;
  while (second < count - 1 && (left -= squares[second]) >= 0) second++;
  return Float64Array.from([...points.subarray(first, first + dims), ...points.subarray(second * dims, (second + 1) * dims)]);
}

function lloyd(points: Float64Array, dims: number, centres: Float64Array, steps: number): TwoMeans {
  const count = points.length / dims;
  const isSecond = new Uint8Array(count);
  const sums = new Float64Array(2 * dims);
  let within = Infinity;
  for (let step = 0; step < steps; step++) {
    const sizes = [0, 0];
    sums.fill(0);
    let sum = 0;
    let moved = step === 0;
    for (let i = 0; i < count; i++) {
      const at = i * dims;
      let a = 0;
      let b = 0;
      for (let j = 0; j < dims; j++) {
        const toFirst = points[at + j] - centres[j];
        const toSecond = points[at + j] - centres[dims + j];
        a += toFirst * toFirst;
        b += toSecond * toSecond;
      }
      const own = b < a ? 1 : 0;
      if (own !== isSecond[i]) moved = true;
      isSecond[i] = own;
      sum += own === 1 ? b : a;
      sizes[own]++;
      const to = own * dims;
      for (let j = 0; j < dims; j++) sums[to + j] += points[at + j];
    }
    within = sum;
    if (!moved) break;
    for (let k = 0; k < 2; k++) if (sizes[k] > 0) for (let j = 0; j < dims; j++) centres[k * dims + j] = sums[k * dims + j] / sizes[k];
  }
  return { centres, isSecond, within };
}

/** Squared distance of two points that start at these places. */
export function squareBetween(a: Float64Array, from: number, b: Float64Array, to: number, dims: number): number {
  let sum = 0;
  for (let j = 0; j < dims; j++) sum += (a[from + j] - b[to + j]) ** 2;
  return sum;
}

/**
 * The mean silhouette (Rousseeuw 1987) of two clusters, in [−1, 1]: (b − a) / max(a, b) of a point whose mean distance to its own cluster is a, to the
 * other b; 0 for a point alone. From at most `most` points of each cluster, so that it costs no square of the points. 0 where one is empty.
 */
export function meanSilhouette(points: Float64Array, dims: number, isSecond: Uint8Array, rng: Rng, most = 300): number {
  const members = [0, 1].map((k) => {
    const all = Int32Array.from(isSecond.keys()).filter((i) => isSecond[i] === k);
    const drawn = Array.from(rng.fork(k).sample(all.length, Math.min(most, all.length)), (at) => all[at]);
    const own = new Float64Array(drawn.length * dims);
    drawn.forEach((i, at) => own.set(points.subarray(i * dims, (i + 1) * dims), at * dims));
    return { size: all.length, count: drawn.length, points: own };
  });
  if (members.some(({ size }) => size === 0)) return 0;
  const sums = members.map(({ count, points: own }, k) => {
    const others = members[1 - k].points;
    let sum = 0;
    for (let i = 0; i < count && count > 1; i++) {
      const a = meanDistance(own, i * dims, own, dims) * (count / (count - 1));
      const b = meanDistance(own, i * dims, others, dims);
      if (a !== b) sum += (b - a) / Math.max(a, b);
    }
    return sum / count;
  });
  return (members[0].size * sums[0] + members[1].size * sums[1]) / (members[0].size + members[1].size);
}

/** From the point that begins at `from` to all of the others. */
function meanDistance(points: Float64Array, from: number, others: Float64Array, dims: number): number {
  let sum = 0;
  for (let to = 0; to < others.length; to += dims) {
    let square = 0;
    for (let j = 0; j < dims; j++) {
      const step = points[from + j] - others[to + j];
      square += step * step;
    }
    sum += Math.sqrt(square);
  }
  return (sum * dims) / others.length;
}
