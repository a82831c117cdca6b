import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badEncoder } from "../../src/attacks/upstream/bad-encoder.ts";
import { bullseyePolytope } from "../../src/attacks/modify/bullseye-polytope.ts";
import { featureCollision } from "../../src/attacks/modify/feature-collision.ts";
import { upstreamTrigger } from "../../src/attacks/upstream/upstream-trigger.ts";
import { reluNetwork, shapeOf } from "../../src/blocks/network/relu-network.ts";
import { startingWeights } from "../../src/blocks/network/starting-weights.ts";
import { allRows } from "../../src/core/examples.ts";
import { findBreach } from "../../src/core/patch.ts";
import type { Learner } from "../../src/core/learner.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Table } from "../../src/core/table.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { denseMatrix, toSparse } from "../../src/numeric/matrices/matrix.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makePipeline } from "../../src/study/table/make-pipeline.ts";
import { dealRows, pretrain } from "../../src/study/table/pretraining.ts";

/** Networks of random weights: what they say means nothing, which is all the same to budget and threat, and takes no training. */
const untrained: Learner = {
  kind: "learner",
  id: "untrained",
  title: "Random weights",
  summary: "Learns nothing.",
  source: { cite: "a test, 2026", url: null },
  targets: ["classes"],
  learnsFeatures: true,
  params: {},
  tune: () => Promise.resolve({}),
  fit({ x, target, features }, { base, rng }) {
    const shape = shapeOf(x.cols, base?.sizes.slice(1) ?? [3], target, "cross-entropy");
    const theta = startingWeights(shape, rng);
    if (base !== undefined) theta.set(base.theta);
    return Promise.resolve(reluNetwork({ shape, theta, features, target }));
  },
  pretrain({ x }, { rng }) {
    const sizes = [x.cols, 3];
    return Promise.resolve({ sizes, theta: startingWeights({ sizes, loss: "square" }, rng) });
  },
};

const cells = fc.constantFrom<(row: number) => number>(
  () => 2,
  (row) => (row === 1 ? 5 : 0),
  (row) => row % 3,
  (row) => (row % 4 === 0 ? NaN : row),
  () => NaN,
);
const attempts = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  numbers: fc.array(cells, { maxLength: 2 }),
  /** Of the first place of a vector, whose other place is dark; null = there is no vector. */
  places: fc.option(cells),
  category: fc.boolean(),
  labels: fc.constantFrom(
    (row: number) => row % 2,
    (row: number) => Number(row === 0),
    (row: number) => row % 3,
    () => 0,
  ),
  budget: fc.integer({ min: 1, max: 12 }),
  norm: fc.constantFrom("box", "ball"),
  radius: fc.constantFrom(0, 0.3, 1),
  seed: fc.nat({ max: 1000 }),
});
type Attempt = typeof attempts extends fc.Arbitrary<infer T> ? T : never;

function tableOf({ rows, numbers, places, category, labels }: Attempt): Table {
  const each = (valueOf: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, row) => valueOf(row));
  const pixels = places === null ? null : Float64Array.from({ length: 2 * rows }, (_, p) => (p % 2 === 0 ? places(p >> 1) || 0 : 0));
  const columns: Table["columns"] = [
    ...numbers.map((valueOf, k) => ({ kind: "number" as const, name: `n${k}`, values: each(valueOf) })),
    ...(pixels === null ? [] : [{ kind: "vector" as const, name: "pixels", matrix: toSparse(denseMatrix(rows, 2, pixels)) }]),
    ...(category || (numbers.length === 0 && places === null)
      ? [{ kind: "category" as const, name: "c", names: ["x", "y"], codes: Int32Array.from({ length: rows }, (_, row) => (row % 3) - 1) }]
      : []),
    { kind: "category", name: "label", names: ["a", "b", "c"], codes: Int32Array.from({ length: rows }, (_, row) => labels(row)) },
  ];
  const features = columns.map(({ name }) => name).filter((name) => name !== "label");
  return { rows, columns, roles: { labels: ["label"], features, task: null, source: null, id: null } };
}

const fast: Record<string, object> = {
  "feature-collision": { steps: 15 },
  "bullseye-polytope": { steps: 15, poisons: 2 },
  "upstream-trigger": {},
  "bad-encoder": { steps: 3 },
};

describe.each([featureCollision, bullseyePolytope, upstreamTrigger, badEncoder].map((attack) => [attack.id, attack] as const))(
  "%s",
  (id, attack) => {
    it("keeps to budget and threat on 1,000 small tables: equal features, missing cells, a single row of a class, a budget larger than the class", async () => {
      await fc.assert(
        fc.asyncProperty(attempts, async (attempt) => {
          const table = tableOf(attempt);
          const isUpstream = attack.threat.access === "upstream";
          const { pretraining, own } = isUpstream
            ? dealRows(allRows(table), 0.5, makeRng(attempt.seed))
            : { pretraining: null, own: allRows(table) };
          const clean = { table, rows: own };
          const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
          const upstream =
            pretraining === null
              ? null
              : await pretrain({ table, rows: pretraining }, { encoder, learner: untrained, params: {} }, { rng: makeRng("base") });
          const pipeline = makePipeline({
            ...((await upstream?.after(null)) ?? { encoder, learner: untrained }),
            fittedOn: "poisoned",
            learnerParams: {},
            repair: null,
          });
          const budget = { fraction: 1, rows: attempt.budget };
          const reach = { attackTasks: null, targetTasks: null };
          const given = { ...fast[id], ...(isUpstream ? {} : { norm: attempt.norm, radius: attempt.radius }) };
          const poison = await attack.poison(
            {
              clean,
              pipeline,
              budget,
              reach,
              ...(upstream === null ? {} : { upstream: upstream.view }),
              victim: () => pipeline.fit(clean, { rng: makeRng("victim") }),
            },
            { rng: makeRng(attempt.seed), params: resolveParams(id, attack.params, given) },
          );
          expect(findBreach({ poison, threat: attack.threat, budget, reach, clean, pretraining: upstream?.view.clean })).toBeNull();
          if (poison.kind === "data") await pipeline.fit(clean, { rng: makeRng("attacked"), poison });
        }),
        { numRuns: 1000 },
      );
    });
  },
);
