// Inner loops in AssemblyScript: `node scripts/kernels.mjs` compiles them into src/numeric/matrices/kernels-wasm.ts. Arguments named after arrays are byte
// addresses in the one memory, which the caller lays out; see src/numeric/matrices/row-pass.ts and gram.ts. Two numbers at a time, no fused
// multiply-add, so every processor gets the same bits.

const number: usize = 8;
const pair: usize = 16;

function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** z_i = a_i · v + v[cols]. Shapes: z [rows], a [rows, cols], v [cols + 1]. */
export function denseProducts(z: usize, a: usize, v: usize, rows: usize, cols: usize): void {
  const width = cols * number;
  const whole = (cols & ~1) * number;
  const bias = load<f64>(v + width);
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + i * width;
    const a1 = a0 + width;
    const a2 = a1 + width;
    const a3 = a2 + width;
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let j: usize = 0; j < whole; j += pair) {
      const w = v128.load(v + j);
      s0 = f64x2.add(s0, f64x2.mul(w, v128.load(a0 + j)));
      s1 = f64x2.add(s1, f64x2.mul(w, v128.load(a1 + j)));
      s2 = f64x2.add(s2, f64x2.mul(w, v128.load(a2 + j)));
      s3 = f64x2.add(s3, f64x2.mul(w, v128.load(a3 + j)));
    }
    let t0 = sumOf(s0) + bias;
    let t1 = sumOf(s1) + bias;
    let t2 = sumOf(s2) + bias;
    let t3 = sumOf(s3) + bias;
    if (whole < width) {
      const w = load<f64>(v + whole);
      t0 += w * load<f64>(a0 + whole);
      t1 += w * load<f64>(a1 + whole);
      t2 += w * load<f64>(a2 + whole);
      t3 += w * load<f64>(a3 + whole);
    }
    const to = z + i * number;
    store<f64>(to, t0);
    store<f64>(to + 8, t1);
    store<f64>(to + 16, t2);
    store<f64>(to + 24, t3);
  }
  for (; i < rows; i++) {
    let s = f64x2.splat(0);
    for (let j: usize = 0; j < whole; j += pair) s = f64x2.add(s, f64x2.mul(v128.load(v + j), v128.load(a + i * width + j)));
    let t = sumOf(s) + bias;
    if (whole < width) t += load<f64>(v + whole) * load<f64>(a + i * width + whole);
    store<f64>(z + i * number, t);
  }
}

/** out += Σ_i s_i (a_i, 1). Shapes: out [cols + 1], a [rows, cols], s [rows]. */
export function denseAdd(out: usize, a: usize, s: usize, rows: usize, cols: usize): void {
  const width = cols * number;
  const whole = (cols & ~1) * number;
  let total = load<f64>(out + width);
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + i * width;
    const a1 = a0 + width;
    const a2 = a1 + width;
    const a3 = a2 + width;
    const from = s + i * number;
    const s0 = load<f64>(from);
    const s1 = load<f64>(from + 8);
    const s2 = load<f64>(from + 16);
    const s3 = load<f64>(from + 24);
    const p0 = f64x2.splat(s0);
    const p1 = f64x2.splat(s1);
    const p2 = f64x2.splat(s2);
    const p3 = f64x2.splat(s3);
    for (let j: usize = 0; j < whole; j += pair) {
      const low = f64x2.add(f64x2.mul(p0, v128.load(a0 + j)), f64x2.mul(p1, v128.load(a1 + j)));
      const high = f64x2.add(f64x2.mul(p2, v128.load(a2 + j)), f64x2.mul(p3, v128.load(a3 + j)));
      v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.add(low, high)));
    }
    if (whole < width) {
      const low = s0 * load<f64>(a0 + whole) + s1 * load<f64>(a1 + whole);
      const high = s2 * load<f64>(a2 + whole) + s3 * load<f64>(a3 + whole);
      store<f64>(out + whole, load<f64>(out + whole) + (low + high));
    }
    total += s0 + s1 + (s2 + s3);
  }
  for (; i < rows; i++) {
    const c = load<f64>(s + i * number);
    for (let j: usize = 0; j < width; j += number) store<f64>(out + j, load<f64>(out + j) + c * load<f64>(a + i * width + j));
    total += c;
  }
  store<f64>(out + width, total);
}

/** Squares in place. Shape: a [count]. */
export function square(a: usize, count: usize): void {
  const end = a + count * number;
  for (let p = a; p < end; p += number) store<f64>(p, load<f64>(p) * load<f64>(p));
}

const ln2High: f64 = 6.93147180369123816e-1;
const ln2Low: f64 = 1.9082149292705877e-10;

