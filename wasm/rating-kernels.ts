// Inner loops of recommenders in AssemblyScript: `node scripts/kernels.mjs` compiles them into src/blocks/ratings/rating-kernels-wasm.ts. Arguments named after arrays
// are byte addresses in the one memory, which the caller lays out. No fused multiply-add, so every processor gets the same bits.

const number: usize = 8;
const index: usize = 4;
const pair: usize = 16;

function at(a: usize, k: usize): usize {
  return <usize>load<i32>(a + k * index);
}

/**
 * Offers the similarity of items `from` … `to` − 1 with each item behind them to the heaps of both, whose top is the lowest value, of equal ones the last column: c / (c + shrink) · Σ w e e' / (length length'), where the
 * sum is above 0. Shapes: pairs [items, 2], starts [users + 1], item, entry [ratings], itemStarts [items + 1], other, rating [ratings], weight [users] (0 = 1 each), length [items];
 * count [items], columns, values [items, capacity].
 */
export function offerNeighbours(
  from: usize,
  to: usize,
  items: usize,
  shrink: f64,
  pairs: usize,
  starts: usize,
  item: usize,
  entry: usize,
  itemStarts: usize,
  other: usize,
  rating: usize,
  weight: usize,
  length: usize,
  count: usize,
  columns: usize,
  values: usize,
  capacity: usize,
): void {
  const ones = f64x2.splat(1);
  for (let i = from; i < to; i++) {
    memory.fill(pairs + (i + 1) * pair, 0, (items - i - 1) * pair);
    const last = at(itemStarts, i + 1);
    for (let n = at(itemStarts, i); n < last; n++) {
      const u = at(other, n);
      const p = at(rating, n);
      const w = weight === 0 ? 1 : load<f64>(weight + u * number);
      if (w === 0) continue;
      // Items of a user rise: those behind i have not met it yet.
      const own = f64x2.replace_lane(f64x2.splat(w), 0, w * load<f64>(entry + p * number));
      const end = at(starts, u + 1);
      for (let q = p + 1; q < end; q++) {
        const to = pairs + at(item, q) * pair;
        const e = f64x2.replace_lane(ones, 0, load<f64>(entry + q * number));
        v128.store(to, f64x2.add(v128.load(to), f64x2.mul(own, e)));
      }
    }
    const ownLength = load<f64>(length + i * number);
    for (let j = i + 1; j < items; j++) {
      const product = load<f64>(pairs + j * pair);
      if (!(product > 0)) continue;
      const common = load<f64>(pairs + j * pair + number);
      const similarity = ((common / (common + shrink)) * product) / (ownLength * load<f64>(length + j * number));
      offer(count, columns, values, capacity, i, <i32>j, similarity);
      offer(count, columns, values, capacity, j, <i32>i, similarity);
    }
  }
}

function offer(count: usize, columns: usize, values: usize, capacity: usize, row: usize, column: i32, value: f64): void {
  const c = columns + row * capacity * index;
  const v = values + row * capacity * number;
  const size = at(count, row);
  if (size === capacity) {
    if (capacity > 0 && value > load<f64>(v)) sink(c, v, capacity, column, value);
    return;
  }
  store<i32>(count + row * index, <i32>size + 1);
  let place = size;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = load<f64>(v + parent * number);
    if (!(value <= above)) break;
    store<f64>(v + place * number, above);
    store<i32>(c + place * index, load<i32>(c + parent * index));
    place = parent;
  }
  store<f64>(v + place * number, value);
  store<i32>(c + place * index, column);
}

/** Puts a cell where it belongs from the top of a heap of `size` cells down. */
function sink(c: usize, v: usize, size: usize, column: i32, value: f64): void {
  let place: usize = 0;
  for (;;) {
    let lowest: usize = 2 * place + 1;
    if (lowest >= size) break;
    if (lowest + 1 < size && isBelow(c, v, lowest + 1, lowest)) lowest++;
    const least = load<f64>(v + lowest * number);
    if (!(least < value || (least === value && load<i32>(c + lowest * index) > column))) break;
    store<f64>(v + place * number, least);
    store<i32>(c + place * index, load<i32>(c + lowest * index));
    place = lowest;
  }
  store<f64>(v + place * number, value);
  store<i32>(c + place * index, column);
}

