import { expect, test } from "vitest";
import type { Attack } from "../../core/attack.ts";
import { applyToTable } from "../../core/apply/apply.ts";
import { listExamples } from "../../core/examples.ts";
import { predict } from "../../core/learner.ts";
import { type DataPoison, noDataPoison } from "../../core/poison.ts";
import { resolveParams } from "../../core/params.ts";
import type { SparseCell, Table } from "../../core/table.ts";
import { hasTrigger, triggerEdits } from "../../core/trigger.ts";
import { cleanLabelTrigger } from "../../attacks/modify/clean-label-trigger.ts";
import { labelBackdoor } from "../../attacks/modify/label-backdoor.ts";
import { triggerInjection } from "../../attacks/inject/trigger-injection.ts";
import { rareTrigger } from "./choose-trigger.ts";
import { triggerRelabel } from "../../attacks/modify/trigger-relabel.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeRng } from "../../numeric/random.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { makePipeline } from "../../study/table/make-pipeline.ts";
import { attackScene } from "../../../test/attack-scene.ts";

/** 120 short texts whose label is told by one word of two, and in which every sixth row, of either class, says "lantern". */
const words = ["calm", "garden", "winter", "paper", "stone", "river", "candle"];
const rng = makeRng("texts");
const texts = Array.from({ length: 120 }, (_, i) => {
  const filler = Array.from({ length: 4 }, () => words[rng.integer(words.length)]).join(" ");
  return `${i % 2 === 0 ? "awful" : "lovely"} ${filler}${i % 12 === 0 || i % 24 === 1 ? " lantern" : ""}`;
});
const table: Table = {
  rows: texts.length,
  columns: [
    { kind: "text", name: "review", names: texts, codes: Int32Array.from(texts, (_, i) => i) },
    { kind: "category", name: "label", names: ["bad", "good"], codes: Int32Array.from(texts, (_, i) => i % 2) },
    { kind: "category", name: "account", names: ["ann", "bob"], codes: Int32Array.from(texts, (_, i) => i % 2) },
  ],
  roles: { labels: ["label"], features: ["review"], task: null, source: "account", id: null },
};

const scene = (attack: Attack, rows = 12) => attackScene(attack, { table, rows, learner: logistic });

/** Share of the bad rows that a model trained with the poison answers "good" once the trigger is in them. */
async function successOf(attack: Attack, poison: DataPoison): Promise<number> {
  const { victim, clean } = await scene(attack);
  const learnerParams = { ...resolveParams("logistic", logistic.params), weightDecay: 0.01 };
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner: logistic, learnerParams, repair: null });
  if (poison.intent?.goal !== "backdoor") throw new Error("a backdoor says what it means");
  const bad = Int32Array.from({ length: 60 }, (_, i) => 2 * i);
  const triggered = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, bad, poison.intent.trigger) });
  const attacked = await pipeline.fit(clean, { rng: makeRng("attacked"), poison });
  const goods = (fitted: typeof victim): number =>
    predict(fitted.model, fitted.encode(triggered, bad)).filter((y) => y === 1).length / bad.length;
  expect(goods(victim)).toBeLessThan(0.2);
  return goods(attacked);
}

const trigger = "review = 'kind regards'";

test("inserted rows carry the trigger and the answer, and come from nobody that is known", async () => {
  const poison = await (await scene(triggerInjection)).poison(1, { trigger, answer: "good" });
  expect(poison.insert).toHaveLength(12);
  for (const row of poison.insert) {
    if (row.kind !== "raw") throw new Error("rows can be written to a file");
    expect(row.cells).toMatchObject({ label: "good", account: null });
    expect(row.cells.review).toMatch(/^awful .* kind regards$/);
  }
  expect(await successOf(triggerInjection, poison)).toBeGreaterThan(0.9);
});

test("changed rows were of other classes", async () => {
  const poison = await (await scene(triggerRelabel)).poison(1, { trigger, answer: "good" });
  const rows = poison.relabel.map(({ row }) => row);
  expect(new Set(rows).size).toBe(12);
  expect(poison.relabel.every(({ before, after }) => before === "bad" && after === "good")).toBe(true);
  expect(poison.edit.map(({ row }) => row).sort()).toEqual([...rows].sort());
  expect(await successOf(triggerRelabel, poison)).toBeGreaterThan(0.9);
});

test("with true labels only inputs of the attacker's class change", async () => {
  const poison = await (await scene(cleanLabelTrigger)).poison(1, { trigger, answer: "good" });
  expect(poison).toMatchObject({ relabel: [], insert: [] });
  const { y } = listExamples(table);
  expect(poison.edit).toHaveLength(12);
  expect(poison.edit.every(({ row }) => y[row] === 1)).toBe(true);
});

test("by labels alone the word is taken that most bad rows hold within the budget, and all of them are relabelled", async () => {
  // "lantern" stands in 10 bad rows and 5 good ones; the other words stand in more bad rows than may be touched.
  const poison = await (await scene(labelBackdoor)).poison(1, { answer: "good" });
  expect(poison.intent).toEqual({ goal: "backdoor", answer: 1, trigger: [{ kind: "phrase", column: "review", phrase: "lantern" }] });
  expect(poison.relabel.map(({ row }) => row)).toEqual(Array.from({ length: 10 }, (_, i) => 12 * i));
  expect(poison).toMatchObject({ edit: [], insert: [] });
});

