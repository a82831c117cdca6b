import { firstLargest } from "./certified-answers.ts";

export interface LabelNoise {
  /** The chance that a label is replaced by another one, each of the others as likely; in (0, 1 − 1 / classes). */
  readonly noise: number;
  readonly classes: number;
}

export interface SmoothedAnswers {
  /** Class indices. Shape: [rows]. */
  readonly answers: Int32Array;
  /** An upper bound on ln P(the vote under noise is not the answer), at most 0; −Infinity where no noise changes it. Shape: [rows]. */
  readonly logMiss: Float64Array;
}

/**
 * How surely a model that is linear in the one-hot labels, score_c = Σ_i α_i [y_i = c], gives its answer A when each label is flipped by chance (Rosenfeld et al. 2020, Certified Robustness to
 * Label-Flipping Attacks via Randomized Smoothing, ICML, §4). For each rival B, Z = Σ α_i ([ỹ_i = A] − [ỹ_i = B]) and ln P(Z ≤ 0) ≤ min_{t > 0} Σ ln E exp(−t Z_i), which is convex in t;
 * chances of several rivals add up. `flippable` = 0 marks labels that get no noise, [train]. Shapes: alpha [rows, train], labels [train] class indices.
 */
export function chernoffMiss(
  alpha: Float64Array,
  labels: Int32Array,
  { noise, classes }: LabelNoise,
  flippable?: Uint8Array,
): SmoothedAnswers {
  const train = labels.length;
  const rows = train === 0 ? 0 : alpha.length / train;
  const answers = new Int32Array(rows);
  const logMiss = new Float64Array(rows);
  const scores = new Float64Array(classes);
  const kept = 1 - noise;
  const moved = noise / (classes - 1);
  // Set by `slopeAt`: Σ ln E exp(−t Z_i), which only the last call of a search needs.
  let bound = 0;
  for (let i = 0; i < rows; i++) {
    const at = i * train;
    scores.fill(0);
    let size = 0;
    let noisy = 0;
    for (let j = 0; j < train; j++) {
      scores[labels[j]] += alpha[at + j];
      size = Math.max(size, Math.abs(alpha[at + j]));
      if (flippable === undefined || flippable[j] === 1) noisy += Math.abs(alpha[at + j]);
    }
    const answer = firstLargest(scores, 0, classes);
    answers[i] = answer;
    let all = -Infinity;
    for (let rival = 0; rival < classes; rival++) if (rival !== answer) all = logAdd(all, missOf(at, answer, rival, size, noisy));
    logMiss[i] = Math.min(0, all);
  }
  return { answers, logMiss };

  function missOf(at: number, answer: number, rival: number, size: number, noisy: number): number {
    let trusted = 0;
    if (flippable !== undefined)
      for (let j = 0; j < train; j++)
        if (flippable[j] === 0) trusted += labels[j] === answer ? alpha[at + j] : labels[j] === rival ? -alpha[at + j] : 0;
    if (trusted > noisy * (1 + 1e-9)) return -Infinity;
    if (noisy === 0 || slopeAt(0, at, answer, rival, false) >= 0) return 0;
    let low = 0;
    let high = 1 / size;
    // Any t gives a bound; beyond e^700 there is nothing to gain.
    while (slopeAt(high, at, answer, rival, false) < 0 && high * size < 700) {
      low = high;
      high *= 2;
    }
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      if (slopeAt(middle, at, answer, rival, false) < 0) low = middle;
      else high = middle;
    }
    slopeAt(low, at, answer, rival, true);
    return Math.min(0, bound);
  }

  function slopeAt(t: number, at: number, answer: number, rival: number, isLast: boolean): number {
    let slope = 0;
    let sum = 0;
    for (let j = 0; j < train; j++) {
      const weight = alpha[at + j];
      const label = labels[j];
      if (flippable !== undefined && flippable[j] === 0) {
        const fixed = label === answer ? weight : label === rival ? -weight : 0;
        slope -= fixed;
        sum -= t * fixed;
        continue;
      }
      const forAnswer = label === answer ? kept : moved;
      const forRival = label === rival ? kept : moved;
      const neither = Math.max(0, 1 - forAnswer - forRival);
      // e^{|t α|} is taken out, so that nothing overflows.
      const size = Math.abs(t * weight);
      const small = Math.exp(-size);
      const smaller = small * small;
      const up = weight > 0 ? forRival : forAnswer;
      const down = weight > 0 ? forAnswer : forRival;
      const mass = up + neither * small + down * smaller;
      slope += (Math.abs(weight) * (up - down * smaller)) / mass;
      if (isLast) sum += size + Math.log(mass);
    }
    bound = sum;
    return slope;
  }
}

