import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Dataset } from "../../src/core/dataset.ts";
import type { Detector } from "../../src/core/detector.ts";
import type { Learner, Model } from "../../src/core/learner.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Repair } from "../../src/core/repair.ts";
import { spreadScores, subjectCount } from "../../src/core/spread-scores.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { toDense } from "../../src/numeric/matrix.ts";
import { firstHalf, makeTable, tableShapes } from "./arbitrary-table.ts";

const datasets = tableShapes.map((shape): Dataset => {
  const table = makeTable(shape);
  return makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table)).encode(table, firstHalf(table));
});

/** The first learner of such a label that the method does not refuse. */
function learnerFor(method: Detector | Repair, target: Dataset["target"]): Learner | undefined {
  return catalog.learners.find(
    (learner) =>
      learner.targets.includes(target.kind) &&
      (learner.refuses?.(target) ?? null) === null &&
      (method.refuses?.({ learner, sharing: "pooled" }) ?? null) === null,
  );
}

function canTry(method: Detector | Repair): (data: Dataset) => boolean {
  return (data) => method.targets.includes(data.target.kind) && learnerFor(method, data.target) !== undefined;
}

function fitWith(method: Detector | Repair, target: Dataset["target"]): (data: Dataset, start?: Model | null) => Promise<Model> {
  const learner = learnerFor(method, target) as Learner;
  const decays = "relationDecay" in learner.params ? { relationDecay: 0.1 } : {};
  const params = { ...resolveParams<object>(learner.id, learner.params), weightDecay: 0.1, ...decays };
  return (data, start = null) => learner.fit(data, { rng: makeRng("fit"), params, start });
}

function snapshot(data: Dataset): string {
  return JSON.stringify([Array.from(toDense(data.x).data), Array.from(data.y), data.weight, Array.from(data.row), Array.from(data.task)]);
}

describe.each(catalog.detectors.map((detector) => [detector.id, detector] as const))("detector %s", (_, detector) => {
  it("gives every subject one finite score, the same from the same seed, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(datasets.filter(canTry(detector)), fc.nat(), async (data, seed) => {
        const before = snapshot(data);
        const fit = fitWith(detector, data.target);
        const score = () => detector.score(data, { rng: makeRng(seed), params: resolveParams(detector.id, detector.params), fit });
        const scores = await score();
        expect(scores.length).toBe(subjectCount(detector.subject, data));
        expect(spreadScores(detector.subject, scores, data).length).toBe(data.y.length);
        expect(scores.every(Number.isFinite)).toBe(true);
        expect(await score()).toEqual(scores);
        expect(snapshot(data)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(catalog.repairs.map((repair) => [repair.id, repair] as const))("repair %s", (_, repair) => {
  it("invents no rows, loses no class, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(datasets.filter(canTry(repair)), fc.nat(), async (data, seed) => {
        const before = snapshot(data);
        const scores = Float64Array.from(data.y, (_y, i) => makeRng(seed).fork(i).uniform());
        const options = { rng: makeRng(seed), params: resolveParams(repair.id, repair.params) };
        if (repair.stage === "clean") {
          const repaired = await repair.repair(data, scores, options);
          const given = new Set(Array.from(data.row, (row, i) => `${row} ${data.task[i]}`));
          expect(Array.from(repaired.row).every((row, i) => given.has(`${row} ${repaired.task[i]}`))).toBe(true);
          if (data.target.kind === "classes") expect(new Set(repaired.y)).toEqual(new Set(data.y));
        } else {
          const model = await repair.repair(data, { ...options, fit: fitWith(repair, data.target) });
          expect(model.scores(data).every(Number.isFinite)).toBe(true);
        }
        expect(snapshot(data)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });
});