/** e^x for x ≤ 0 to about one unit in the last place, and 0 below −708: 2^n e^r with |r| ≤ ln 2 / 2, and e^r by its Taylor series up to r^13 / 13!. */
function expOf(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(ln2High))), f64x2.mul(n, f64x2.splat(ln2Low)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const a = f64x2.add(line(0.5, 1.0 / 6, r), f64x2.mul(r2, line(1.0 / 24, 1.0 / 120, r)));
  const b = f64x2.add(line(1.0 / 720, 1.0 / 5040, r), f64x2.mul(r2, line(1.0 / 40320, 1.0 / 362880, r)));
  const c = f64x2.add(line(1.0 / 3628800, 1.0 / 39916800, r), f64x2.mul(r2, line(1.0 / 479001600, 1.0 / 6227020800, r)));
  const rest = f64x2.add(a, f64x2.mul(r4, f64x2.add(b, f64x2.mul(r4, c))));
  const power = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(r2, rest)));
  const exponent = i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n)), i64x2.splat(1023));
  return v128.andnot(f64x2.mul(power, i64x2.shl(exponent, 52)), f64x2.lt(x, f64x2.splat(-708)));
}

function line(a: f64, b: f64, r: v128): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(f64x2.splat(b), r));
}

/**
 * Logistic losses ln(1 + e^{−tz}) of rows that count `share` each: z becomes share ℓ', curvature share ℓ''; sums = (Π (1 + e^{−|tz|}), Σ max(0, −tz)), so that
 * the losses add up to share (ln of the first + the second). Shapes: z, t, curvature [rows], an even number of at most 512.
 */
export function logisticRows(sums: usize, z: usize, t: usize, curvature: usize, share: f64, rows: usize): void {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const c = f64x2.splat(share);
  let product = one;
  let short = zero;
  for (let i: usize = 0; i < rows * number; i += pair) {
    const sign = v128.load(t + i);
    const margin = f64x2.mul(sign, v128.load(z + i));
    const e = expOf(f64x2.neg(f64x2.abs(margin)));
    const whole = f64x2.add(one, e);
    const inverse = f64x2.div(one, whole);
    const other = f64x2.mul(e, inverse);
    product = f64x2.mul(product, whole);
    short = f64x2.add(short, f64x2.max(f64x2.neg(margin), zero));
    const wrong = v128.bitselect(other, inverse, f64x2.gt(margin, zero));
    v128.store(z + i, f64x2.neg(f64x2.mul(f64x2.mul(c, sign), wrong)));
    v128.store(curvature + i, f64x2.mul(f64x2.mul(c, other), inverse));
  }
  store<f64>(sums, f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
  store<f64>(sums + number, sumOf(short));
}

/** As `denseProducts`, of compressed rows whose first entry stands at `values` and `indices`. Shapes: z [rows], starts [rows + 1], v [cols + 1]. */
export function sparseProducts(z: usize, starts: usize, indices: usize, values: usize, v: usize, rows: usize, cols: usize): void {
  const bias = load<f64>(v + cols * number);
  const first = load<u32>(starts);
  let a = values;
  let at = indices;
  for (let i: usize = 0; i < rows; i++) {
    const end = values + ((<usize>(load<u32>(starts + ((i + 1) << 2)) - first)) << 3);
    let s0: f64 = 0;
    let s1: f64 = 0;
    let s2: f64 = 0;
    let s3: f64 = 0;
    for (; a + 32 <= end; a += 32, at += 16) {
      s0 += load<f64>(a) * load<f64>(v + ((<usize>load<u32>(at)) << 3));
      s1 += load<f64>(a + 8) * load<f64>(v + ((<usize>load<u32>(at + 4)) << 3));
      s2 += load<f64>(a + 16) * load<f64>(v + ((<usize>load<u32>(at + 8)) << 3));
      s3 += load<f64>(a + 24) * load<f64>(v + ((<usize>load<u32>(at + 12)) << 3));
    }
    for (; a < end; a += 8, at += 4) s0 += load<f64>(a) * load<f64>(v + ((<usize>load<u32>(at)) << 3));
    store<f64>(z + i * number, s0 + s1 + (s2 + s3) + bias);
  }
}

/** As `denseAdd`, of compressed rows. Shapes: out [cols + 1], starts [rows + 1], s [rows]. */
export function sparseAdd(out: usize, starts: usize, indices: usize, values: usize, s: usize, rows: usize, cols: usize): void {
  const first = load<u32>(starts);
  let a = values;
  let at = indices;
  let total = load<f64>(out + cols * number);
  for (let i: usize = 0; i < rows; i++) {
    const end = values + ((<usize>(load<u32>(starts + ((i + 1) << 2)) - first)) << 3);
    const c = load<f64>(s + i * number);
    for (; a < end; a += 8, at += 4) {
      const to = out + ((<usize>load<u32>(at)) << 3);
      store<f64>(to, load<f64>(to) + c * load<f64>(a));
    }
    total += c;
  }
  store<f64>(out + cols * number, total);
}

/** packed_i = root_i (a_i, 1, 0 …). Shapes: packed [rows, stride], a [rows, cols], root [rows]. */
export function packRows(packed: usize, a: usize, root: usize, rows: usize, cols: usize, stride: usize): void {
  const whole = cols & ~1;
  for (let i: usize = 0; i < rows; i++) {
    const c = load<f64>(root + i * number);
    const scale = f64x2.splat(c);
    const from = a + i * cols * number;
    const to = packed + i * stride * number;
    for (let j: usize = 0; j < whole; j += 2) v128.store(to + j * number, f64x2.mul(scale, v128.load(from + j * number)));
    if (whole < cols) store<f64>(to + whole * number, c * load<f64>(from + whole * number));
    store<f64>(to + cols * number, c);
    for (let j = cols + 1; j < stride; j++) store<f64>(to + j * number, 0);
  }
}

/** gram += packedᵀ packed, in tiles of 4 × 4 that reach the lower triangle. Shapes: gram [stride, stride], packed [rows, stride]; 4 divides stride. */
export function addGram(gram: usize, packed: usize, rows: usize, stride: usize): void {
  const width = stride * number;
  for (let j: usize = 0; j < stride; j += 4) for (let k: usize = 0; k <= j; k += 4) addTile(gram, packed, rows, width, j, k);
}

function addTile(gram: usize, packed: usize, rows: usize, width: usize, j: usize, k: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let a = packed + j * number;
  let b = packed + k * number;
  const end = b + rows * width;
  for (; b < end; a += width, b += width) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(x, b0));
    s01 = f64x2.add(s01, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(x, b0));
    s11 = f64x2.add(s11, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(x, b0));
    s21 = f64x2.add(s21, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(x, b0));
    s31 = f64x2.add(s31, f64x2.mul(x, b1));
  }
  const to = gram + j * width + k * number;
  addFour(to, s00, s01);
  addFour(to + width, s10, s11);
  addFour(to + 2 * width, s20, s21);
  addFour(to + 3 * width, s30, s31);
}

