import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockScoresInto } from "../../src/blocks/linear/layout.ts";
import { catalog } from "../../src/catalog.ts";
import { targetOf } from "../../src/core/examples.ts";
import { predict } from "../../src/core/learner.ts";
import { resolveParams } from "../../src/core/params.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { firstHalf, makeTable, tableShapes } from "./arbitrary-table.ts";

/** A learner may refuse every label: where its native runtime is not installed. */
const ofClasses = { kind: "classes" as const, names: ["a", "b"] };
const usable = catalog.learners
  .filter(({ outside }) => outside === undefined)
  .filter(({ refuses }) => [ofClasses, { kind: "real" as const }].some((target) => (refuses?.(target) ?? null) === null));

describe.each(usable.map((learner) => [learner.id, learner] as const))("learner %s", (_, learner) => {
  it("learns the same model from the same seed, with scores, predictions and losses that agree", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes.filter(
          (shape) =>
            learner.targets.includes(targetOf(makeTable(shape)).kind) && (learner.refuses?.(targetOf(makeTable(shape))) ?? null) === null,
        ),
        fc.nat(),
        async (shape, seed) => {
          const table = makeTable(shape);
          const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table));
          const [train, all] = [
            encoder.encode(table, firstHalf(table)),
            encoder.encode(
              table,
              Int32Array.from({ length: table.rows }, (_r, i) => i),
            ),
          ];
          const given = resolveParams<object>(learner.id, learner.params);
          const params = await learner.tune(train, { rng: makeRng(seed), params: given });
          expect(JSON.stringify(params)).not.toContain("auto");
          const fit = () => learner.fit(train, { rng: makeRng(seed), params });
          const model = await fit();
          const scores = model.scores(all);
          expect(scores.length).toBe(all.y.length * model.outputs);
          expect(scores.every(Number.isFinite)).toBe(true);
          expect((await fit()).scores(all)).toEqual(scores);
          const losses = model.losses(all);
          expect(losses.every((loss) => Number.isFinite(loss) && loss >= 0)).toBe(true);
          if (learner.linear !== undefined) {
            const { theta } = model.parameters ?? expect.fail("a linear model has parameters");
            const z = new Float64Array(all.y.length);
            for (let output = 0; output < model.outputs; output++) {
              blockScoresInto(z, all.x, theta, output);
              z.forEach((score, i) => expect(score).toBeCloseTo(scores[i * model.outputs + output], 9));
            }
            expect(learner.linear(params).weightDecay).toBeGreaterThanOrEqual(0);
          }
          if (learner.hinge !== undefined)
            for (const loss of ["hinge", "squared-hinge"]) {
              const chosen = { ...(params as object), loss };
              expect(learner.objective?.(train, chosen) === null).toBe(learner.hinge(chosen) !== null);
            }
          const predictions = predict(model, all);
          if (all.target.kind === "classes") {
            const { names } = all.target;
            expect(predictions.every((k) => names[k] !== undefined)).toBe(true);
          }
          const probabilities = model.probabilities(all);
          if (probabilities !== null && all.target.kind === "classes") {
            const classes = all.target.names.length;
            for (let i = 0; i < all.y.length; i++) {
              const row = probabilities.subarray(i * classes, (i + 1) * classes);
              expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
              expect(row[predictions[i]]).toBe(Math.max(...row));
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
