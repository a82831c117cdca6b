/** out = a b. Shapes: a [rows, inner], b [inner, cols], out [rows, cols]. */
export function productInto(out: Float64Array, a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): void {
  out.fill(0, 0, rows * cols);
  for (let i = 0; i < rows; i++) {
    const to = i * cols;
    let k = 0;
    for (; k + 3 < inner; k += 4) {
      const at = i * inner + k;
      const [a0, a1, a2, a3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
      const b0 = k * cols;
      const b1 = b0 + cols;
      const b2 = b1 + cols;
      const b3 = b2 + cols;
      for (let j = 0; j < cols; j++) out[to + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + (a2 * b[b2 + j] + a3 * b[b3 + j]);
    }
    for (; k < inner; k++) {
      const scale = a[i * inner + k];
      const from = k * cols;
      for (let j = 0; j < cols; j++) out[to + j] += scale * b[from + j];
    }
  }
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
