import { expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { minePhrases } from "./phrases.ts";

const text = (records: readonly (readonly number[])[]) => {
  const starts = Int32Array.of(0, ...records.map((_, r) => records.slice(0, r + 1).reduce((sum, words) => sum + words.length, 0)));
  return { starts, words: Int32Array.from(records.flat()), vocabulary: [], formOf: new Int32Array(), forms: [], columns: ["text"] };
};

it("finds the runs of words that a count of every run finds, with their records", () => {
  const rng = makeRng("phrases");
  const records = Array.from({ length: 200 }, () =>
    Array.from({ length: 3 + rng.integer(12) }, () => (rng.uniform() < 0.05 ? -1 : rng.integer(6))),
  );
  const truth = new Map<string, number[]>();
  records.forEach((words, r) => {
    for (let length = 1; length <= 4; length++)
      for (let p = 0; p + length <= words.length; p++) {
        const run = words.slice(p, p + length);
        if (run.includes(-1)) continue;
        const held = truth.get(run.join(" ")) ?? [];
        if (held[held.length - 1] !== r) held.push(r);
        truth.set(run.join(" "), held);
      }
  });
  const common = [...truth].filter(([, held]) => held.length >= 5);
  const { phrases } = minePhrases(text(records), {
    longest: 4,
    minRecords: 5,
    maxRecords: 1000,
    label: Int32Array.from(records, (_, r) => r % 2),
    excess: new Float64Array(records.length),
    rarity: Float64Array.of(1, 1),
    kept: 10_000,
  });
  expect(new Map(phrases.map(({ words, records: held }) => [words.join(" "), [...held]]))).toEqual(new Map(common));
});

it("keeps what comes with one label, and what surprises", () => {
  const rng = makeRng("kept");
  const records = Array.from({ length: 300 }, (_, r) => [
    ...Array.from({ length: 20 }, () => rng.integer(40)),
    ...(r < 20 ? [98, 99] : r < 40 ? [77] : []),
  ]);
  const label = Int32Array.from(records, (_, r) => (r < 20 ? 1 : r % 2));
  const { phrases } = minePhrases(text(records), {
    longest: 2,
    minRecords: 5,
    maxRecords: 1000,
    label,
    excess: Float64Array.from(records, (_, r) => (r >= 20 && r < 40 ? 1 : 0)),
    rarity: Float64Array.of(0.7, 0.7),
    kept: 2,
  });
  const found = phrases.map(({ words }) => words.join(" "));
  expect(found).toContain("98 99");
  expect(found).toContain("77");
});