function addFour(to: usize, low: v128, high: v128): void {
  v128.store(to, f64x2.add(v128.load(to), low));
  v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
}

/** out = a b, in tiles of 4 × 4. Shapes: a [rows, inner], b [inner, cols], out [rows, cols]. */
export function product(out: usize, a: usize, b: usize, rows: usize, inner: usize, cols: usize): void {
  const width = cols * number;
  const depth = inner * number;
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const left = a + i * depth;
    const to = out + i * width;
    let j: usize = 0;
    for (; j + 4 <= cols; j += 4) productTile(to + j * number, left, b + j * number, depth, width);
    for (; j < cols; j++) {
      const right = b + j * number;
      for (let r: usize = 0; r < 4; r++) productEntry(to + r * width + j * number, left + r * depth, right, depth, width);
    }
  }
  for (; i < rows; i++) {
    const left = a + i * depth;
    const to = out + i * width;
    let j: usize = 0;
    for (; j + 4 <= cols; j += 4) {
      let low = f64x2.splat(0);
      let high = low;
      let from = b + j * number;
      for (let p = left; p < left + depth; p += number, from += width) {
        const x = v128.load64_splat(p);
        low = f64x2.add(low, f64x2.mul(x, v128.load(from)));
        high = f64x2.add(high, f64x2.mul(x, v128.load(from, 16)));
      }
      v128.store(to + j * number, low);
      v128.store(to + j * number, high, 16);
    }
    for (; j < cols; j++) productEntry(to + j * number, left, b + j * number, depth, width);
  }
}

function productTile(to: usize, a0: usize, b: usize, depth: usize, width: usize): void {
  const a1 = a0 + depth;
  const a2 = a1 + depth;
  const a3 = a2 + depth;
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let p: usize = 0; p < depth; p += number, b += width) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a0 + p);
    s00 = f64x2.add(s00, f64x2.mul(x, b0));
    s01 = f64x2.add(s01, f64x2.mul(x, b1));
    x = v128.load64_splat(a1 + p);
    s10 = f64x2.add(s10, f64x2.mul(x, b0));
    s11 = f64x2.add(s11, f64x2.mul(x, b1));
    x = v128.load64_splat(a2 + p);
    s20 = f64x2.add(s20, f64x2.mul(x, b0));
    s21 = f64x2.add(s21, f64x2.mul(x, b1));
    x = v128.load64_splat(a3 + p);
    s30 = f64x2.add(s30, f64x2.mul(x, b0));
    s31 = f64x2.add(s31, f64x2.mul(x, b1));
  }
  v128.store(to, s00);
  v128.store(to, s01, 16);
  v128.store(to + width, s10);
  v128.store(to + width, s11, 16);
  v128.store(to + 2 * width, s20);
  v128.store(to + 2 * width, s21, 16);
  v128.store(to + 3 * width, s30);
  v128.store(to + 3 * width, s31, 16);
}

