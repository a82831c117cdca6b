import { catalog } from "../../catalog.ts";
import type { Detector } from "../../core/detector.ts";
import { UsageError } from "../../core/errors.ts";
import type { TargetKind } from "../../core/method.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import type { AuditConfig } from "./audit-config.ts";
import { checkRefusal, chooseFor, idsFor, refusalOf, unique } from "./choose-method.ts";
import { defaults } from "./options/study-defaults.ts";

/** Detectors that were asked for, or those of these subjects that can score what one of such learners learns from. @throws UsageError where one can of none */
export function resolveDetectors(
  config: Pick<AuditConfig, "detectors" | "effort">,
  kind: TargetKind,
  settings: readonly LearningSetting[],
  subjects: readonly Detector["subject"][],
  purpose: "audit" | "scan" = "audit",
): Chosen[] {
  const possible = catalog.detectors
    .filter(
      (detector) =>
        subjects.includes(detector.subject) &&
        (purpose === "audit" || detector.combines !== true) &&
        refusalOf(detector, settings) === null,
    )
    .map((detector): Detector => ({
      ...detector,
      effort: (purpose === "scan" ? detector.scanEffort : undefined) ?? detector.effort ?? "quick",
    }));
  const chosen = (config.detectors ?? idsFor(possible, kind, config.effort ?? defaults.effort)).map((choice) =>
    chooseFor("detector", catalog.detectors, choice, kind),
  );
  for (const { id } of chosen) {
    const method = methodOf("detector", catalog.detectors, id);
    checkRefusal("detector", method, settings);
    if (method.combines !== true) continue;
    if (purpose === "scan") throw new UsageError(`detector "${id}" is what a scan ranks by as it is: name those that it is to hear`);
    checkHeard(id, chosen);
  }
  return unique("detector", chosen);
}

/** @throws UsageError where a detector that combines others has none beside it */
export function checkHeard(id: string, detectors: readonly Chosen[]): void {
  if (detectors.every((chosen) => methodOf("detector", catalog.detectors, chosen.id).combines === true))
    throw new UsageError(`detector "${id}" combines what others say: name some beside it`);
}
