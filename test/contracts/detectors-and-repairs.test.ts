import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Dataset } from "../../src/core/dataset.ts";
import type { Detector, DetectorContext } from "../../src/core/detector.ts";
import type { Learner } from "../../src/core/learner.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Repair, RepairContext } from "../../src/core/repair.ts";
import { spreadScores, subjectCount } from "../../src/core/spread-scores.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { toDense } from "../../src/numeric/matrices/matrix.ts";
import { firstHalf, makeTable, tableShapes } from "./arbitrary-table.ts";

/** A detector's data, with the raw rows behind them. */
const encodings = tableShapes.map((shape) => {
  const table = makeTable(shape);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table));
  return { table, data: encoder.encode(table, firstHalf(table)) };
});
const datasets = encodings.map(({ data }) => data);

/** The quick ones first. */
const learners = catalog.learners
  .filter(({ outside }) => outside === undefined)
  .sort((a, b) => Number(a.learnsFeatures ?? false) - Number(b.learnsFeatures ?? false));

/** The first learner of such a label that the method does not refuse. */
function learnerFor(method: Detector | Repair, target: Dataset["target"]): Learner | undefined {
  return learners.find(
    (learner) =>
      learner.targets.includes(target.kind) &&
      (learner.refuses?.(target) ?? null) === null &&
      (method.refuses?.({ learner, sharing: "pooled" }) ?? null) === null,
  );
}

function canTry(method: Detector | Repair): (data: Dataset) => boolean {
  return (data) => method.targets.includes(data.target.kind) && learnerFor(method, data.target) !== undefined;
}

function learningOf(
  method: Detector | Repair,
  target: Dataset["target"],
): Pick<DetectorContext, "objective"> & Pick<RepairContext<unknown>, "fit" | "learnerParams"> {
  const learner = learnerFor(method, target) as Learner;
  const settled = {
    ...("relationDecay" in learner.params && { relationDecay: 0.1 }),
    ...("learningRate" in learner.params && { learningRate: 1e-3 }),
  };
  const params = { ...resolveParams<object>(learner.id, learner.params), weightDecay: 0.1, ...settled };
  return {
    learnerParams: params,
    fit: (data, start = null, replaced = {}) => learner.fit(data, { rng: makeRng("fit"), params: { ...params, ...replaced }, start }),
    objective: (data) => learner.objective?.(data, params) ?? null,
  };
}

function snapshot(data: Dataset): string {
  return JSON.stringify([Array.from(toDense(data.x).data), Array.from(data.y), data.weight, Array.from(data.row), Array.from(data.task)]);
}

describe.each(catalog.detectors.map((detector) => [detector.id, detector] as const))("detector %s", (_, detector) => {
  it("gives every subject one finite score, the same from the same seed, and leaves the data alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        encodings.filter(({ data }) => canTry(detector)(data)),
        fc.nat(),
        async ({ data, table }, seed) => {
          const before = snapshot(data);
          const params = resolveParams(detector.id, detector.params);
          const score = () => detector.score(data, { rng: makeRng(seed), params, table, ...learningOf(detector, data.target) });
          const { values, reason, flagged } = await score();
          const subjects = subjectCount(detector.subject, data);
          expect(values.length).toBe(subjects);
          expect(spreadScores(detector.subject, values, data).length).toBe(data.y.length);
          expect(values.every(Number.isFinite)).toBe(true);
          const again = await score();
          expect(again.values).toEqual(values);
          expect(again.flagged).toEqual(flagged);
          if (flagged !== undefined) expect(flagged.length).toBe(subjects);
          if (data.target.kind === "classes") expect(flagged !== undefined).toBe(detector.flags ?? false);
          for (let i = 0; i < subjects; i++) {
            const told = reason?.(i) ?? null;
            if (told !== null) expect(told).toMatch(/\S/);
            expect(again.reason?.(i) ?? null).toBe(told);
          }
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
      fc.asyncProperty(datasets.filter(canTry(repair)), fc.nat(), async (data, seed) => {
        const before = snapshot(data);
        const scores = Float64Array.from(data.y, (_y, i) => makeRng(seed).fork(i).uniform());
        const { fit, learnerParams, objective } = learningOf(repair, data.target);
        const flagged = Uint8Array.from(scores, (score) => Number(score > 0.8));
        const some = { flagged, trusted: repair.needsTrusted === true ? data : null };
        const options = { rng: makeRng(seed), params: resolveParams(repair.id, repair.params), fit, objective, learnerParams, ...some };
        if (repair.stage === "clean") {
          const repaired = await repair.repair(data, scores, options);
          const given = new Set(Array.from(data.row, (row, i) => `${row} ${data.task[i]}`));
          expect(Array.from(repaired.row).every((row, i) => given.has(`${row} ${repaired.task[i]}`))).toBe(true);
          if (data.target.kind === "classes") expect(new Set(repaired.y)).toEqual(new Set(data.y));
        } else {
          const model = await repair.repair(data, options);
          expect(model.scores(data).every(Number.isFinite)).toBe(true);
        }
        expect(snapshot(data)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });
});