function isBelow(c: usize, v: usize, a: usize, b: usize): bool {
  const x = load<f64>(v + a * number);
  const y = load<f64>(v + b * number);
  return x < y || (x === y && load<i32>(c + a * index) > load<i32>(c + b * index));
}

/** Sorts each heap, highest first. Shapes: count [rows], columns, values [rows, capacity]. */
export function sortHeaps(count: usize, columns: usize, values: usize, rows: usize, capacity: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const c = columns + row * capacity * index;
    const v = values + row * capacity * number;
    for (let size = <isize>at(count, row) - 1; size > 0; size--) {
      const value = load<f64>(v + size * number);
      const column = load<i32>(c + size * index);
      store<f64>(v + size * number, load<f64>(v));
      store<i32>(c + size * index, load<i32>(c));
      sink(c, v, size, column, value);
    }
  }
}

/**
 * What a user who rated these items is said to think of each: total_i = Σ s, and own + base_i + Σ s voice / Σ s where there is a base and a total.
 * Shapes: out [items], pairs [items, 2], starts [items + 1], ids, similarity [readers], rated, voices [rated], base [items] (0 = none).
 */
export function neighbourScores(
  out: usize,
  pairs: usize,
  items: usize,
  starts: usize,
  ids: usize,
  similarity: usize,
  rated: usize,
  voices: usize,
  count: usize,
  base: usize,
  own: f64,
): void {
  memory.fill(pairs, 0, items * pair);
  for (let n: usize = 0; n < count; n++) {
    const j = at(rated, n);
    const voice = f64x2.replace_lane(f64x2.splat(1), 1, load<f64>(voices + n * number));
    const end = at(starts, j + 1);
    for (let k = at(starts, j); k < end; k++) {
      const to = pairs + at(ids, k) * pair;
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(v128.load64_splat(similarity + k * number), voice)));
    }
  }
  for (let i: usize = 0; i < items; i++) {
    const total = load<f64>(pairs + i * pair);
    let score = total;
    if (base !== 0) score = own + load<f64>(base + i * number) + (total > 0 ? load<f64>(pairs + i * pair + number) / total : 0);
    store<f64>(out + i * number, score);
  }
}

/** How many scores are above that of each item asked for, and how many equal; NaN is neither. Shapes: above, beside [asked], scores [even], asked [asked]. */
export function countAbove(above: usize, beside: usize, scores: usize, items: usize, asked: usize, count: usize): void {
  const end = items * number;
  for (let t: usize = 0; t < count; t++) {
    const own = v128.load64_splat(scores + at(asked, t) * number);
    let higher = i64x2.splat(0);
    let equal = higher;
    for (let p: usize = 0; p < end; p += pair) {
      const v = v128.load(scores + p);
      higher = i64x2.sub(higher, f64x2.gt(v, own));
      equal = i64x2.sub(equal, f64x2.eq(v, own));
    }
    store<i32>(above + t * index, <i32>(i64x2.extract_lane(higher, 0) + i64x2.extract_lane(higher, 1)));
    store<i32>(beside + t * index, <i32>(i64x2.extract_lane(equal, 0) + i64x2.extract_lane(equal, 1)));
  }
}

/**
 * size = Σ w, mean_t = Σ w x_t / size and variance_t = least + Σ w (x_t − mean_t)². Returns size; where it is below 1, nothing else is written.
 * Shapes: mean, variance [stride], values [rows, stride], weights [rows]; stride is even.
 */
