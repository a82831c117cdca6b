/**
 * −ln of a bound on the chance that `observed` or more of independent events happen, whose chances are σ(logits[i] + shift): Chernoff's bound,
 * min over t ≥ 0 of Σ ln(1 + p_i (e^t − 1)) − t · observed, exact where all of them happen. 0 where that is no more than expected.
 * `observed` in [0, count]; the first `count` of `logits` are read.
 */
export function logTail(logits: Float64Array, count: number, shift: number, observed: number): number {
  let expected = 0;
  let all = 0;
  for (let i = 0; i < count; i++) {
    expected += sigmoid(logits[i] + shift);
    all += softplus(-(logits[i] + shift));
  }
  if (observed <= expected) return 0;
  if (observed >= count) return all;
  // Tilting by t is shifting the logits: the best t makes `observed` what is expected.
  let [low, high] = [0, 1];
  const expectedAt = (t: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += sigmoid(logits[i] + shift + t);
    return sum;
  };
  while (expectedAt(high) < observed && high < 64) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (expectedAt(middle) < observed) low = middle;
    else high = middle;
  }
  let sum = 0;
  for (let i = 0; i < count; i++) sum += softplus(logits[i] + shift + low) - softplus(logits[i] + shift);
  return Math.max(0, low * observed - sum);
}

/** The log odds which, added to `logits`, make `observed` what is expected; with half an event more on either side, so that it is finite. */
export function shiftOf(logits: Float64Array, observed: number): number {
  const near = newtonShift(logits, observed + 0.5);
  // Halving goes on to the last bits as if every middle were asked; far from the root nothing need be asked. What rounding may move grows with the count.
  const sure = 1e-12 * (logits.length + 100);
  let low = -40;
  let high = 40;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (Math.abs(middle - near) > sure ? middle < near : expectedWith(logits, middle) < observed + 0.5) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function expectedWith(logits: Float64Array, shift: number): number {
  let expected = sigmoid(shift);
  for (let i = 0; i < logits.length; i++) expected += sigmoid(logits[i] + shift);
  return expected;
}

/** The shift by Newton's steps, kept between −40 and 40; NaN where they do not settle. */
function newtonShift(logits: Float64Array, wanted: number): number {
  let low = -40;
  let high = 40;
  let at = 0;
  for (let step = 0; step < 20; step++) {
    const own = sigmoid(at);
    let expected = own;
    let slope = own * (1 - own);
    for (let i = 0; i < logits.length; i++) {
      const chance = sigmoid(logits[i] + at);
      expected += chance;
      slope += chance * (1 - chance);
    }
    if (expected < wanted) low = at;
    else high = at;
    const move = (wanted - expected) / slope;
    const next = at + move;
    if (Math.abs(move) < 1e-13 * (logits.length + 100)) return next;
    at = next > low && next < high ? next : (low + high) / 2;
  }
  return NaN;
}

export function logit(p: number): number {
  const held = Math.min(1 - 1e-9, Math.max(1e-9, p));
  return Math.log(held / (1 - held));
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** ln(1 + e^z). */
function softplus(z: number): number {
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
}
