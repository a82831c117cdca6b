import type { MarginLoss } from "./margin-losses.ts";

/**
 * The hinge with its kink rounded over a band of the margin m = t z:
 *
 *   ℓ = 0 for m ≥ 1 + δ,   (1 + δ − m)² / (4δ) between,   1 − m for m ≤ 1 − δ
 *
 * (Chapelle 2007, "Training a support vector machine in the primal", section 3.2). It differs from the hinge by at most δ / 4, and is what attacks climb
 * where a learner's own hinge has no curvature to differentiate through.
 *
 * @param band δ, above 0
 */
export function smoothedHinge(band: number): MarginLoss {
  const valueAt = (margin: number): number =>
    margin >= 1 + band ? 0 : margin <= 1 - band ? 1 - margin : (1 + band - margin) ** 2 / (4 * band);
  const slopeAt = (margin: number): number => (margin >= 1 + band ? 0 : margin <= 1 - band ? -1 : -(1 + band - margin) / (2 * band));
  const curvatureAt = (margin: number): number => (Math.abs(margin - 1) < band ? 1 / (2 * band) : 0);
  return {
    id: "smoothed-hinge",
    value: (z, t) => valueAt(t * z),
    slope: (z, t) => t * slopeAt(t * z),
    curvature: (z, t) => curvatureAt(t * z),
    evaluateInto(z, curvature, { t, share }, from, count) {
      let sum = 0;
      for (let r = 0, i = from; r < count; r++, i++) {
        const margin = t[i] * z[r];
        sum += share[i] * valueAt(margin);
        z[r] = share[i] * t[i] * slopeAt(margin);
        curvature[i] = share[i] * curvatureAt(margin);
      }
      return sum;
    },
  };
}
