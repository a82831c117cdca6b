import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { compactRows } from "./compact-rows.ts";
import { treeChances } from "./tree-chances.ts";

const rows = 600;
const folds = 3;

/** Four columns; the class is 1 where the product of the first two is positive. */
function productLaw() {
  const rng = makeRng(7);
  const data = Float64Array.from({ length: rows * 4 }, () => rng.normal());
  const known = Int32Array.from({ length: rows }, (_, i) => i);
  const labels = Int32Array.from(known, (i) => (data[4 * i] * data[4 * i + 1] > 0 ? 1 : 0));
  const fold = Int32Array.from(known, (i) => i % folds);
  const compact = compactRows({ kind: "dense", rows, cols: 4, data }, known, rng);
  return { compact, labels, classes: 2, known, fold, folds };
}

describe("treeChances", () => {
  it("tells classes by the sign of a product of two columns, in chances that add up to 1", () => {
    const law = productLaw();
    const chances = treeChances({ ...law, rng: makeRng(1) });
    let right = 0;
    for (let i = 0; i < rows; i++) {
      expect(chances[2 * i] + chances[2 * i + 1]).toBeCloseTo(1, 9);
      if (chances[2 * i + law.labels[i]] > 0.5) right++;
    }
    expect(right / rows).toBeGreaterThan(0.85);
  });

  it("does not see the labels of the row's own fold", () => {
    const law = productLaw();
    const before = treeChances({ ...law, rng: makeRng(1) });
    const labels = law.labels.map((label, i) => (law.fold[i] === 0 ? 1 - label : label));
    const after = treeChances({ ...law, labels, rng: makeRng(1) });
    for (let i = 0; i < rows; i += folds) expect(after[2 * i]).toBe(before[2 * i]);
    expect(after).not.toEqual(before);
  });
});