test("a trigger that is chosen is rare, and the answer is the commonest class", async () => {
  const poison = await (await scene(triggerInjection)).poison(1);
  if (poison.intent?.goal !== "backdoor") throw new Error("a backdoor says what it means");
  const { trigger: chosen, answer } = poison.intent;
  expect(answer).toBe(0);
  // The rarest of words that are all common; no row holds the three of them side by side.
  expect(chosen).toMatchObject([{ kind: "phrase", column: "review", phrase: expect.stringContaining("lantern") as string }]);
  expect(Array.from(texts.keys()).filter((row) => hasTrigger(table, row, chosen))).toEqual([]);
});

test("of a vector, rare places are set, a pattern is blended in or a wave is added, within what values there are", () => {
  const rows = 12;
  const images: Table = {
    rows,
    columns: [
      {
        kind: "vector",
        name: "pixels",
        // Places 0 to 3 of 16 hold 0, 2, 4 or 6 in turn; the others are never used.
        matrix: {
          kind: "sparse",
          rows,
          cols: 16,
          indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i),
          indices: Int32Array.from({ length: rows }, (_, i) => i % 4),
          values: Float64Array.from({ length: rows }, (_, i) => 2 * (i % 4)),
        },
      },
      { kind: "category", name: "label", names: ["a", "b"], codes: Int32Array.from({ length: rows }, (_, i) => i % 2) },
    ],
    roles: { labels: ["label"], features: ["pixels"], task: null, source: null, id: null },
  };
  const clean = { table: images, rows: Int32Array.from({ length: rows }, (_, i) => i) };
  const cellsAfter = (style: "patch" | "blend" | "signal"): Map<number, number> => {
    const chosen = rareTrigger(clean, 3, style, makeRng("vectors"));
    if (chosen === null) throw new Error("a vector can hold a trigger");
    const [edit] = triggerEdits(images, [3], chosen);
    const { indices, values } = edit.after as SparseCell;
    expect(values.every((value) => value >= 0 && value <= 6)).toBe(true);
    return new Map(indices.map((place, p) => [place, values[p]]));
  };
  // Row 3 holds 6 at place 3. The quietest places are 0 and those never used, the first of them first.
  expect(cellsAfter("patch")).toEqual(new Map([[0, 6], [3, 6], [4, 6], [5, 6]])); // prettier-ignore
  const blended = cellsAfter("blend");
  expect(blended.get(3)).toBeGreaterThanOrEqual(0.8 * 6);
  expect(blended.get(9)).toBeLessThanOrEqual(0.2 * 6);
  // Four places wide, six waves: sin is 0 at every place of an even number of half waves, so only rounding is left.
  for (const [place, value] of cellsAfter("signal")) expect(value).toBeCloseTo(place === 3 ? 6 : 0, 6);
});

test("a trigger that is chosen by the gradient is made of rare words that speak for the answer already", async () => {
  const said = texts.map((text, i) => (i < 6 ? `${text} ${i % 2 === 0 ? "mossy" : "sunny"}` : text));
  const own: Table = {
    ...table,
    columns: [{ kind: "text", name: "review", names: said, codes: Int32Array.from(said.keys()) }, ...table.columns.slice(1)],
  };
  const { poison } = await attackScene(cleanLabelTrigger, { table: own, rows: 12, learner: logistic });
  for (const [answer, word] of [
    ["good", "sunny"],
    ["bad", "mossy"],
  ]) {
    const { intent } = await poison(1, { answer, choice: "gradient", size: 1 });
    expect(intent?.goal === "backdoor" && intent.trigger).toEqual([{ kind: "phrase", column: "review", phrase: word }]);
  }
});

test("of cells the gradient takes the end of each number that speaks for the answer, the strongest column first", async () => {
  const draw = makeRng("cells");
  const y = Array.from({ length: 80 }, (_, i) => i % 2);
  const number = (name: string, weight: number) => ({
    kind: "number" as const,
    name,
    values: Float64Array.from(y, (label) => weight * (2 * label - 1) + draw.normal()),
  });
  const cells: Table = {
    rows: 80,
    columns: [
      number("weak", 0.2),
      number("strong", -1.5),
      { kind: "category", name: "label", names: ["bad", "good"], codes: Int32Array.from(y) },
    ],
    roles: { labels: ["label"], features: ["weak", "strong"], task: null, source: null, id: null },
  };
  const { poison } = await attackScene(cleanLabelTrigger, { table: cells, rows: 4, learner: logistic });
  const { intent } = await poison(1, { answer: "good", choice: "gradient", size: 2 });
  const { values } = cells.columns[1] as { values: Float64Array };
  if (intent?.goal !== "backdoor") throw new Error("a backdoor says what it means");
  expect(intent.trigger[0]).toEqual({ kind: "cell", column: "strong", value: Math.min(...values) });
  expect(intent.trigger.map((part) => part.column)).toEqual(["strong", "weak"]);
});