function productEntry(to: usize, a: usize, b: usize, depth: usize, width: usize): void {
  let sum: f64 = 0;
  for (let p = a; p < a + depth; p += number, b += width) sum += load<f64>(p) * load<f64>(b);
  store<f64>(to, sum);
}

/** out = a bᵀ, in tiles of 2 × 2. Shapes: a [rows, inner], b [cols, inner], out [rows, cols]. */
export function productWithTranspose(out: usize, a: usize, b: usize, rows: usize, inner: usize, cols: usize): void {
  const depth = inner * number;
  const whole = (inner & ~1) * number;
  for (let i: usize = 0; i < rows; i += 2) {
    const a0 = a + i * depth;
    const a1 = i + 1 < rows ? a0 + depth : a0;
    const to = out + i * cols * number;
    for (let j: usize = 0; j < cols; j += 2) {
      const b0 = b + j * depth;
      const b1 = j + 1 < cols ? b0 + depth : b0;
      let s00 = f64x2.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      for (let p: usize = 0; p < whole; p += 2 * number) {
        const x0 = v128.load(a0 + p);
        const x1 = v128.load(a1 + p);
        const y0 = v128.load(b0 + p);
        const y1 = v128.load(b1 + p);
        s00 = f64x2.add(s00, f64x2.mul(x0, y0));
        s01 = f64x2.add(s01, f64x2.mul(x0, y1));
        s10 = f64x2.add(s10, f64x2.mul(x1, y0));
        s11 = f64x2.add(s11, f64x2.mul(x1, y1));
      }
      let t00 = f64x2.extract_lane(s00, 0) + f64x2.extract_lane(s00, 1);
      let t01 = f64x2.extract_lane(s01, 0) + f64x2.extract_lane(s01, 1);
      let t10 = f64x2.extract_lane(s10, 0) + f64x2.extract_lane(s10, 1);
      let t11 = f64x2.extract_lane(s11, 0) + f64x2.extract_lane(s11, 1);
      if (whole < depth) {
        const x0 = load<f64>(a0 + whole);
        const x1 = load<f64>(a1 + whole);
        const y0 = load<f64>(b0 + whole);
        const y1 = load<f64>(b1 + whole);
        t00 += x0 * y0;
        t01 += x0 * y1;
        t10 += x1 * y0;
        t11 += x1 * y1;
      }
      const at = to + j * number;
      const isWide = j + 1 < cols;
      store<f64>(at, t00);
      if (isWide) store<f64>(at, t01, 8);
      if (i + 1 < rows) {
        const below = at + cols * number;
        store<f64>(below, t10);
        if (isWide) store<f64>(below, t11, 8);
      }
    }
  }
}

// Ridge problems of factor models: for each row, (gram + Σ_p weight_p f_p f_pᵀ + ridge I) x = Σ_p target_p f_p over the row's entries p, with f_p the
// row of `fixed` that indices_p names. `weights` = 0 stands for weights of 1, `gram` = 0 for none. See src/numeric/solvers/ridge-rows.ts.

