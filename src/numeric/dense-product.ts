/** out = a b, in tiles of two rows and four inner numbers. Shapes: a [rows, inner], b [inner, cols], out [rows, cols]. */
export function productInto(out: Float64Array, a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): void {
  out.fill(0, 0, rows * cols);
  let i = 0;
  for (; i + 1 < rows; i += 2) {
    let k = 0;
    for (; k + 3 < inner; k += 4) addTile(out, a, b, i, k, inner, cols);
    for (; k < inner; k++) {
      addScaled(out, i * cols, b, k * cols, a[i * inner + k], cols);
      addScaled(out, (i + 1) * cols, b, k * cols, a[(i + 1) * inner + k], cols);
    }
  }
  if (i < rows) for (let k = 0; k < inner; k++) addScaled(out, i * cols, b, k * cols, a[i * inner + k], cols);
}

/** Rows i and i + 1 of out += their products with rows k … k + 3 of b. */
function addTile(out: Float64Array, a: Float64Array, b: Float64Array, i: number, k: number, inner: number, cols: number): void {
  const at = i * inner + k;
  const below = at + inner;
  const [a0, a1, a2, a3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
  const [c0, c1, c2, c3] = [a[below], a[below + 1], a[below + 2], a[below + 3]];
  let to = i * cols;
  let down = to + cols;
  let p0 = k * cols;
  let p1 = p0 + cols;
  let p2 = p1 + cols;
  let p3 = p2 + cols;
  for (const end = to + cols; to < end; to++) {
    const [b0, b1, b2, b3] = [b[p0++], b[p1++], b[p2++], b[p3++]];
    out[to] += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
    out[down++] += c0 * b0 + c1 * b1 + (c2 * b2 + c3 * b3);
  }
}

function addScaled(out: Float64Array, to: number, b: Float64Array, from: number, scale: number, cols: number): void {
  for (let j = 0; j < cols; j++) out[to + j] += scale * b[from + j];
}

/** out = a bᵀ. Shapes: a [rows, inner], b [cols, inner], out [rows, cols]. */
export function productWithTransposeInto(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  cols: number,
): void {
  const whole = inner - (inner % 2);
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 3 < cols; j += 4) {
      let p = i * inner;
      const end = p + inner;
      let q0 = j * inner;
      let q1 = q0 + inner;
      let q2 = q1 + inner;
      let q3 = q2 + inner;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (; p < end; p++) {
        const value = a[p];
        s0 += value * b[q0++];
        s1 += value * b[q1++];
        s2 += value * b[q2++];
        s3 += value * b[q3++];
      }
      const to = i * cols + j;
      out[to] = s0;
      out[to + 1] = s1;
      out[to + 2] = s2;
      out[to + 3] = s3;
    }
    for (; j < cols; j++) {
      const [p, q] = [i * inner, j * inner];
      let even = 0;
      let odd = 0;
      for (let k = 0; k < whole; k += 2) {
        even += a[p + k] * b[q + k];
        odd += a[p + k + 1] * b[q + k + 1];
      }
      if (whole < inner) even += a[p + whole] * b[q + whole];
      out[i * cols + j] = even + odd;
    }
  }
}

/** out = aᵀ. Shapes: a [rows, cols], out [cols, rows]. */
export function transposeInto(out: Float64Array, a: Float64Array, rows: number, cols: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j];
}
