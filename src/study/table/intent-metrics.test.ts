import { expect, test } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { allRows } from "../../core/examples.ts";
import type { Model } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { logistic } from "../../learners/logistic.ts";
import { intentObjective, measureIntent } from "./intent-metrics.ts";

/** Ten rows: the label is whether `a` is above 4, and `b` is 0. */
const table: Table = {
  rows: 10,
  columns: [
    { kind: "number", name: "a", values: Float64Array.from({ length: 10 }, (_, i) => i) },
    { kind: "number", name: "b", values: Float64Array.from({ length: 10 }, (_, i) => Number(i === 0)) },
    { kind: "category", name: "label", names: ["low", "high"], codes: Int32Array.from({ length: 10 }, (_, i) => Number(i > 4)) },
  ],
  roles: { labels: ["label"], features: ["a", "b"], task: null, source: null, id: null },
};
const rows = allRows(table);
const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, rows);
const testOf = (given: typeof encoder, changed: Table = table) => given.encode(changed, rows);

/** A model that answers by rules on raw features: standardised values are turned back. */
async function modelOf(rule: (a: number, b: number) => boolean): Promise<Model> {
  const data = encoder.encode(table, rows);
  const fitted = await logistic.fit(data, {
    rng: makeRng("x"),
    params: { ...resolveParams("logistic", logistic.params), weightDecay: 1 },
  });
  const raw = (x: Float64Array): { a: number; b: number } => encoder.decode(x) as unknown as { a: number; b: number };
  const scores: Model["scores"] = ({ x }) =>
    Float64Array.from({ length: x.rows }, (_, i) => {
      if (x.kind !== "dense") throw new Error("these features are dense");
      const { a, b } = raw(x.data.slice(i * 2, i * 2 + 2));
      return rule(a, b) ? 1 : -1;
    });
  return { ...fitted, scores, losses: (given) => scores(given).map((z, i) => (z > 0 === (given.y[i] === 1) ? 0 : 1)) };
}

const trigger = [{ kind: "cell", column: "b", value: 1 }] as const;

test("success of a backdoor is counted by hand over rows of other classes that the clean model gets right", async () => {
  const clean = { model: await modelOf((a) => a > 3.5), encoder };
  const attacked = { model: await modelOf((a, b) => a > 4.5 || (b > 0.5 && a > 1.5)), encoder };
  const intent = { goal: "backdoor", trigger, answer: 1 } as const;
  // Row 0 holds the trigger, row 4 is wrong of the clean model: 1, 2 and 3 count, of which 2 and 3 turn.
  expect(measureIntent(intent, attacked, clean, table, testOf)).toEqual({
    attackSuccessRate: 2 / 3,
    untriggeredRate: 0,
    unpoisonedRate: 0,
  });
  // Of the rows 0 to 4 with the trigger, 0 and 1 lose.
  expect(intentObjective(intent, attacked, clean, table, testOf)).toBeCloseTo(-2 / 5, 12);
});

test("a group's errors, and those of the others, are held against the clean model", async () => {
  const clean = { model: await modelOf((a) => a > 3.5), encoder };
  const attacked = { model: await modelOf((a) => a > 6.5), encoder };
  const group = { anyOf: [[{ column: "a", op: ">=", value: 4 } as const, { column: "a", op: "<=", value: 7 } as const]] };
  const figures = measureIntent({ goal: "targeted", group, answer: null }, attacked, clean, table, testOf);
  // Of 4 to 7 the attacked model misses 5 and 6, the clean one 4; of 5, 6 and 7, which the clean model gets right, two turn.
  expect(figures).toEqual({ targetError: 0.5, targetErrorRise: 0.25, collateralErrorRise: 0, attackSuccessRate: 2 / 3 });
  const none = measureIntent({ goal: "targeted", group: { rows: [] }, answer: null }, attacked, clean, table, testOf);
  expect(none).toEqual({ collateralErrorRise: 0.1 });
});
