import { kernelMemory, kernels } from "./kernels.ts";

/** Rows that the kernel takes at a time. */
const panel = 256;
const number = 8;
const zAt = 2;
const tAt = zAt + panel;
const curvatureAt = tAt + panel;

const logisticBytes = (curvatureAt + panel) * number;

/** Fewer rows of equal share than this are not worth a call. */
const shortest = 4;

/**
 * Logistic losses of rows i in [from, to) with scores z_p, p = i − from + at: z_p becomes share_i ℓ', curvature_i share_i ℓ''; returns Σ share_i ln(1 + e^{−t_i z_p}).
 * Shapes: z [rows], from `at` on; curvature, t, share [examples]. It works in the memory of the kernels: z must not lie there, and no pass over rows may be under way.
 */
export function logisticRowsInto(
  z: Float64Array,
  at: number,
  curvature: Float64Array,
  t: Float64Array,
  share: Float64Array,
  from: number,
  to: number,
): number {
  let value = 0;
  let start = from;
  while (start < to) {
    const c = share[start];
    const most = Math.min(to, start + panel);
    let end = start + 1;
    while (end < most && share[end] === c) end++;
    const own = at + start - from;
    value += end - start < shortest ? few(z, own, curvature, t, c, start, end) : many(z, own, curvature, t, c, start, end);
    start = end;
  }
  return value;
}

function many(z: Float64Array, at: number, curvature: Float64Array, t: Float64Array, share: number, from: number, to: number): number {
  const { floats } = kernelMemory(logisticBytes);
  const count = to - from;
  for (let r = 0; r < count; r++) {
    floats[zAt + r] = z[at + r];
    floats[tAt + r] = t[from + r];
  }
  const even = count + (count % 2);
  if (even > count) {
    // So far on the right side that it adds nothing.
    floats[zAt + count] = 1e3;
    floats[tAt + count] = 1;
  }
  kernels.logisticRows(0, zAt * number, tAt * number, curvatureAt * number, share, even);
  for (let r = 0; r < count; r++) {
    z[at + r] = floats[zAt + r];
    curvature[from + r] = floats[curvatureAt + r];
  }
  return share * (Math.log(floats[0]) + floats[1]);
}

function few(z: Float64Array, at: number, curvature: Float64Array, t: Float64Array, share: number, from: number, to: number): number {
  let value = 0;
  for (let i = from, p = at; i < to; i++, p++) {
    const margin = t[i] * z[p];
    const e = Math.exp(-Math.abs(margin));
    const inverse = 1 / (1 + e);
    value += share * (Math.log1p(e) + (margin < 0 ? -margin : 0));
    z[p] = -share * t[i] * (margin > 0 ? e * inverse : inverse);
    curvature[i] = share * e * inverse * inverse;
  }
  return value;
}
