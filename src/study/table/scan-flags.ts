import { voiceOf, withinReason } from "../../blocks/outliers/combined-ranking.ts";
import type { RunContext } from "../../core/context.ts";
import type { Heard } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { type ChosenDetector, type Learning, type SuspectRows, runDetector } from "./run-detector.ts";

/** What a scan flags, by detector and together. Each shape: [examples]. */
export interface ScanFlags {
  readonly together: Uint8Array;
  readonly byDetector: readonly { readonly detector: string; readonly flagged: Uint8Array }[];
}

/** Detectors whose rules flag rows: their union is what a scan flags. */
export function flagRows({ method: { subject, flags = false, combines = false } }: ChosenDetector): boolean {
  return flags && !combines && (subject === "row" || subject === "source");
}

/** The rows that `scanRows` and `combined` flag, without their ranking. One whose numbers give out, or that has broken down on these data, flags none. @throws NumericalError where nobody could look */
export async function scanFlags(
  rows: SuspectRows,
  learning: Learning,
  detectors: readonly ChosenDetector[],
  options: RunContext,
): Promise<ScanFlags> {
  const heard: Heard[] = [];
  for (const detector of detectors.filter(flagRows)) {
    try {
      heard.push({ method: detector.method, scores: await runDetector(detector, rows, learning, options) });
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
    }
  }
  if (heard.length === 0) throw new NumericalError("no detector of the scan could look at these rows");
  const examples = rows.data.y.length;
  const voices = withinReason(
    heard.map((said) => voiceOf(said, rows.data)),
    examples,
  );
  const none = new Uint8Array(examples);
  const together = new Uint8Array(examples);
  for (const { flagged } of voices) flagged?.forEach((is, i) => (together[i] |= is));
  return { together, byDetector: voices.map(({ method, flagged }) => ({ detector: method.id, flagged: flagged ?? none })) };
}
