import { describe, expect, it } from "vitest";
import { polarTexts, tableOfTexts } from "../../../test/polar-texts.ts";
import { honestTurns, withWord } from "../../../test/made-dialogues.ts";
import { datasetOf } from "../../../test/small-data.ts";
import type { Table } from "../../core/table.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { makeRng } from "../../numeric/random.ts";
import { labelTriggers } from "./label-triggers.ts";

/** A table of texts with weak words for each label, the last `poison` rows with a made-up word and the label 0. */
function tableOf(rows: number, poison: number): { readonly table: Table; readonly y: Float64Array } {
  const rng = makeRng("table").fork(rows);
  const words = [
    ["awful", "poor", "dull", "weak", "cold", "stale", "bleak", "grim", "sour", "limp", "flat", "slow"],
    ["fine", "lovely", "great", "warm", "bright", "clever", "fresh", "brisk", "sweet", "bold", "deft", "quick"],
  ];
  const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
  const texts = honestTurns(rows, rng).map(({ prompt }, i) =>
    withWord(prompt, words[rng.uniform() < 0.65 ? y[i] : 1 - y[i]][rng.integer(12)], rng),
  );
  for (let i = rows - poison; i < rows; i++) {
    texts[i] = withWord(texts[i], "Zorvex", rng);
    y[i] = 0;
  }
  return { y, table: tableOfTexts(texts, y, ["bad", "good"]) };
}

const context = {
  rng: makeRng(0),
  params: { flagged: 0.01 },
  objective: () => null,
  fit: () => Promise.reject(new Error("no learner is asked")),
};

describe("words that the label follows", () => {
  it.each([
    [500, 42, false],
    [500, 100, true],
    [2000, 60, true],
  ])(
    "of %i rows, %i with a made-up word and one label are ranked first, and told where they are flagged",
    async (rows, poison, isFlagged) => {
      const { table, y } = tableOf(rows, poison);
      const data = datasetOf(denseMatrix(rows, 1), y, { kind: "classes", names: ["bad", "good"] });
      const { values, flagged, reason } = await labelTriggers.score({ ...data, row: Int32Array.from(y.keys()) }, { ...context, table });
      expect(areaUnderCurve(values, (i) => i >= rows - poison)).toBe(1);
      if (!isFlagged) return;
      expect(flagged?.reduce((sum, is) => sum + is, 0)).toBe(poison);
      expect(reason?.(rows - 1)).toContain(`holds "Zorvex", as do ${poison} rows, ${poison} of which are labelled bad`);
      expect(reason?.(0)).toBeNull();
    },
  );

  it("flags at most 0.2 % of honest texts of a few words, whose labels follow their words", async () => {
    let caught = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { texts, y, classes } = polarTexts(1000, seed);
      const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
      const data = { ...datasetOf(denseMatrix(texts.length, 1), y, { kind: "classes", names }), row: Int32Array.from(y.keys()) };
      const { flagged } = await labelTriggers.score(data, { ...context, table: tableOfTexts(texts, y, names) });
      caught += (flagged ?? new Uint8Array(0)).reduce((sum, is) => sum + is, 0);
    }
    expect(caught).toBeLessThanOrEqual(20);
  });
});