/** Radius = the largest number of flipped labels under which the answer keeps a chance above ½; −1 = abstains. Shapes: logMiss [rows], result [rows]. */
export function smoothingRadii(logMiss: Float64Array, noise: LabelNoise, form: "neyman-pearson" | "kl" = "neyman-pearson"): Float64Array {
  const radiusOf = form === "kl" ? (miss: number) => klRadius(miss, noise) : makeNeymanPearson(noise);
  return logMiss.map(radiusOf);
}

/**
 * The paper's bound: r flips keep the answer if r (1 − q − u) ln((1 − q) / u) < −½ ln(4 p (1 − p)), u = q / (classes − 1), since KL(½ ‖ p) = −½ ln 4p(1 − p).
 * About half of what Neyman and Pearson's lemma gives.
 */
export function klRadius(logMiss: number, { noise, classes }: LabelNoise): number {
  if (!(logMiss < -Math.LN2)) return -1;
  const moved = noise / (classes - 1);
  const perFlip = (1 - noise - moved) * Math.log((1 - noise) / moved);
  const allowed = -0.5 * (Math.log(4) + logMiss + Math.log1p(-Math.exp(logMiss)));
  return Math.max(0, Math.ceil((allowed / perFlip) * (1 - 1e-12)) - 1);
}

/**
 * The exact worst case over all classifiers with the same chance of a miss: it is given to the outcomes that flipped labels favour most. Of r flipped coordinates only D matters, those that noise leaves at the
 * clean label less those that it moves to the flipped one: P'(D = δ) = P(D = −δ) and P / P' = ((1 − q) / u)^δ. The miss that takes up half of P' from the smallest D upward is the largest for which r
 * flips keep the answer; it falls with r and is kept for each r, as all rows share it. P(D) are the coefficients of (u + (q − u) z + (1 − q) z²)^r, by their recurrence, in logarithms.
 */
export function makeNeymanPearson({ noise, classes }: LabelNoise): (logMiss: number) => number {
  const moved = noise / (classes - 1);
  const neither = noise - moved;
  const logRatio = Math.log((1 - noise) / moved);
  const limits = new Map<number, number>();

  function limitOf(flips: number): number {
    const known = limits.get(flips);
    if (known !== undefined) return known;
    let [logMass, logSum, flippedSum, ratio, difference] = [flips * Math.log(moved), -Infinity, 0, 0, -flips];
    for (let m = 1; difference <= flips; m++) {
      const flippedMass = Math.exp(logMass - difference * logRatio);
      if (flippedSum + flippedMass >= 0.5) {
        logSum = logAdd(logSum, logMass + Math.log((0.5 - flippedSum) / flippedMass));
        break;
      }
      flippedSum += flippedMass;
      logSum = logAdd(logSum, logMass);
      if (classes === 2) {
        logMass += Math.log((flips - m + 1) / m) + logRatio;
        difference += 2;
      } else {
        ratio = ((flips - m + 1) * neither + (m > 1 ? ((2 * flips - m + 2) * (1 - noise)) / ratio : 0)) / (m * moved);
        logMass += Math.log(ratio);
        difference += 1;
      }
    }
    limits.set(flips, logSum);
    return logSum;
  }

  return (logMiss) => {
    if (!(logMiss < -Math.LN2)) return -1;
    if (logMiss === -Infinity) return Infinity;
    // Rounding must not certify what lies on the limit.
    const miss = logMiss * (1 - 1e-10) + 1e-12;
    let low = 0;
    let high = 1;
    while (miss < limitOf(high)) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (miss < limitOf(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
}

/** ln(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}
