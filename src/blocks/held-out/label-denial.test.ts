import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { labelDenials } from "./label-denial.ts";

describe("what labels say of the hypothesis that they are wrong", () => {
  it("is a likelihood ratio: its mean is 1 where labels follow the models but for 5 %", () => {
    const rng = makeRng("denial");
    const rows = 200_000;
    const classes = 3;
    const probabilities = new Float64Array(rows * classes);
    const y = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const raw = Array.from({ length: classes }, () => rng.uniform() ** 2 + 0.01);
      const sum = raw.reduce((a, b) => a + b, 0);
      raw.forEach((value, k) => (probabilities[i * classes + k] = value / sum));
      let draw = rng.uniform() * sum;
      if (rng.uniform() < 0.05) y[i] = rng.integer(classes);
      else while (y[i] < classes - 1 && (draw -= raw[y[i]]) > 0) y[i]++;
    }
    const data = datasetOf(denseMatrix(rows, 1), y, { kind: "classes", names: ["a", "b", "c"] });
    for (const share of [0.25, 1]) {
      const ratios = labelDenials(data, { probabilities, predictions: y }, share).map(Math.exp);
      expect(Math.abs(ratios.reduce((a, b) => a + b, 0) / rows - 1)).toBeLessThan(0.02);
    }
  });

  it("says at most ln 40 of one label, and more the less likely it is", () => {
    const y = Float64Array.of(1, 1, 1, 1);
    const data = datasetOf(denseMatrix(4, 1), y, { kind: "classes", names: ["no", "yes"] });
    const probabilities = Float64Array.of(0.1, 0.9, 0.5, 0.5, 0.9, 0.1, 1, 0);
    const denials = labelDenials(data, { probabilities, predictions: y }, 1);
    expect(denials[1]).toBeCloseTo(0, 12);
    expect(denials[0]).toBeCloseTo(-denials[2], 12);
    expect(denials[3]).toBeGreaterThan(denials[2]);
    // Half of the 5 % that are as good as random fall on the label: (1 − 0.025) / 0.025.
    expect(denials[3]).toBeCloseTo(Math.log(39), 9);
  });
});