export function kindMoments(mean: usize, variance: usize, values: usize, weights: usize, rows: usize, stride: usize, least: f64): f64 {
  let size: f64 = 0;
  for (let j: usize = 0; j < rows; j++) size += load<f64>(weights + j * number);
  if (size < 1) return size;
  const width = stride * number;
  for (let t: usize = 0; t < width; t += pair) {
    let sum = f64x2.splat(0);
    for (let j: usize = 0; j < rows; j++)
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weights + j * number), v128.load(values + j * width + t)));
    const centre = f64x2.div(sum, f64x2.splat(size));
    v128.store(mean + t, centre);
    let squares = f64x2.splat(least);
    for (let j: usize = 0; j < rows; j++) {
      const away = f64x2.sub(v128.load(values + j * width + t), centre);
      squares = f64x2.add(squares, f64x2.mul(f64x2.mul(v128.load64_splat(weights + j * number), away), away));
    }
    v128.store(variance + t, squares);
  }
  return size;
}

/**
 * odds_j = prior · exp(min(500, scale − usual_j − Σ_t h_t (x_jt − mean_t)²)), weights_j = odds / (1 + odds).
 * Shapes: odds, weights, usual [rows], values [rows, stride], mean, h [stride]; stride is even.
 */
export function kindOdds(
  odds: usize,
  weights: usize,
  values: usize,
  usual: usize,
  mean: usize,
  h: usize,
  rows: usize,
  stride: usize,
  scale: f64,
  prior: f64,
): void {
  const width = stride * number;
  for (let j: usize = 0; j < rows; j++) {
    let log = scale - load<f64>(usual + j * number);
    const row = values + j * width;
    for (let t: usize = 0; t < width; t += pair) {
      const away = f64x2.sub(v128.load(row + t), v128.load(mean + t));
      const part = f64x2.mul(f64x2.mul(away, away), v128.load(h + t));
      log -= f64x2.extract_lane(part, 0);
      log -= f64x2.extract_lane(part, 1);
    }
    const own = prior * exp(min<f64>(500, log));
    store<f64>(odds + j * number, own);
    store<f64>(weights + j * number, own / (1 + own));
  }
}

/** e^x for x ≤ 709, by fdlibm's e_exp.c (Sun Microsystems 1993), as Math.exp has it. */
function exp(given: f64): f64 {
  let x = given;
  if (x < -745.13321910194110842) return 0;
  const size = abs(x);
  let hi: f64 = 0;
  let lo: f64 = 0;
  let k: i32 = 0;
  if (size > 0.34657359027997264) {
    if (size < 1.0397207708399179) {
      if (x === 1) return 2.718281828459045;
      const sign: f64 = x < 0 ? -1 : 1;
      hi = x - sign * 6.9314718036912381649e-1;
      lo = sign * 1.90821492927058770002e-10;
      k = <i32>sign;
    } else {
      k = <i32>(1.442695040888963387 * x + (x < 0 ? -0.5 : 0.5));
      hi = x - <f64>k * 6.9314718036912381649e-1;
      lo = <f64>k * 1.90821492927058770002e-10;
    }
    x = hi - lo;
  } else if (size < 3.725290298461914e-9) return 1 + x;
  const t = x * x;
  const c =
    x -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  if (k === 0) return 1 - ((x * c) / (c - 2) - x);
  const y = 1 - (lo - (x * c) / (2 - c) - hi);
  if (k >= -1021) return y * reinterpret<f64>((<u64>(1023 + k)) << 52);
  return y * reinterpret<f64>((<u64>(1023 + k + 1000)) << 52) * 9.3326361850321887899e-302;
}

let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;

/** The state of the stream that bprSteps draws from: xoshiro128**, as src/numeric/random.ts has it. */
export function setState(a: u32, b: u32, c: u32, d: u32): void {
  s0 = a;
  s1 = b;
  s2 = c;
  s3 = d;
}

function integer(limit: u32): u32 {
  const whole: u64 = 4294967296;
  const unbiased = whole - (whole % <u64>limit);
  let result: u32 = 0;
  do {
    result = rotl<u32>(s1 * 5, 7) * 9;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl<u32>(s3, 11);
  } while (<u64>result >= unbiased);
  return result % limit;
}

