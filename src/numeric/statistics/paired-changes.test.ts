import { describe, expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { digamma, inverseTrigamma, trigamma } from "./gamma-derivatives.ts";
import { holmAdjusted } from "./holm.ts";
import { pairedChanges } from "./paired-changes.ts";

describe("derivatives of ln Γ", () => {
  it("are those of the handbook", () => {
    // Abramowitz & Stegun 1964, 6.3.2, 6.3.3 and 6.4.2, 6.4.4.
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 9);
    expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 9);
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 9);
    expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 9);
    for (const x of [0.01, 0.7, 3, 250]) expect(inverseTrigamma(trigamma(x)) / x).toBeCloseTo(1, 6);
  });
});

describe("Holm's chances", () => {
  it("are those of R's p.adjust", () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    expect([...holmAdjusted(Float64Array.of(0.01, 0.04, 0.03, 0.005))]).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});

describe("paired changes", () => {
  it("of one figure are Student's", () => {
    // t.test(c(0.02, 0.05, 0.03, 0.06, 0.04)): t = 5.6569, df = 4, p = 0.004813
    const [{ difference, chance }] = pairedChanges([Float64Array.of(0.02, 0.05, 0.03, 0.06, 0.04)], Float64Array.of(1e-9));
    expect(difference.value).toBeCloseTo(0.04, 12);
    expect(difference.low).toBeCloseTo(0.02037, 4);
    expect(chance).toBeCloseTo(0.004813, 5);
  });

  it("are no finer than what can be seen", () => {
    const [{ chance }] = pairedChanges([Float64Array.of(0.01, 0.01, 0.01)], Float64Array.of(0.01));
    expect(chance).toBeGreaterThan(0.05);
  });

  it.each([
    ["each by itself", 0, 0],
    ["mostly together", 0.9, 0],
    ["by very different amounts", 0.3, 1],
  ])("err in a family of twelve in at most 5 %% of equal pairs that scatter %s", (_, common, unlike) => {
    const studies = 300;
    for (const pairs of [3, 5]) {
      let wrong = 0;
      for (let study = 0; study < studies; study++) {
        const rng = makeRng(study).fork(`${pairs}`);
        const ofPairs = Float64Array.from({ length: pairs }, () => rng.normal());
        const figures = Array.from({ length: 12 }, () => {
          const scale = 0.01 * Math.exp(unlike * rng.normal());
          return ofPairs.map((shared) => scale * (Math.sqrt(common) * shared + Math.sqrt(1 - common) * rng.normal()));
        });
        const found = pairedChanges(figures, new Float64Array(12).fill(1e-4));
        if (holmAdjusted(Float64Array.from(found, ({ chance }) => chance)).some((chance) => chance <= 0.05)) wrong++;
      }
      // Two standard errors above 5 %.
      expect(wrong / studies).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / studies));
    }
  });
});
