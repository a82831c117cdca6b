import { expect, test } from "vitest";
import { catalog } from "../../catalog.ts";
import type { Attack } from "../../core/attack.ts";
import { noDataPoison } from "../../core/poison.ts";
import { resolveParams } from "../../core/params.ts";
import { encoderParams } from "../../data/encoder.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeTable } from "../../node/contract/small-tables.ts";
import { digest } from "../../node/runs/provenance.ts";
import type { StudyConfig } from "../config.ts";
import { planStudy, runStudy } from "../run-study.ts";

const table = makeTable({ rows: 120, target: "two classes", text: false, tasks: false, sources: false, seed: 4 });
/** Draws from its own stream, as nothing forbids. */
const drawing = (drawn: Map<string, number[]>): Attack => ({
  ...catalog.attacks.find(({ id }) => id === "label-flip")!,
  id: "drawing",
  params: {},
  goesOn: true,
  poison({ budget }, { rng }) {
    const key = String(budget.fraction);
    drawn.set(key, [...(drawn.get(key) ?? []), rng.uniform()]);
    return Promise.resolve(noDataPoison);
  },
});

const config: StudyConfig = {
  encoder: resolveParams("encoder", encoderParams),
  learner: { id: "logistic", params: resolveParams("logistic", logistic.params, { weightDecay: 0.05 }) },
  sharing: "pooled",
  attacks: [{ id: "drawing", params: {}, goesOn: true }],
  detectors: [],
  repairs: [],
  budgets: [0.1, 0.2, 0.3],
  seeds: 1,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
};

test("an attack that goes on draws the same for a budget whether the smaller ones were made before or in the same go", async () => {
  const drawnFor = async (budgets: readonly number[]): Promise<number[]> => {
    const drawn = new Map<string, number[]>();
    const methods = { ...catalog, attacks: [...catalog.attacks, drawing(drawn)] };
    const cells = planStudy(config, "climb", digest).filter(
      ({ attack, budgetFraction }) => attack === null || budgets.includes(budgetFraction),
    );
    const failures: string[] = [];
    await runStudy({ table, config, methods }, cells, {
      now: () => 0,
      onCell: (_, records) => void failures.push(...records.flatMap(({ error }) => error ?? [])),
    });
    expect(failures).toEqual([]);
    return drawn.get("0.3")!;
  };
  expect(await drawnFor([0.3])).toEqual(await drawnFor([0.1, 0.2, 0.3]));
});