/**
 * So many draws of a liked rating and any other item, and a step of BPR for each whose item is not liked too. Rows are factors, then a bias, then 0 up to the even stride.
 * Shapes: users [users, stride], items [items, stride], user, item [liked], starts [users + 1], weight [users] (0 = 1 each).
 */
export function bprSteps(
  steps: usize,
  users: usize,
  items: usize,
  user: usize,
  item: usize,
  starts: usize,
  weight: usize,
  liked: u32,
  itemCount: u32,
  rank: usize,
  stride: usize,
  rate: f64,
  decay: f64,
): void {
  const width = stride * number;
  const whole = (rank & ~1) * number;
  const biasAt = rank * number;
  for (let n: usize = 0; n < steps; n++) {
    const p = <usize>integer(liked);
    const j = <usize>integer(itemCount);
    const u = at(user, p);
    let low = at(starts, u);
    let high = at(starts, u + 1);
    const end = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(item, middle) < j) low = middle + 1;
      else high = middle;
    }
    if (low < end && at(item, low) === j) continue;
    const x = users + u * width;
    const a = items + at(item, p) * width;
    const b = items + j * width;
    let sum = f64x2.splat(0);
    let more = sum;
    let k: usize = 0;
    for (; k + pair < whole; k += 2 * pair) {
      sum = f64x2.add(sum, f64x2.mul(v128.load(x + k), f64x2.sub(v128.load(a + k), v128.load(b + k))));
      more = f64x2.add(more, f64x2.mul(v128.load(x + k + pair), f64x2.sub(v128.load(a + k + pair), v128.load(b + k + pair))));
    }
    for (; k < whole; k += pair) sum = f64x2.add(sum, f64x2.mul(v128.load(x + k), f64x2.sub(v128.load(a + k), v128.load(b + k))));
    sum = f64x2.add(sum, more);
    let margin = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    if (whole < biasAt) margin += load<f64>(x + whole) * (load<f64>(a + whole) - load<f64>(b + whole));
    margin += load<f64>(a + biasAt) - load<f64>(b + biasAt);
    const pull = 1 / (1 + exp(min<f64>(709, margin)));
    const itemRate = weight === 0 ? rate : rate * load<f64>(weight + u * number);
    const pulls = f64x2.splat(pull);
    const decays = f64x2.splat(decay);
    const rates = f64x2.splat(rate);
    const itemRates = f64x2.splat(itemRate);
    for (k = 0; k < whole; k += pair) {
      const own = v128.load(x + k);
      const va = v128.load(a + k);
      const vb = v128.load(b + k);
      const pulled = f64x2.mul(pulls, own);
      v128.store(x + k, f64x2.add(own, f64x2.mul(rates, f64x2.sub(f64x2.mul(pulls, f64x2.sub(va, vb)), f64x2.mul(decays, own)))));
      v128.store(a + k, f64x2.add(va, f64x2.mul(itemRates, f64x2.sub(pulled, f64x2.mul(decays, va)))));
      v128.store(b + k, f64x2.sub(vb, f64x2.mul(itemRates, f64x2.add(pulled, f64x2.mul(decays, vb)))));
    }
    if (whole < biasAt) {
      const own = load<f64>(x + whole);
      const va = load<f64>(a + whole);
      const vb = load<f64>(b + whole);
      store<f64>(x + whole, own + rate * (pull * (va - vb) - decay * own));
      store<f64>(a + whole, va + itemRate * (pull * own - decay * va));
      store<f64>(b + whole, vb - itemRate * (pull * own + decay * vb));
    }
    const va = load<f64>(a + biasAt);
    const vb = load<f64>(b + biasAt);
    store<f64>(a + biasAt, va + itemRate * (pull - decay * va));
    store<f64>(b + biasAt, vb - itemRate * (pull + decay * vb));
  }
}
