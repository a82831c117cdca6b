import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { gmres } from "./gmres.ts";

function scene(seed: number, n: number): { a: Float64Array; x: Float64Array; times: (v: Float64Array) => Float64Array } {
  const rng = makeRng(seed);
  // Far from symmetric, and well enough conditioned that the answer can be told.
  const a = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 3 : 0) + rng.normal() / n);
  const times = (v: Float64Array): Float64Array => {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += a[i * n + j] * v[j];
    return out;
  };
  return { a, x: Float64Array.from({ length: n }, () => rng.normal()), times };
}

describe("gmres", () => {
  it("finds what a matrix that is not symmetric was multiplied with", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const { x, times } = scene(seed, n);
        const found = gmres(times, times(x), { tolerance: 1e-13, maxSteps: 100 });
        for (let i = 0; i < n; i++) expect(found[i]).toBeCloseTo(x[i], 9);
      }),
    );
  });

  it("stops at its tolerance, and no step of it makes the residual larger", () => {
    const { x, times } = scene(3, 30);
    const b = times(x);
    const residual = (maxSteps: number): number => {
      const back = times(gmres(times, b, { tolerance: 0, maxSteps }));
      return Math.hypot(...b.map((value, i) => value - back[i]));
    };
    const residuals = [1, 2, 3, 5, 8].map(residual);
    for (let k = 1; k < residuals.length; k++) expect(residuals[k]).toBeLessThanOrEqual(residuals[k - 1]);
    let applied = 0;
    const counted = (v: Float64Array): Float64Array => {
      applied++;
      return times(v);
    };
    const rough = gmres(counted, b, { tolerance: 0.05, maxSteps: 30 });
    expect(applied).toBeLessThan(8);
    const back = times(rough);
    expect(Math.hypot(...b.map((value, i) => value - back[i]))).toBeLessThanOrEqual(0.05 * Math.hypot(...b) * (1 + 1e-9));
  });

  it("answers zeros to zeros", () => {
    expect([...gmres((v) => v.slice(), new Float64Array(3), { tolerance: 1e-6, maxSteps: 5 })]).toEqual([0, 0, 0]);
  });
});
