import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { type MixtureShape, mixtureDensities, residualMixture } from "./residual-mixture.ts";
import { honestLoss } from "./residual-tails.ts";

const shape: MixtureShape = {
  ...{ scale: 1.5, lean: 0, mode: 0, tails: [5, 30], wrongShare: 0.1 },
  ...{ shifted: 0.5, shift: 9, upward: 0.75, swapped: 0.4 },
};

describe("the two parts", () => {
  it("are those of a calculation by hand", () => {
    const out = new Float64Array(2);
    mixtureDensities(shape, 20)(out, 0, 0.02);
    // At 0 the lower side counts, whose 30 degrees of freedom make 0.39563218. Of the wrong ones, the normals at ±9 are 5 widths away and the flat part begins at 3.
    expect(out[0]).toBeCloseTo((0.9 * 0.39563218) / 1.5, 6);
    expect(out[1]).toBeCloseTo(0.1 * 0.5 * 0.4 * 0.02, 5);
    mixtureDensities(shape, 20)(out, 9, 0.02);
    const student = (8 / (3 * Math.PI * Math.sqrt(5))) * (1 + 36 / 5) ** -3;
    expect(out[0]).toBeCloseTo((0.9 * student) / 1.5, 9);
    const flat = 1 / (2 * Math.log(20 / 3) * 9);
    const bump = 0.75 / (Math.sqrt(2 * Math.PI) * 1.8);
    expect(out[1]).toBeCloseTo(0.1 * (0.5 * bump + 0.5 * (0.4 * 0.02 + 0.6 * flat)), 9);
  });

  it("each come to their share over all residuals, but that what is flat ends at the reach", () => {
    const out = new Float64Array(2);
    const leaning = { ...shape, lean: 0.7, mode: 0.3, swapped: 0 };
    const densitiesInto = mixtureDensities(leaning, 60);
    let honest = 0;
    let wrong = 0;
    for (let z = -60; z < 60; z += 0.01) {
      densitiesInto(out, z, 0);
      honest += 0.01 * out[0];
      wrong += 0.01 * out[1];
    }
    expect(honest).toBeCloseTo(0.9, 2);
    expect(wrong).toBeCloseTo(0.1, 2);
  });
});

describe("residuals of honest labels", () => {
  it("have the likelihood of a normal law where they follow one", () => {
    const rng = makeRng("normal");
    const z = Float64Array.from({ length: 3000 }, () => 1.4826 * rng.normal());
    const own = z.reduce((sum, value) => sum + Math.log(1.4826 * Math.sqrt(2 * Math.PI)) + (value / 1.4826) ** 2 / 2, 0);
    expect(Math.abs(honestLoss(z) - own)).toBeLessThan(6);
  });

  it("of heavy and of lopsided laws are not taken for wrong", () => {
    const laws = [
      (rng: ReturnType<typeof makeRng>): number => -Math.log(1 - rng.uniform()) - Math.log(2) + 0.3 * rng.normal(),
      (rng: ReturnType<typeof makeRng>): number => {
        let squares = 0;
        for (let k = 0; k < 5; k++) squares += rng.normal() ** 2;
        return rng.normal() / Math.sqrt(squares / 5);
      },
    ];
    for (const law of laws)
      for (let seed = 0; seed < 3; seed++) {
        const rng = makeRng("honest").fork(seed);
        const z = Float64Array.from({ length: 800 }, () => 2 * law(rng));
        const { wrong } = residualMixture(z, new Float64Array(800).fill(0.02));
        expect(wrong.filter((p) => p > 0.5).length).toBeLessThanOrEqual(4);
      }
  });
});

describe("wrong labels", () => {
  it("are counted, and found where they are far from honest errors", () => {
    const rng = makeRng("wrong");
    const z = Float64Array.from({ length: 1000 }, (_, i) =>
      i < 100 ? (rng.uniform() < 0.5 ? -1 : 1) * (10 + 40 * rng.uniform()) : 1.48 * rng.normal(),
    );
    const { wrong, wrongShare } = residualMixture(z, new Float64Array(1000).fill(0.02));
    expect(wrongShare).toBeGreaterThan(0.08);
    expect(wrongShare).toBeLessThan(0.14);
    expect(wrong.subarray(0, 100).every((p) => p > 0.9)).toBe(true);
    expect(wrong.subarray(100).filter((p) => p > 0.5).length).toBeLessThanOrEqual(5);
  });
});
