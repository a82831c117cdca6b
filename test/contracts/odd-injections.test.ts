import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Attack } from "../../src/core/attack.ts";
import { targetOf } from "../../src/core/examples.ts";
import { findBreach } from "../../src/core/patch.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Table } from "../../src/core/table.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { feasibleSetOf, isFeasible } from "../../src/blocks/feasible/feasible-set.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makePipeline } from "../../src/study/table/make-pipeline.ts";

/** Two numbers and a label, row by row. */
function tableOf(cells: readonly (readonly [number, number, string])[]): Table {
  const names = [...new Set(cells.map(([, , label]) => label))].sort();
  return {
    rows: cells.length,
    columns: [
      { kind: "number", name: "a", values: Float64Array.from(cells, ([a]) => a) },
      { kind: "number", name: "b", values: Float64Array.from(cells, ([, b]) => b) },
      { kind: "category", name: "label", names, codes: Int32Array.from(cells, ([, , label]) => names.indexOf(label)) },
    ],
    roles: { labels: ["label"], features: ["a", "b"], task: null, source: null, id: null },
  };
}

const rng = makeRng("odd");
const cloud = (rows: number): [number, number, string][] =>
  Array.from({ length: rows }, (_, i) => [rng.normal() + (i % 2), rng.normal(), i % 2 === 0 ? "no" : "yes"]);

const tables: Record<string, { readonly table: Table; readonly rows: number }> = {
  "features that are all equal": { table: tableOf(Array.from({ length: 12 }, (_, i) => [1, 2, i % 2 === 0 ? "no" : "yes"])), rows: 3 },
  "a class of one row": { table: tableOf(cloud(20).map(([a, b], i) => [a, b, i === 3 ? "yes" : "no"])), rows: 3 },
  "more rows to insert than a class has": { table: tableOf(cloud(10)), rows: 10 },
  "rows that are told apart without error": {
    table: tableOf(cloud(20).map(([a, b, label]) => [a + (label === "yes" ? 50 : 0), b, label])),
    rows: 2,
  },
};

const injections = catalog.attacks.filter(({ threat, targets }) => threat.access === "inject" && targets.includes("classes"));
const learners = catalog.learners.filter(({ id }) => ["logistic", "linear-svm"].includes(id));
/** Those that promise rows within the feasible set of the clean ones. */
const sanitised = ["influence-injection"];

describe.each(Object.entries(tables))("injection into %s", (_, { table, rows }) => {
  const cases = injections.flatMap((attack) =>
    learners
      .filter((learner) => (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null)
      .flatMap((learner) =>
        (learner.id === "linear-svm" ? ["squared-hinge", "hinge"] : [""]).map((loss) => ({ attack: attack as Attack, learner, loss })),
      ),
  );

  it.each(cases)("$attack.id against $learner.id $loss keeps to its budget and its threat", async ({ attack, learner, loss }) => {
    const clean = { table, rows: Int32Array.from({ length: table.rows }, (_, row) => row) };
    const pipeline = makePipeline({
      encoder: makeEncoder(resolveParams("encoder", encoderParams), table),
      fittedOn: "frozen",
      learner,
      learnerParams: { ...resolveParams<object>(learner.id, learner.params, loss === "" ? {} : { loss }), weightDecay: 0.01 },
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
    if (!sanitised.includes(attack.id)) return;
    expect(targetOf(table).kind).toBe("classes");
    const set = feasibleSetOf(victim.training, 0.95);
    const { data } = pipeline.encode(clean, patch);
    if (data.x.kind !== "dense") throw new Error("numbers are dense");
    for (let i = table.rows; i < data.y.length; i++)
      expect(isFeasible(set, data.x.data.slice(i * data.x.cols, (i + 1) * data.x.cols), data.y[i], 1e-6)).toBe(true);
  });
});
