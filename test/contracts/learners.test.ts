import fc from "fast-check";
import { describe, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { holdLearner, learns } from "../../src/node/contract/check-learner.ts";
import { tableShapes } from "./arbitrary-table.ts";

/** A learner may refuse every label: where its native runtime is not installed. */
const ofClasses = { kind: "classes" as const, names: ["a", "b"] };
const usable = catalog.learners.filter(({ refuses }) =>
  [ofClasses, { kind: "real" as const }].some((target) => (refuses?.(target) ?? null) === null),
);

describe.each(usable.map((learner) => [learner.id, learner] as const))("learner %s", (_, learner) => {
  it("learns the same model from the same seed, with scores, predictions and losses that agree", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes.filter((shape) => learns(learner, shape)),
        fc.nat(),
        (shape, seed) => holdLearner(learner, shape, seed),
      ),
      { numRuns: 25 },
    );
  });
});
