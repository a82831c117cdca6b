import { plantPoison } from "../../blocks/outliers/planted-poison.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { DetectorContext, Scores } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { type ChosenDetector, type Learning, type SuspectRows, runDetector } from "../table/run-detector.ts";
import type { OwnModel } from "./own-model.ts";

export interface HearOptions extends RunContext, Pick<DetectorContext, "trusted"> {
  /** What the user's own model says of the rows; absent = nothing was given. */
  readonly own?: OwnModel | undefined;
}

/** A detector to be heard, by its place among those that are asked: of the rows as they are, or of a copy with poison planted where nobody is suspected. */
export interface ScanUnit {
  readonly detector: number;
  /** Shape: [examples]. Null = the rows as they are. */
  readonly suspected: Uint8Array | null;
}

/** What it said, or why its numbers gave out. */
export type Said = { readonly scores: Scores } | { readonly error: string };

/** Hears detectors, each on its own; what they say comes in the order in which they are named. */
export type HearAll = (units: readonly ScanUnit[], onStart: (unit: ScanUnit) => void) => Promise<readonly Said[]>;

/** Hears one detector after another where it is called. */
export function hearing(
  encoded: SuspectRows,
  learning: Learning,
  detectors: readonly ChosenDetector[],
  options: HearOptions,
): (unit: ScanUnit) => Promise<Said> {
  let planted: { readonly suspected: Uint8Array; readonly data: Dataset } | null = null;
  const plantedFor = (suspected: Uint8Array): Dataset => {
    if (planted === null || !isSame(planted.suspected, suspected))
      planted = { suspected, data: plantPoison(encoded.data, suspected, options.rng.fork("planted labels"))!.data };
    return planted.data;
  };
  return async ({ detector, suspected }) => {
    stopIfCancelled(options.signal);
    const rows = suspected === null ? encoded : { ...encoded, data: plantedFor(suspected) };
    const rng = suspected === null ? options.rng : options.rng.fork("planted");
    try {
      return { scores: await runDetector(detectors[detector], rows, learning, { ...options, rng }) };
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      return { error: error.message };
    }
  };
}

/** The same as plain data, which a thread can send: in the place of its function the reasons of what its rule flags, nobody being asked for others. */
export type PlainSaid =
  { readonly scores: Omit<Scores, "reason">; readonly reasons: ReadonlyMap<number, string | null> | null } | { readonly error: string };

export function plainSaid(said: Said, { suspected }: ScanUnit): PlainSaid {
  if ("error" in said) return said;
  const { reason, ...scores } = said.scores;
  if (reason === undefined || suspected !== null) return { scores, reasons: null };
  const reasons = new Map<number, string | null>();
  scores.flagged?.forEach((is, subject) => is === 1 && reasons.set(subject, said.scores.reason!(subject)));
  return { scores, reasons };
}

export function saidAgain(plain: PlainSaid): Said {
  if ("error" in plain) return plain;
  const { scores, reasons } = plain;
  return { scores: reasons === null ? scores : { ...scores, reason: (subject) => reasons.get(subject) ?? null } };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