/** out += Σ_p s_p f_p with s_p = target_p − weight_p (f_p · v), or weight_p (f_p · v) where `targets` is 0; 4 entries at a time. */
function addOuterProducts(out: usize, v: usize, fixed: usize, at: usize, end: usize, weights: usize, targets: usize, stride: usize): void {
  const width = stride * number;
  const twos = width & ~31;
  let w = weights;
  let t = targets;
  for (; at + 16 <= end; at += 16) {
    const a0 = fixed + <usize>load<u32>(at) * width;
    const a1 = fixed + <usize>load<u32>(at + 4) * width;
    const a2 = fixed + <usize>load<u32>(at + 8) * width;
    const a3 = fixed + <usize>load<u32>(at + 12) * width;
    let v0 = f64x2.splat(0);
    let v1 = v0;
    let v2 = v0;
    let v3 = v0;
    let j: usize = 0;
    for (; j < twos; j += 2 * pair) {
      let x = v128.load(v + j);
      v0 = f64x2.add(v0, f64x2.mul(x, v128.load(a0 + j)));
      v1 = f64x2.add(v1, f64x2.mul(x, v128.load(a1 + j)));
      v2 = f64x2.add(v2, f64x2.mul(x, v128.load(a2 + j)));
      v3 = f64x2.add(v3, f64x2.mul(x, v128.load(a3 + j)));
      x = v128.load(v + j, 16);
      v0 = f64x2.add(v0, f64x2.mul(x, v128.load(a0 + j, 16)));
      v1 = f64x2.add(v1, f64x2.mul(x, v128.load(a1 + j, 16)));
      v2 = f64x2.add(v2, f64x2.mul(x, v128.load(a2 + j, 16)));
      v3 = f64x2.add(v3, f64x2.mul(x, v128.load(a3 + j, 16)));
    }
    if (j < width) {
      const x = v128.load(v + j);
      v0 = f64x2.add(v0, f64x2.mul(x, v128.load(a0 + j)));
      v1 = f64x2.add(v1, f64x2.mul(x, v128.load(a1 + j)));
      v2 = f64x2.add(v2, f64x2.mul(x, v128.load(a2 + j)));
      v3 = f64x2.add(v3, f64x2.mul(x, v128.load(a3 + j)));
    }
    let s0 = sumOf(v0);
    let s1 = sumOf(v1);
    let s2 = sumOf(v2);
    let s3 = sumOf(v3);
    if (w !== 0) {
      s0 *= load<f64>(w);
      s1 *= load<f64>(w + 8);
      s2 *= load<f64>(w + 16);
      s3 *= load<f64>(w + 24);
      w += 32;
    }
    if (t !== 0) {
      s0 = load<f64>(t) - s0;
      s1 = load<f64>(t + 8) - s1;
      s2 = load<f64>(t + 16) - s2;
      s3 = load<f64>(t + 24) - s3;
      t += 32;
    }
    const p0 = f64x2.splat(s0);
    const p1 = f64x2.splat(s1);
    const p2 = f64x2.splat(s2);
    const p3 = f64x2.splat(s3);
    for (j = 0; j < twos; j += 2 * pair) {
      let low = f64x2.add(f64x2.mul(p0, v128.load(a0 + j)), f64x2.mul(p1, v128.load(a1 + j)));
      let high = f64x2.add(f64x2.mul(p2, v128.load(a2 + j)), f64x2.mul(p3, v128.load(a3 + j)));
      v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.add(low, high)));
      low = f64x2.add(f64x2.mul(p0, v128.load(a0 + j, 16)), f64x2.mul(p1, v128.load(a1 + j, 16)));
      high = f64x2.add(f64x2.mul(p2, v128.load(a2 + j, 16)), f64x2.mul(p3, v128.load(a3 + j, 16)));
      v128.store(out + j, f64x2.add(v128.load(out + j, 16), f64x2.add(low, high)), 16);
    }
    if (j < width) {
      const low = f64x2.add(f64x2.mul(p0, v128.load(a0 + j)), f64x2.mul(p1, v128.load(a1 + j)));
      const high = f64x2.add(f64x2.mul(p2, v128.load(a2 + j)), f64x2.mul(p3, v128.load(a3 + j)));
      v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.add(low, high)));
    }
  }
  for (; at < end; at += 4) {
    const a = fixed + <usize>load<u32>(at) * width;
    let s = dotOf(a, v, width);
    if (w !== 0) {
      s *= load<f64>(w);
      w += 8;
    }
    if (t !== 0) {
      s = load<f64>(t) - s;
      t += 8;
    }
    addTimes(out, s, a, width);
  }
}

/** `bytes` is a multiple of 16. */
function dotOf(a: usize, b: usize, bytes: usize): f64 {
  let s = f64x2.splat(0);
  for (let j: usize = 0; j < bytes; j += pair) s = f64x2.add(s, f64x2.mul(v128.load(a + j), v128.load(b + j)));
  return sumOf(s);
}

function addTimes(out: usize, scale: f64, a: usize, bytes: usize): void {
  const s = f64x2.splat(scale);
  for (let j: usize = 0; j < bytes; j += pair) v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.mul(s, v128.load(a + j))));
}

/** out = (gram + Σ_p weight_p f_p f_pᵀ + ridge I) v. */
function ridgeProduct(
  out: usize,
  v: usize,
  fixed: usize,
  at: usize,
  end: usize,
  weights: usize,
  gram: usize,
  ridge: f64,
  stride: usize,
): void {
  const width = stride * number;
  if (gram !== 0) {
    store<f64>(v + width, 0);
    denseProducts(out, gram, v, stride, stride);
  } else memory.fill(out, 0, width);
  addTimes(out, ridge, v, width);
  addOuterProducts(out, v, fixed, at, end, weights, 0, stride);
}

/**
 * At most `steps` steps of conjugate gradients for each row, from what stands in x. Rows without entries become 0.
 * Shapes: x [rows, stride], starts [rows + 1], indices, weights, targets [entries], ridge [rows], gram [stride, stride]; work: 4 (stride + 2) numbers.
 */
