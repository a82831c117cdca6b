import type { Detector } from "../../core/detector.ts";
import { resolveParams } from "../../core/params.ts";
import { spreadScores, subjectCount } from "../../core/spread-scores.ts";
import { makeRng } from "../../numeric/random.ts";
import { type ContractOptions, checkInfo, hold, holdEqual, tryOnMany } from "./contract.ts";
import { canTry, encodeShape, learningOf, snapshotOf } from "./learning.ts";
import { type TableShape, drawShape } from "./small-tables.ts";

/**
 * Holds a detector against what every detector must do: one finite score for each subject, the same from the same seed, flags where it says that it flags, reasons in
 * words, and the data left as they were.
 *
 * @throws ContractBreach with what it does and the data on which it does it; UsageError where no small data set suits it
 */
export async function checkDetector(detector: Detector, options: ContractOptions = {}): Promise<void> {
  checkInfo(detector);
  await tryOnMany(
    detector.id,
    options,
    (rng) => {
      const shape = drawShape(rng, false);
      return canTry(detector, encodeShape(shape).data) ? shape : null;
    },
    (shape) => shape,
    (shape, rng) => holdDetector(detector, shape, rng.integer(2 ** 31)),
  );
}

/** On one small table. @throws ContractBreach */
export async function holdDetector(detector: Detector, shape: TableShape, seed: number): Promise<void> {
  const { table, data } = encodeShape(shape);
  const before = snapshotOf(data);
  const params = resolveParams(detector.id, detector.params);
  const score = () => detector.score(data, { rng: makeRng(seed), params, table, ...learningOf(detector, data.target) });
  const { values, reason, flagged } = await score();
  const subjects = subjectCount(detector.subject, data);
  hold(values.length === subjects, `it scores ${values.length} of ${subjects} ${detector.subject}s`);
  hold(spreadScores(detector.subject, values, data).length === data.y.length, "its scores do not reach every row");
  hold(values.every(Number.isFinite), "a score is not finite");
  const again = await score();
  holdEqual(again.values, values, "the same seed gives other scores");
  holdEqual(again.flagged, flagged, "the same seed flags others");
  if (flagged !== undefined) hold(flagged.length === subjects, `it flags or leaves ${flagged.length} of ${subjects} ${detector.subject}s`);
  if (data.target.kind === "classes")
    hold(
      (flagged !== undefined) === (detector.flags ?? false),
      `it ${flagged === undefined ? "flags nothing" : "flags"}, and says otherwise`,
    );
  for (let i = 0; i < subjects; i++) {
    const told = reason?.(i) ?? null;
    hold(told === null || /\S/.test(told), "a reason is empty");
    hold((again.reason?.(i) ?? null) === told, "the same seed gives other reasons");
  }
  hold(snapshotOf(data) === before, "it changes the data");
}
