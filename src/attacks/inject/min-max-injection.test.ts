import { expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { applyToTable, insertedRows } from "../../core/apply/apply.ts";
import { allRows } from "../../core/examples.ts";
import { feasibleSetOf, isFeasible } from "../../blocks/feasible/feasible-set.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { makeRng } from "../../numeric/random.ts";
import { minMaxInjection } from "./min-max-injection.ts";

const settings = { loss: "hinge" };
const rows = 12;

/** Regularised hinge loss on the clean rows and these, over the clean ones, at its minimum by subgradient steps. Features in the units of the encoder. */
function leastLoss(x: readonly Float64Array[], t: readonly number[], clean: number): number {
  const decay = 0.01;
  const theta = new Float64Array(3);
  const best = { loss: Infinity };
  for (let step = 1; step <= 4000; step++) {
    const gradient = theta.map((value) => decay * value);
    let loss = 0.5 * decay * theta.reduce((sum, value) => sum + value * value, 0);
    x.forEach(([a, b], i) => {
      const margin = t[i] * (theta[0] * a + theta[1] * b + theta[2]);
      if (margin >= 1) return;
      loss += (1 - margin) / clean;
      gradient[0] -= (t[i] * a) / clean;
      gradient[1] -= (t[i] * b) / clean;
      gradient[2] -= t[i] / clean;
    });
    best.loss = Math.min(best.loss, loss);
    for (let j = 0; j < 3; j++) theta[j] -= (1 / (decay * (step + 20))) * gradient[j];
  }
  return best.loss;
}

it("raises the least training loss above what random rows of the same set do, and stays where clean rows lie", async () => {
  const table = tableOf(cloud(120, 3, "classes"));
  const scene = await attackScene(minMaxInjection, { table, rows, learner: linearSvm, settings });
  const poison = await scene.poison(1, { decay: 0.01 });
  expect(poison.insert).toHaveLength(rows);
  expect(await scene.poison(2, { decay: 0.01 })).toEqual(poison);
  const { training } = scene.victim;
  const set = feasibleSetOf(training, 0.95);
  const rowOf = (data: { x: { kind: string } }, i: number): Float64Array => {
    const { x } = data as typeof training;
    if (x.kind !== "dense") throw new Error("dense rows");
    return x.data.slice(i * x.cols, (i + 1) * x.cols);
  };
  const after = applyToTable(table, poison);
  const injected = scene.victim.encode(after, insertedRows(table, poison));
  const clean = Array.from(allRows(table), (i) => rowOf(training, i));
  const signs = Array.from(training.y, (label) => 2 * label - 1);
  const added = Array.from({ length: rows }, (_, i) => rowOf(injected, i));
  added.forEach((x, i) => expect(isFeasible(set, x, injected.y[i], 1e-6)).toBe(true));
  const reached = leastLoss([...clean, ...added], [...signs, ...Array.from(injected.y, (label) => 2 * label - 1)], clean.length);
  const rng = makeRng("others");
  for (let k = 0; k < 20; k++) {
    const [others, labels]: [Float64Array[], number[]] = [[], []];
    while (others.length < rows) {
      const y = rng.integer(2);
      const ball = set.balls[y]!;
      const x = ball.low.map((low, j) => low + rng.uniform() * (ball.high[j] - low));
      if (!isFeasible(set, x, y)) continue;
      others.push(x);
      labels.push(2 * y - 1);
    }
    expect(leastLoss([...clean, ...others], [...signs, ...labels], clean.length)).toBeLessThan(reached);
  }
});

it("says what it cannot attack", () => {
  const table = tableOf(cloud(20, 1, "classes"));
  const refuses = (given: object): string | null => minMaxInjection.refuses!({ table, learner: linearSvm, sharing: "pooled", ...given });
  expect(refuses({})).toBe(null);
  const { columns, roles } = table;
  const words = { kind: "text" as const, name: "words", codes: new Int32Array(20), names: ["a"] };
  expect(refuses({ table: { ...table, columns: [...columns, words], roles: { ...roles, features: ["a", "words"] } } })).toMatch(
    /numbers alone, and "words"/,
  );
  expect(refuses({ sharing: "separate" })).toMatch(/single task/);
});