export function ridgeRowsByCg(
  x: usize,
  starts: usize,
  indices: usize,
  weights: usize,
  targets: usize,
  fixed: usize,
  ridge: usize,
  gram: usize,
  work: usize,
  rows: usize,
  stride: usize,
  steps: usize,
): void {
  const width = stride * number;
  const r = work;
  const p = r + width + pair;
  const ap = p + width + pair;
  const start = ap + width + pair;
  const first = load<u32>(starts);
  for (let i: usize = 0; i < rows; i++) {
    const from = <usize>(load<u32>(starts + (i << 2)) - first);
    const to = <usize>(load<u32>(starts + ((i + 1) << 2)) - first);
    const xi = x + i * width;
    if (from === to) {
      memory.fill(xi, 0, width);
      continue;
    }
    const at = indices + (from << 2);
    const end = indices + (to << 2);
    const w = weights === 0 ? 0 : weights + (from << 3);
    const c = load<f64>(ridge + (i << 3));
    memory.copy(start, xi, width);
    if (gram !== 0) {
      store<f64>(start + width, 0);
      denseProducts(r, gram, start, stride, stride);
      for (let j: usize = 0; j < width; j += pair) v128.store(r + j, f64x2.neg(v128.load(r + j)));
    } else memory.fill(r, 0, width);
    addTimes(r, -c, start, width);
    addOuterProducts(r, start, fixed, at, end, w, targets + (from << 3), stride);
    memory.copy(p, r, width);
    let rr = dotOf(r, r, width);
    for (let step: usize = 0; step < steps && rr > 1e-20; step++) {
      ridgeProduct(ap, p, fixed, at, end, w, gram, c, stride);
      const along = rr / dotOf(p, ap, width);
      addTimes(xi, along, p, width);
      addTimes(r, -along, ap, width);
      const next = dotOf(r, r, width);
      const turn = f64x2.splat(next / rr);
      for (let j: usize = 0; j < width; j += pair) v128.store(p + j, f64x2.add(v128.load(r + j), f64x2.mul(turn, v128.load(p + j))));
      rr = next;
    }
  }
}

const panelRows: usize = 96;

/**
 * The exact solution for each row. Returns the first row whose matrix is not positive definite, or `rows`. Rows without entries become 0.
 * Shapes as in `ridgeRowsByCg`, of which 4 divides the stride; size ≤ stride is the number of unknowns; work: stride² + 97 stride numbers.
 */
export function ridgeRowsByCholesky(
  x: usize,
  starts: usize,
  indices: usize,
  weights: usize,
  targets: usize,
  fixed: usize,
  ridge: usize,
  gram: usize,
  work: usize,
  rows: usize,
  stride: usize,
  size: usize,
): usize {
  const width = stride * number;
  const a = work;
  const packed = a + stride * width;
  const first = load<u32>(starts);
  for (let i: usize = 0; i < rows; i++) {
    const from = <usize>(load<u32>(starts + (i << 2)) - first);
    const to = <usize>(load<u32>(starts + ((i + 1) << 2)) - first);
    const xi = x + i * width;
    memory.fill(xi, 0, width);
    if (from === to) continue;
    if (gram !== 0) memory.copy(a, gram, stride * width);
    else memory.fill(a, 0, stride * width);
    const c = load<f64>(ridge + (i << 3));
    for (let j: usize = 0; j < size; j++) store<f64>(a + j * (width + number), load<f64>(a + j * (width + number)) + c);
    for (let p = from; p < to; p += panelRows) {
      const count = min(panelRows, to - p);
      for (let q: usize = 0; q < count; q++) {
        const f = fixed + <usize>load<u32>(indices + ((p + q) << 2)) * width;
        const t = f64x2.splat(load<f64>(targets + ((p + q) << 3)));
        const root = f64x2.splat(weights === 0 ? 1 : Math.sqrt(load<f64>(weights + ((p + q) << 3))));
        const to = packed + q * width;
        for (let j: usize = 0; j < width; j += pair) {
          const y = v128.load(f + j);
          v128.store(to + j, f64x2.mul(root, y));
          v128.store(xi + j, f64x2.add(v128.load(xi + j), f64x2.mul(t, y)));
        }
      }
      addGram(a, packed, count, stride);
    }
    if (!solveInPlace(xi, a, size, width)) return i;
  }
  return rows;
}

