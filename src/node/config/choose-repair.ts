import { catalog } from "../../catalog.ts";
import type { Detector } from "../../core/detector.ts";
import { UsageError } from "../../core/errors.ts";
import type { TargetKind } from "../../core/method.ts";
import { type Chosen, type StudyConfig, methodOf } from "../../study/config.ts";
import { chooseFor } from "./choose-method.ts";
import type { RepairChoice } from "./options/choices.ts";
import { checkHeard } from "./resolve-detectors.ts";

/** Whose scores a cleaning repair goes by unasked, where it is among the detectors. */
const defaultDetector = "loss";

/** A repair with the detector that it goes by; none where nobody asked for it and there is no such detector. @throws UsageError */
export function chooseRepair(
  choice: RepairChoice,
  detectors: readonly Chosen[],
  kind: TargetKind,
  isAsked: boolean,
): StudyConfig["repairs"][number][] {
  const chosen = chooseFor("repair", catalog.repairs, choice, kind);
  const { stage, needsFlags = false } = methodOf("repair", catalog.repairs, chosen.id);
  if (stage === "fit" && !needsFlags) return [{ ...chosen, detector: null }];
  const named = typeof choice === "object" ? choice.detector : undefined;
  const detector = named === undefined ? detectorUnasked(needsFlags, detectors) : chooseFor("detector", catalog.detectors, named, kind);
  const isCombined = detector !== undefined && methodOf("detector", catalog.detectors, detector.id).combines === true;
  if (isCombined) checkHeard(detector.id, detectors);
  if (needsFlags && detector !== undefined && methodOf("detector", catalog.detectors, detector.id).flags !== true)
    throw new UsageError(`repair "${chosen.id}" goes by what a detector flags, and "${detector.id}" only ranks: name another`);
  if (detector !== undefined) return [{ ...chosen, detector }];
  if (!isAsked) return [];
  const what = needsFlags ? "a row detector that flags rows by a rule of its own" : "the scores of a row detector";
  throw new UsageError(`repair "${chosen.id}" needs ${what}, and there is none: name one with --detector`);
}

/**
 * The detector that a repair goes by where none is named: of those that rank rows loss, else the first; where it takes their own word for it, all of them
 * together, else the first that flags.
 */
export function detectorUnasked(needsFlags: boolean, detectors: readonly Chosen[]): Chosen | undefined {
  const methods = new Map(detectors.map((chosen) => [chosen, methodOf("detector", catalog.detectors, chosen.id)]));
  const fitting = detectors.filter((chosen) => {
    const { subject, flags = false, combines = false } = methods.get(chosen) as Detector;
    return subject === "row" && (needsFlags ? flags : !combines);
  });
  const preferred = fitting.find((chosen) => (needsFlags ? methods.get(chosen)?.combines === true : chosen.id === defaultDetector));
  return preferred ?? fitting.at(0);
}
