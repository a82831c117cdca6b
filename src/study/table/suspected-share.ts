import type { Suspected } from "../../core/repair.ts";
import { NumericalError } from "../../core/errors.ts";
import type { ChosenDetector, Suspicions } from "./run-detector.ts";

/**
 * How much of the training data is wrong: of the detectors that flag rows and say how many innocents they expect among these, the most that one flags beyond them.
 * Not their union, which would add up their errors. Null where no such detector is asked.
 */
export async function suspectedShare(
  detectors: readonly ChosenDetector[],
  ask: (detector: ChosenDetector) => Promise<Suspicions>,
): Promise<Suspected | null> {
  let share: number | null = null;
  for (const detector of detectors) {
    const { subject, flags = false, combines = false } = detector.method;
    if (subject !== "row" || !flags || combines) continue;
    try {
      const { flagged, expectedFalseAlarms } = await ask(detector);
      if (flagged === null || expectedFalseAlarms === null) continue;
      const count = flagged.reduce((sum, is) => sum + is, 0);
      share = Math.max(share ?? 0, (count - expectedFalseAlarms) / flagged.length);
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
    }
  }
  return share === null ? null : { share };
}