/** x = A⁻¹ x by Cholesky, rows of L being built two at a time; false where a pivot is below 1e-13 of its diagonal entry. */
function solveInPlace(x: usize, a: usize, size: usize, width: usize): bool {
  for (let i: usize = 0; i < size; i++) {
    const row = a + i * width;
    let j: usize = 0;
    for (; j + 2 <= i; j += 2) {
      const b0 = a + j * width;
      const b1 = b0 + width;
      let v0 = f64x2.splat(0);
      let v1 = v0;
      for (let k: usize = 0; k < j; k += 2) {
        const y = v128.load(row + k * number);
        v0 = f64x2.add(v0, f64x2.mul(y, v128.load(b0 + k * number)));
        v1 = f64x2.add(v1, f64x2.mul(y, v128.load(b1 + k * number)));
      }
      const at = row + j * number;
      const l0 = (load<f64>(at) - sumOf(v0)) / load<f64>(b0 + j * number);
      store<f64>(at, l0);
      store<f64>(at + 8, (load<f64>(at + 8) - sumOf(v1) - l0 * load<f64>(b1 + j * number)) / load<f64>(b1 + j * number + 8));
    }
    if (j < i)
      store<f64>(row + j * number, (load<f64>(row + j * number) - dotTo(row, a + j * width, j)) / load<f64>(a + j * (width + number)));
    const diagonal = load<f64>(row + i * number);
    const pivot = diagonal - dotTo(row, row, i);
    if (!(pivot > 1e-13 * diagonal)) return false;
    store<f64>(row + i * number, Math.sqrt(pivot));
    store<f64>(x + i * number, (load<f64>(x + i * number) - dotTo(row, x, i)) / load<f64>(row + i * number));
  }
  for (let i = size; i-- > 0;) {
    const row = a + i * width;
    const value = load<f64>(x + i * number) / load<f64>(row + i * number);
    store<f64>(x + i * number, value);
    for (let k: usize = 0; k < i; k++) {
      const at = x + k * number;
      store<f64>(at, load<f64>(at) - load<f64>(row + k * number) * value);
    }
  }
  return true;
}

/** a · b over the first `count` numbers. */
function dotTo(a: usize, b: usize, count: usize): f64 {
  const whole = (count & ~1) * number;
  const s = dotOf(a, b, whole);
  return whole < count * number ? s + load<f64>(a + whole) * load<f64>(b + whole) : s;
}

// Ridge problems of two sides that hang together through their entries; see src/numeric/solvers/coupled-ridges.ts. A row is (factors, 0 where they are odd in
// number, 1 or the bias, 0), `stride` numbers, an even count; the last pair has no part in the residual's term.

/** m_u = Σ_p g_p (f_u · v_p) − e_p v_p without its last pair, over the entries p of row u. Shapes: m, f [rows, stride], v, g [others, stride]. */
export function gatherCross(
  m: usize,
  v: usize,
  f: usize,
  g: usize,
  starts: usize,
  indices: usize,
  residuals: usize,
  rows: usize,
  stride: usize,
): void {
  const width = stride * number;
  const inner = width - pair;
  memory.fill(m, 0, rows * width);
  for (let u: usize = 0; u < rows; u++) {
    const fu = f + u * width;
    const mu = m + u * width;
    const to = <usize>load<u32>(starts + ((u + 1) << 2));
    let p = <usize>load<u32>(starts + (u << 2));
    for (; p + 2 <= to; p += 2) {
      const at0 = <usize>load<u32>(indices + (p << 2)) * width;
      const at1 = <usize>load<u32>(indices + (p << 2), 4) * width;
      const v0 = v + at0;
      const v1 = v + at1;
      const g0 = g + at0;
      const g1 = g + at1;
      let s0 = f64x2.splat(0);
      let s1 = s0;
      for (let j: usize = 0; j < width; j += pair) {
        const y = v128.load(fu + j);
        s0 = f64x2.add(s0, f64x2.mul(y, v128.load(v0 + j)));
        s1 = f64x2.add(s1, f64x2.mul(y, v128.load(v1 + j)));
      }
      const a0 = f64x2.splat(sumOf(s0));
      const a1 = f64x2.splat(sumOf(s1));
      const e0 = v128.load64_splat(residuals + (p << 3));
      const e1 = v128.load64_splat(residuals + (p << 3), 8);
      for (let j: usize = 0; j < inner; j += pair) {
        const b0 = f64x2.sub(f64x2.mul(a0, v128.load(g0 + j)), f64x2.mul(e0, v128.load(v0 + j)));
        const b1 = f64x2.sub(f64x2.mul(a1, v128.load(g1 + j)), f64x2.mul(e1, v128.load(v1 + j)));
        v128.store(mu + j, f64x2.add(v128.load(mu + j), f64x2.add(b0, b1)));
      }
      const b0 = f64x2.mul(a0, v128.load(g0 + inner));
      const b1 = f64x2.mul(a1, v128.load(g1 + inner));
      v128.store(mu + inner, f64x2.add(v128.load(mu + inner), f64x2.add(b0, b1)));
    }
    if (p < to) {
      const at = <usize>load<u32>(indices + (p << 2)) * width;
      const a = f64x2.splat(dotOf(fu, v + at, width));
      const e = v128.load64_splat(residuals + (p << 3));
      for (let j: usize = 0; j < width; j += pair) {
        let b = f64x2.mul(a, v128.load(g + at + j));
        if (j < inner) b = f64x2.sub(b, f64x2.mul(e, v128.load(v + at + j)));
        v128.store(mu + j, f64x2.add(v128.load(mu + j), b));
      }
    }
  }
}

