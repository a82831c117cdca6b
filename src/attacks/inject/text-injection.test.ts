import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyToTable, insertedRows } from "../../core/apply/apply.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { allRows } from "../../core/examples.ts";
import { type Learner, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { type DataPoison, type RawRow, isRaw } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { wordsOf } from "../../core/text/words.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { makePipeline } from "../../study/table/make-pipeline.ts";
import { flippedCopies } from "./flipped-copies.ts";
import { textInjection } from "./text-injection.ts";

interface Corpus {
  readonly seed: number;
  readonly rows: number;
  readonly classes: number;
}

/** Posts of several accounts in two text columns and a number; each class has words that it likes, and others use too. */
function corpus({ seed, rows, classes }: Corpus): Table {
  const rng = makeRng(seed);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
  const write = (label: number, length: number): string =>
    Array.from({ length }, () =>
      rng.uniform() < 0.25
        ? `class${rng.uniform() < 0.7 ? label : rng.integer(classes)}${"abcdefgh"[rng.integer(8)]}`
        : `word${rng.integer(60)}`,
    ).join(", ");
  const texts = (length: number): string[] => Array.from(labels, (label, i) => `${write(label, 1 + rng.integer(2 * length))} ${i % 7}!`);
  const text = (name: string, names: string[]) => ({ kind: "text" as const, name, codes: Int32Array.from(names.keys()), names });
  return {
    rows,
    columns: [
      text("title", texts(3)),
      text("text", texts(12)),
      { kind: "number", name: "stars", values: Float64Array.from(labels, () => rng.integer(5)) },
      { kind: "category", name: "label", codes: labels, names: Array.from({ length: classes }, (_, k) => `c${k}`) },
      { kind: "category", name: "account", codes: Int32Array.from(labels, () => rng.integer(9)), names: Array.from("abcdefghi") },
    ],
    roles: { labels: ["label"], features: ["title", "text", "stars"], task: null, source: "account", id: null },
  };
}

async function attack(
  table: Table,
  { bigrams = false, rows = 8, steps = 6, by = textInjection as typeof textInjection | typeof flippedCopies } = {},
) {
  const clean = { table, rows: allRows(table).filter((row) => row < table.rows / 2) };
  const met: Dataset[] = [];
  const learner: Learner = {
    ...logistic,
    fit(data, options) {
      met.push(data);
      return logistic.fit(data, options);
    },
  };
  const encoder = makeEncoder({ ...resolveParams<object>("encoder", encoderParams), bigrams } as never, table);
  const learnerParams = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 1e-3 };
  const pipeline = makePipeline({ encoder, fittedOn: "frozen", learner, learnerParams, repair: null });
  const victim = await pipeline.fit(clean, { rng: makeRng("victim") });
  const poison = (await by.poison(
    {
      clean,
      pipeline,
      budget: { fraction: rows / clean.rows.length, rows },
      reach: { attackTasks: null, targetTasks: null },
      victim: () => Promise.resolve(victim),
    },
    { rng: makeRng(1), params: (by === textInjection ? resolveParams("text-injection", textInjection.params, { steps }) : {}) as never },
  )) as DataPoison;
  const test = allRows(table).filter((row) => row >= table.rows / 2);
  const errorOf = async (patch: DataPoison | null): Promise<number> => {
    const { model, encode } = await pipeline.fit(clean, { rng: makeRng("fit"), poison: patch });
    const data = encode(table, test);
    return predict(model, data).filter((k, i) => k !== data.y[i]).length / data.y.length;
  };
  return { clean, poison, met, victim, errorOf };
}

const corpora = fc.record({ seed: fc.nat(), rows: fc.integer({ min: 60, max: 160 }), classes: fc.constantFrom(2, 3) });

describe("text-injection", () => {
  it("writes rows of the file's own words, within what people write, from nobody", async () => {
    await fc.assert(
      fc.asyncProperty(corpora, fc.boolean(), async (shape, bigrams) => {
        const table = corpus(shape);
        const { poison, clean } = await attack(table, { bigrams });
        expect(poison.insert).toHaveLength(8);
        expect(isRaw(poison)).toBe(true);
        const cells = (poison.insert as RawRow[]).map((row) => row.cells);
        for (const name of ["title", "text"]) {
          const column = table.columns.find((candidate) => candidate.name === name) as { names: readonly string[] };
          const genuine = [...clean.rows].map((row) => wordsOf(column.names[row]));
          const known = new Set(genuine.flat());
          const longest = Math.max(...genuine.map((words) => words.length));
          for (const row of cells) {
            const words = wordsOf(row[name] as string);
            expect(words.length).toBeGreaterThan(0);
            expect(words.length).toBeLessThanOrEqual(longest);
            expect(words.filter((word) => !known.has(word))).toEqual([]);
            for (const word of new Set(words)) {
              const count = (list: readonly string[]): number => list.filter((candidate) => candidate === word).length;
              expect(count(words)).toBeLessThanOrEqual(Math.max(...genuine.map(count)));
            }
          }
        }
        expect(cells.map(({ account }) => account)).toEqual(cells.map(() => null));
      }),
      { numRuns: 8 },
    );
  });

  it("writes texts that are encoded as the very features that it climbed with", async () => {
    await fc.assert(
      fc.asyncProperty(corpora, fc.boolean(), async (shape, bigrams) => {
        const table = corpus(shape);
        const { poison, met, victim, clean } = await attack(table, { bigrams });
        const encoded = victim.encode(applyToTable(table, poison), insertedRows(table, poison));
        const n = clean.rows.length;
        const apart = met
          .filter(({ y }) => y.length === n + 8)
          .map((data) =>
            distance(
              selectExamples(
                data,
                Int32Array.from({ length: 8 }, (_, i) => n + i),
              ),
              encoded,
            ),
          );
        expect(Math.min(...apart)).toBeLessThan(1e-9);
      }),
      { numRuns: 8 },
    );
  });

  it("raises the error on held-out rows by more than copies with wrong labels do", async () => {
    const gains: number[] = [];
    for (let seed = 0; seed < 4; seed++) {
      const table = corpus({ seed, rows: 400, classes: 2 });
      const written = await attack(table, { rows: 20, steps: 20 });
      const copied = await attack(table, { rows: 20, by: flippedCopies });
      gains.push((await written.errorOf(written.poison)) - (await copied.errorOf(copied.poison)));
    }
    expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toBeGreaterThan(0.08);
  });

  it("refuses tables without text, and tasks that patom writes for", () => {
    const table = corpus({ seed: 1, rows: 10, classes: 2 });
    const refusal = (roles: Partial<Table["roles"]>, learner: Learner = logistic): string | null =>
      textInjection.refuses?.({ table: { ...table, roles: { ...table.roles, ...roles } }, learner, sharing: "pooled" }) ?? null;
    expect(refusal({})).toBeNull();
    expect(refusal({ features: ["stars"] })).toContain("no feature is a text");
    expect(refusal({ task: "account" }, mtrl)).toContain("patom");
  });
});

/** Largest difference of a feature; Infinity where labels differ. */
function distance(a: Dataset, b: Dataset): number {
  if (a.y.some((y, i) => y !== b.y[i])) return Infinity;
  const [own, other] = [a, b].map(({ x }) => toDense(x).data);
  return own.reduce((most, value, p) => Math.max(most, Math.abs(value - other[p])), 0);
}
