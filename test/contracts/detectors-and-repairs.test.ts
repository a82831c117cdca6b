import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Dataset } from "../../src/core/dataset.ts";
import type { Learner, Model } from "../../src/core/learner.ts";
import { resolveParams } from "../../src/core/params.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { toDense } from "../../src/numeric/matrix.ts";
import { firstHalf, makeTable, tableShapes } from "./arbitrary-table.ts";

const datasets = tableShapes.map((shape): Dataset => {
  const table = makeTable(shape);
  return makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table)).encode(table, firstHalf(table));
});

function fitWith(target: Dataset["target"]): (data: Dataset, start?: Model | null) => Promise<Model> {
  const learner = catalog.learners.find((candidate) => candidate.targets.includes(target.kind)) as Learner;
  const params = { ...resolveParams<object>(learner.id, learner.params), weightDecay: 0.1 };
  return (data, start = null) => learner.fit(data, { rng: makeRng("fit"), params, start });
}

function snapshot(data: Dataset): string {
  return JSON.stringify([Array.from(toDense(data.x).data), Array.from(data.y), data.weight, Array.from(data.row), Array.from(data.task)]);
}

describe.each(catalog.detectors.map((detector) => [detector.id, detector] as const))("detector %s", (_, detector) => {
  it("gives every subject one finite score, the same from the same seed, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        datasets.filter((data) => detector.targets.includes(data.target.kind)),
        fc.nat(),
        async (data, seed) => {
          const before = snapshot(data);
          const score = () =>
            detector.score(data, { rng: makeRng(seed), params: resolveParams(detector.id, detector.params), fit: fitWith(data.target) });
          const scores = await score();
          const subjects = { row: data.y.length, source: data.sources.length, task: data.tasks.length, model: 1 }[detector.subject];
          expect(scores.length).toBe(subjects);
          expect(scores.every(Number.isFinite)).toBe(true);
          expect(await score()).toEqual(scores);
          expect(snapshot(data)).toBe(before);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe.each(catalog.repairs.map((repair) => [repair.id, repair] as const))("repair %s", (_, repair) => {
  it("invents no rows, loses no class, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        datasets.filter((data) => repair.targets.includes(data.target.kind)),
        fc.nat(),
        async (data, seed) => {
          const before = snapshot(data);
          const scores = Float64Array.from(data.y, (_y, i) => makeRng(seed).fork(i).uniform());
          const options = { rng: makeRng(seed), params: resolveParams(repair.id, repair.params) };
          if (repair.stage === "clean") {
            const repaired = await repair.repair(data, scores, options);
            const given = new Set(Array.from(data.row, (row, i) => `${row} ${data.task[i]}`));
            expect(Array.from(repaired.row).every((row, i) => given.has(`${row} ${repaired.task[i]}`))).toBe(true);
            if (data.target.kind === "classes") expect(new Set(repaired.y)).toEqual(new Set(data.y));
          } else {
            const model = await repair.repair(data, { ...options, fit: fitWith(data.target) });
            expect(model.scores(data).every(Number.isFinite)).toBe(true);
          }
          expect(snapshot(data)).toBe(before);
        },
      ),
      { numRuns: 20 },
    );
  });
});
