/**
 * A loss ℓ(z, t) of a score z. For classes t = ±1 and the loss depends on the margin t z; for the square loss t is the real label.
 * Slope and curvature are the first and second derivatives in z.
 */
export interface MarginLoss {
  readonly id: "logistic" | "squared-hinge" | "smoothed-hinge" | "square" | "hinge";
  value(z: number, t: number): number;
  slope(z: number, t: number): number;
  /** Generalised at a kink (Mangasarian 2002): 0 outside the margin, 2 inside. */
  curvature(z: number, t: number): number;
  /**
   * For a panel of `count` ≤ 512 rows from row `from` on, whose scores are in z: z_r becomes share_i ℓ', curvature_i share_i ℓ''; returns Σ share_i ℓ.
   * Shapes: z [count], curvature, t, share [rows].
   */
  evaluateInto(z: Float64Array, curvature: Float64Array, rows: MarginRows, from: number, count: number): number;
}

/** Shapes: each [rows]. */
export interface MarginRows {
  readonly t: Float64Array;
  readonly share: Float64Array;
}

/** ln(1 + e^{−tz}). */
export const logisticLoss: MarginLoss = {
  id: "logistic",
  value: (z, t) => Math.log1p(Math.exp(-Math.abs(z))) + (t * z < 0 ? Math.abs(z) : 0),
  slope: (z, t) => -t * logisticProbability(-t * z),
  curvature(z) {
    const e = Math.exp(-Math.abs(z));
    return e / ((1 + e) * (1 + e));
  },
  /** Rows of equal share have one logarithm, of a product of at most 2^count. */
  evaluateInto(z, curvature, { t, share }, from, count) {
    let sum = 0;
    let product = 1;
    let of = share[from];
    for (let r = 0, i = from; r < count; r++, i++) {
      const margin = t[i] * z[r];
      const e = Math.exp(-Math.abs(margin));
      const inverse = 1 / (1 + e);
      const c = share[i];
      if (c !== of) {
        sum += of * Math.log(product);
        product = 1;
        of = c;
      }
      product *= 1 + e;
      if (margin < 0) sum -= c * margin;
      z[r] = -c * t[i] * (margin > 0 ? e * inverse : inverse);
      curvature[i] = c * e * inverse * inverse;
    }
    return count > 0 ? sum + of * Math.log(product) : 0;
  },
};

/** max(0, 1 − tz)². */
export const squaredHingeLoss: MarginLoss = {
  id: "squared-hinge",
  value: (z, t) => Math.max(0, 1 - t * z) ** 2,
  slope: (z, t) => -2 * t * Math.max(0, 1 - t * z),
  curvature: (z, t) => (t * z < 1 ? 2 : 0),
  evaluateInto(z, curvature, { t, share }, from, count) {
    let sum = 0;
    for (let r = 0, i = from; r < count; r++, i++) {
      const short = 1 - t[i] * z[r];
      const inside = short > 0;
      sum += inside ? share[i] * short * short : 0;
      z[r] = inside ? -2 * share[i] * t[i] * short : 0;
      curvature[i] = inside ? 2 * share[i] : 0;
    }
    return sum;
  },
};

/** (z − t)² / 2. */
export const squareLoss: MarginLoss = {
  id: "square",
  value: (z, t) => 0.5 * (z - t) ** 2,
  slope: (z, t) => z - t,
  curvature: () => 1,
  evaluateInto(z, curvature, { t, share }, from, count) {
    let sum = 0;
    for (let r = 0, i = from; r < count; r++, i++) {
      const residual = z[r] - t[i];
      sum += 0.5 * share[i] * residual * residual;
      z[r] = share[i] * residual;
      curvature[i] = share[i];
    }
    return sum;
  },
};

/** max(0, 1 − tz); not smooth: its slope is a subgradient and it has no curvature, so no `Objective` is made of it. */
export const hingeLoss: MarginLoss = {
  id: "hinge",
  value: (z, t) => Math.max(0, 1 - t * z),
  slope: (z, t) => (t * z < 1 ? -t : 0),
  curvature: () => 0,
  evaluateInto(z, curvature, { t, share }, from, count) {
    let sum = 0;
    for (let r = 0, i = from; r < count; r++, i++) {
      const inside = t[i] * z[r] < 1;
      sum += inside ? share[i] * (1 - t[i] * z[r]) : 0;
      z[r] = inside ? -share[i] * t[i] : 0;
      curvature[i] = 0;
    }
    return sum;
  },
};

/** 1 / (1 + e^{−z}) without overflow. */
export function logisticProbability(z: number): number {
  const e = Math.exp(-Math.abs(z));
  return z >= 0 ? 1 / (1 + e) : e / (1 + e);
}
