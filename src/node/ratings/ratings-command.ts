import { catalog } from "../../catalog.ts";
import { budgetsAsked } from "../../study/budgets.ts";
import { textsOfChoices } from "../config/choose-method.ts";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { AuditCommand } from "../config/audit-command.ts";
import { withoutUndefined } from "../config/audit-config.ts";
import { trainingCommand } from "../config/command-words.ts";
import { commandLine } from "../config/command-line.ts";
import { goalText } from "../../report/words/words.ts";
import { isWritable, ownParametersNote } from "../config/own-parameters.ts";
import { ratingsDefaults } from "../config/options/study-defaults.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import type { RatingsAuditConfig } from "../config/ratings-audit-config.ts";

/** The command that does a run again, with what was decided by default spelt out. */
export function ratingsCommand({ read, study, limits, strict }: RatingsManifest): AuditCommand {
  const { recommenders, ...others } = catalog.ratings;
  const config = withoutUndefined<Omit<RatingsAuditConfig, "data">>({
    learners: textsOfChoices(study.engines, recommenders),
    attacks: textsOfChoices(study.attacks, others.attacks),
    detectors: textsOfChoices(study.detectors, others.detectors),
    repairs: textsOfChoices(study.repairs, others.repairs),
    certificates: study.certificates === undefined ? [] : textsOfChoices(study.certificates, others.certificates),
    ...{
      budgets: budgetsAsked(study),
      until: study.until && goalText(study.until),
      unnoticed: study.unnoticed === undefined ? undefined : true,
      seeds: study.seeds,
      seed: study.firstSeed,
    },
    ...{ goal: study.goal, targets: study.targets, audience: study.audience, fillers: study.fillers },
    ...{ limits, strict },
  });
  return {
    command: [
      commandLine("audit", "ratings", read.data, { ...config, data: { ...read, kind: "ratings" } }),
      ...trainingCommand(study.engines),
    ].join(" \\\n  "),
    notes: isPlain(study) ? [] : [ownParametersNote],
  };
}

/** Whether every setting that the command line cannot say is as it is by default. */
function isPlain({ engines, attacks, detectors, repairs, flagFraction }: RatingsStudyConfig): boolean {
  const { recommenders, ...others } = catalog.ratings;
  const methods = [...recommenders, ...others.attacks, ...others.detectors, ...others.repairs];
  const first = JSON.stringify(detectors.at(0));
  return (
    [...engines, ...attacks, ...detectors, ...repairs].every((chosen) => isWritable(chosen, methods)) &&
    repairs.every(({ detector }) => JSON.stringify(detector) === first) &&
    flagFraction === ratingsDefaults.flagFraction
  );
}
