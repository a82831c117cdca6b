import type { Attack, AttackTarget } from "../src/core/attack.ts";
import { allRows } from "../src/core/examples.ts";
import type { Learner } from "../src/core/learner.ts";
import { resolveParams } from "../src/core/params.ts";
import type { FittedPipeline, TrainingSet } from "../src/core/pipeline.ts";
import type { DataPoison } from "../src/core/poison.ts";
import type { Table } from "../src/core/table.ts";
import type { Budget, Reach } from "../src/core/threat.ts";
import { encoderParams, makeEncoder } from "../src/data/encoder.ts";
import { makeRng } from "../src/numeric/random.ts";
import { makePipeline } from "../src/study/table/make-pipeline.ts";

export interface AttackScene {
  readonly clean: TrainingSet;
  readonly budget: Budget;
  readonly reach: Reach;
  readonly victim: FittedPipeline;
  poison(seed: number, given?: Readonly<Record<string, unknown>>): Promise<DataPoison>;
}

/** An attack with `rows` rows to touch, on all rows of a table, which a learner of λ = 0.01 is trained on. */
export async function attackScene(
  attack: Attack,
  {
    table,
    rows,
    learner,
    settings = {},
    reach = { attackTasks: null, targetTasks: null },
    target,
  }: {
    readonly table: Table;
    readonly rows: number;
    readonly learner: Learner;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly reach?: Reach;
    readonly target?: AttackTarget;
  },
): Promise<AttackScene> {
  const clean = { table, rows: allRows(table) };
  const learnerParams = { ...resolveParams<object>(learner.id, learner.params, settings), weightDecay: 0.01 };
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  const pipeline = makePipeline({ encoder, fittedOn: "frozen", learner, learnerParams, repair: null });
  const budget = { fraction: rows / table.rows, rows };
  const victim = await pipeline.fit(clean, { rng: makeRng("victim") });
  return {
    clean,
    budget,
    reach,
    victim,
    async poison(seed, given = {}) {
      const poison = await attack.poison(
        { clean, pipeline, budget, reach, ...(target === undefined ? {} : { target }), victim: () => Promise.resolve(victim) },
        { rng: makeRng(seed), params: resolveParams(attack.id, attack.params, given) },
      );
      if (poison.kind !== "data") throw new Error("this attack changes data");
      return poison;
    },
  };
}

/** Two numbers and a label, row by row; the label is a class or a number. */
export function tableOf(cells: readonly (readonly [number, number, string | number])[]): Table {
  const labels = cells.map(([, , label]) => label);
  const names = [...new Set(labels.map(String))].sort();
  return {
    rows: cells.length,
    columns: [
      { kind: "number", name: "a", values: Float64Array.from(cells, ([a]) => a) },
      { kind: "number", name: "b", values: Float64Array.from(cells, ([, b]) => b) },
      typeof labels[0] === "number"
        ? { kind: "number", name: "label", values: Float64Array.from(labels, Number) }
        : { kind: "category", name: "label", names, codes: Int32Array.from(labels, (label) => names.indexOf(String(label))) },
    ],
    roles: { labels: ["label"], features: ["a", "b"], task: null, source: null, id: null },
  };
}

/** Rows around two centres, the second half an error of 1 apart in `a`, labelled by their centre or by a noisy number. */
export function cloud(rows: number, seed: number, kind: "classes" | "real"): [number, number, string | number][] {
  const rng = makeRng(`cloud/${seed}`);
  return Array.from({ length: rows }, (_, i) => {
    const [a, b] = [rng.normal() + 1.5 * (i % 2), rng.normal()];
    return [a, b, kind === "classes" ? (i % 2 === 0 ? "no" : "yes") : a + 0.3 * rng.normal()];
  });
}
