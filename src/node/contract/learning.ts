import { catalog } from "../../catalog.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { Repair, RepairContext } from "../../core/repair.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { type TableShape, firstHalf, makeTable } from "./small-tables.ts";

/** The first half of a small table as a learner gets it, with the raw rows behind it. */
export function encodeShape(shape: TableShape): { readonly table: Table; readonly data: Dataset } {
  const table = makeTable(shape);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table));
  return { table, data: encoder.encode(table, firstHalf(table)) };
}

/** Whether a method can be tried on such data: its label suits, and some learner of the catalog. */
export function canTry(method: Detector | Repair, { target }: Dataset): boolean {
  return method.targets.includes(target.kind) && learnerFor(method, target) !== undefined;
}

/** What a detector or a repair is given of a learner. */
export function learningOf(
  method: Detector | Repair,
  target: Dataset["target"],
): Pick<DetectorContext, "objective"> & Pick<RepairContext<unknown>, "fit" | "learnerParams"> {
  const learner = learnerFor(method, target)!;
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

/** The numbers of a data set as text, to tell whether they were changed. */
export function snapshotOf(data: Dataset): string {
  return JSON.stringify([Array.from(toDense(data.x).data), Array.from(data.y), data.weight, Array.from(data.row), Array.from(data.task)]);
}

/** The first learner of such a label that the method does not refuse, the quick ones first. */
function learnerFor(method: Detector | Repair, target: Dataset["target"]): Learner | undefined {
  const learners = [...catalog.learners].sort((a, b) => Number(a.learnsFeatures ?? false) - Number(b.learnsFeatures ?? false));
  return learners.find(
    (learner) =>
      learner.targets.includes(target.kind) &&
      (learner.refuses?.(target) ?? null) === null &&
      (method.refuses?.({ learner, sharing: "pooled" }) ?? null) === null,
  );
}