/** out_p −= f_u (g_p · c_u) − e_p c_u without its last pair, for the entries p of every row u. Shapes: c, f [rows, stride], out, g [others, stride]. */
export function scatterCross(
  out: usize,
  c: usize,
  f: usize,
  g: usize,
  starts: usize,
  indices: usize,
  residuals: usize,
  rows: usize,
  stride: usize,
): void {
  const width = stride * number;
  const inner = width - pair;
  for (let u: usize = 0; u < rows; u++) {
    const fu = f + u * width;
    const cu = c + u * width;
    const to = <usize>load<u32>(starts + ((u + 1) << 2));
    for (let p = <usize>load<u32>(starts + (u << 2)); p < to; p++) {
      const at = <usize>load<u32>(indices + (p << 2)) * width;
      const b = f64x2.splat(dotOf(g + at, cu, width));
      const e = v128.load64_splat(residuals + (p << 3));
      const o = out + at;
      for (let j: usize = 0; j < inner; j += pair) {
        const away = f64x2.sub(f64x2.mul(b, v128.load(fu + j)), f64x2.mul(e, v128.load(cu + j)));
        v128.store(o + j, f64x2.sub(v128.load(o + j), away));
      }
      v128.store(o + inner, f64x2.sub(v128.load(o + inner), f64x2.mul(b, v128.load(fu + inner))));
    }
  }
}

/** out_i = blocks_i x_i. Shapes: out, x [rows, stride], blocks [rows, stride, stride], symmetric. */
export function blockProducts(out: usize, blocks: usize, x: usize, rows: usize, stride: usize): void {
  const width = stride * number;
  for (let i: usize = 0; i < rows; i++) {
    const a = blocks + i * stride * width;
    const xi = x + i * width;
    const to = out + i * width;
    for (let j: usize = 0; j < stride; j++) store<f64>(to + j * number, dotOf(a + j * width, xi, width));
  }
}

/**
 * blocks_i = Σ_p f_p f_pᵀ + ridge_i I over the entries p of row i, with 1 on the diagonal where no row has anything (`padding` of its columns), and
 * their inverses by elimination. Returns the first row whose block is not positive definite, or `rows`. Work: 96 + wide rows of wide numbers, wide =
 * stride rounded up to 4.
 */
export function ridgeBlocks(
  blocks: usize,
  inverse: usize,
  starts: usize,
  indices: usize,
  fixed: usize,
  ridge: usize,
  work: usize,
  rows: usize,
  stride: usize,
  isPadded: usize,
): usize {
  const width = stride * number;
  const wide = (stride + 3) & ~3;
  const wideWidth = wide * number;
  const packed = work + wide * wideWidth;
  memory.fill(packed, 0, panelRows * wideWidth);
  for (let i: usize = 0; i < rows; i++) {
    const from = <usize>load<u32>(starts + (i << 2));
    const to = <usize>load<u32>(starts + ((i + 1) << 2));
    memory.fill(work, 0, wide * wideWidth);
    for (let p = from; p < to; p += panelRows) {
      const count = min(panelRows, to - p);
      for (let q: usize = 0; q < count; q++)
        memory.copy(packed + q * wideWidth, fixed + <usize>load<u32>(indices + ((p + q) << 2)) * width, width);
      addGram(work, packed, count, wide);
    }
    const c = load<f64>(ridge + (i << 3));
    const a = blocks + i * stride * width;
    for (let j: usize = 0; j < stride; j++) {
      for (let k: usize = 0; k < j; k++) {
        const value = load<f64>(work + j * wideWidth + k * number);
        store<f64>(a + j * width + k * number, value);
        store<f64>(a + k * width + j * number, value);
      }
      const isEmpty = load<u8>(isPadded + j) !== 0;
      store<f64>(a + j * (width + number), isEmpty ? 1 : load<f64>(work + j * (wideWidth + number)) + c);
    }
    const b = inverse + i * stride * width;
    memory.copy(b, a, stride * width);
    if (!invertInPlace(b, a, stride, width)) return i;
  }
  return rows;
}

/** Gauss-Jordan elimination of a symmetric matrix; false where a pivot is below 1e-13 of its diagonal entry in `whole`. */
function invertInPlace(a: usize, whole: usize, size: usize, width: usize): bool {
  for (let k: usize = 0; k < size; k++) {
    const row = a + k * width;
    const pivot = load<f64>(row + k * number);
    if (!(pivot > 1e-13 * load<f64>(whole + k * (width + number)))) return false;
    store<f64>(row + k * number, 1);
    const over = f64x2.splat(1 / pivot);
    for (let j: usize = 0; j < width; j += pair) v128.store(row + j, f64x2.mul(over, v128.load(row + j)));
    for (let i: usize = 0; i < size; i++) {
      if (i === k) continue;
      const other = a + i * width;
      const factor = load<f64>(other + k * number);
      store<f64>(other + k * number, 0);
      addTimes(other, -factor, row, width);
    }
  }
  return true;
}
