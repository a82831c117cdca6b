import { resolveParams } from "../../core/params.ts";
import type { Repair } from "../../core/repair.ts";
import { makeRng } from "../../numeric/random.ts";
import { type ContractOptions, checkInfo, hold, holdEqual, tryOnMany } from "./contract.ts";
import { canTry, encodeShape, learningOf, snapshotOf } from "./learning.ts";
import { type TableShape, drawShape } from "./small-tables.ts";

/**
 * Holds a repair against what every repair must do: it invents no rows and loses no class, its model gives finite scores, and the data are left as they were.
 *
 * @throws ContractBreach with what it does and the data on which it does it; UsageError where no small data set suits it
 */
export async function checkRepair(repair: Repair, options: ContractOptions = {}): Promise<void> {
  checkInfo(repair);
  await tryOnMany(
    repair.id,
    options,
    (rng) => {
      const shape = drawShape(rng, false);
      return canTry(repair, encodeShape(shape).data) ? shape : null;
    },
    (shape) => shape,
    (shape, rng) => holdRepair(repair, shape, rng.integer(2 ** 31)),
  );
}

/** On one small table, with scores and flags at random. @throws ContractBreach */
export async function holdRepair(repair: Repair, shape: TableShape, seed: number): Promise<void> {
  const { data } = encodeShape(shape);
  const before = snapshotOf(data);
  const scores = Float64Array.from(data.y, (_y, i) => makeRng(seed).fork(i).uniform());
  const { fit, learnerParams, objective } = learningOf(repair, data.target);
  const flagged = Uint8Array.from(scores, (score) => Number(score > 0.8));
  const some = { flagged, trusted: repair.needsTrusted === true ? data : null };
  const options = { rng: makeRng(seed), params: resolveParams(repair.id, repair.params), fit, objective, learnerParams, ...some };
  if (repair.stage === "clean") {
    const repaired = await repair.repair(data, scores, options);
    const given = new Set(Array.from(data.row, (row, i) => `${row} ${data.task[i]}`));
    hold(
      Array.from(repaired.row).every((row, i) => given.has(`${row} ${repaired.task[i]}`)),
      "it invents rows",
    );
    if (data.target.kind === "classes") holdEqual(new Set(repaired.y), new Set(data.y), "a class is lost, or made");
  } else {
    const model = await repair.repair(data, options);
    hold(model.scores(data).every(Number.isFinite), "a score of its model is not finite");
  }
  hold(snapshotOf(data) === before, "it changes the data");
}
