import { withoutUndefined } from "../config/audit-config.ts";
import { commandLine } from "../config/command-line.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import type { RatingsAuditConfig } from "./ratings-audit-config.ts";

/** The command that does a run again, with what was decided by default spelt out. */
export function ratingsCommand({ read, study, limits, strict }: RatingsManifest): string {
  const ids = (chosen: readonly { readonly id: string }[]): string[] => chosen.map(({ id }) => id);
  const config = withoutUndefined<Omit<RatingsAuditConfig, "data">>({
    learners: ids(study.engines),
    attacks: ids(study.attacks),
    detectors: ids(study.detectors),
    repairs: ids(study.repairs),
    ...{ budgets: study.budgets, seeds: study.seeds, seed: study.firstSeed },
    ...{ goal: study.goal, targets: study.targets, audience: study.audience, fillers: study.fillers },
    ...{ limits, strict },
  });
  return commandLine("audit", "ratings", read.data, { ...config, data: { ...read, kind: "ratings" } });
}
