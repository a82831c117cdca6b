import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { findBreach } from "../../src/core/patch.ts";
import { resolveParams } from "../../src/core/params.ts";
import { missingRuntime } from "../../src/node/onnx/runtime.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makePipeline } from "../../src/study/table/make-pipeline.ts";
import { cloud, tableOf } from "../attack-scene.ts";

type Row = readonly [number, number, string];
const some = (rows: number): Row[] => cloud(rows, 9, "classes").map(([a, b, label]) => [a, b, String(label)]);
const tables = {
  "features that are all equal": { cells: some(12).map(([, , label]): Row => [1, 2, label]), rows: 3 },
  "a class of one row": { cells: some(20).map(([a, b], i): Row => [a, b, i === 3 ? "yes" : "no"]), rows: 3 },
  "more rows to move than a class has": { cells: some(10), rows: 10 },
  "rows that are all the same but one": { cells: some(12).map(([, , label], i): Row => [i === 5 ? 4 : 0, 0, label]), rows: 4 },
  "a single row": { cells: some(1), rows: 1 },
};
const attacks = catalog.attacks.filter(({ threat, targets }) => threat.access === "modify-inputs" && targets.includes("classes"));
const learners = catalog.learners.filter(({ id }) => id === "logistic" || (id === "mlp" && missingRuntime() === null));

describe.each(Object.entries(tables))("inputs moved in %s", (_, { cells, rows }) => {
  const table = tableOf(cells);
  const cases = attacks.flatMap((attack) =>
    learners
      .filter((learner) => (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null)
      .map((learner) => ({ attack, learner })),
  );

  it.each(cases)("by $attack.id against $learner.id keep to budget and threat", async ({ attack, learner }) => {
    const clean = { table, rows: Int32Array.from({ length: table.rows }, (_r, row) => row) };
    const settings = learner.id === "mlp" ? { epochs: 5, hidden: "4" } : {};
    const pipeline = makePipeline({
      encoder: makeEncoder(resolveParams("encoder", encoderParams), table),
      fittedOn: "frozen",
      learner,
      learnerParams: { ...resolveParams<object>(learner.id, learner.params, settings), weightDecay: 0.01 },
      repair: null,
    });
    const budget = { fraction: rows / table.rows, rows };
    const reach = { attackTasks: null, targetTasks: null };
    const victim = await pipeline.fit(clean, { rng: makeRng("victim") });
    const poison = () =>
      attack.poison(
        { clean, pipeline, budget, reach, victim: () => Promise.resolve(victim) },
        { rng: makeRng(1), params: resolveParams(attack.id, attack.params) },
      );
    const patch = await poison();
    expect(findBreach({ poison: patch, threat: attack.threat, budget, reach, clean })).toBeNull();
    expect(JSON.stringify(await poison())).toBe(JSON.stringify(patch));
  });
});
