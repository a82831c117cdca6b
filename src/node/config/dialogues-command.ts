import { catalog } from "../../catalog.ts";
import { budgetsAsked } from "../../study/budgets.ts";
import { dropFindings, isStandIn } from "../../study/dialogues/config.ts";
import type { DialoguesManifest } from "../runs/manifest.ts";
import type { AuditCommand } from "./audit-command.ts";
import { withoutUndefined } from "./audit-config.ts";
import { textsOfChoices } from "./choose-method.ts";
import { trainingCommand } from "./command-words.ts";
import { commandLine } from "./command-line.ts";
import type { DialoguesAuditConfig } from "./dialogues-config.ts";
import { isWritable, ownParametersNote } from "./own-parameters.ts";

/** The command that does a run again, with what was decided by default spelt out. */
export function dialoguesCommand({ read, study, limits, strict }: DialoguesManifest): AuditCommand {
  const { attacks, detectors, learners } = catalog.dialogues;
  const config = withoutUndefined<Omit<DialoguesAuditConfig, "data">>({
    learners: isStandIn(study.learner) ? undefined : textsOfChoices([study.learner], learners),
    attacks: textsOfChoices(study.attacks, attacks),
    detectors: textsOfChoices(study.detectors, detectors),
    repairs: textsOfChoices(study.repairs, [dropFindings]),
    ...{ budgets: budgetsAsked(study), seeds: study.seeds, seed: study.firstSeed, testFraction: study.testFraction },
    ...{ limits, strict },
  });
  const isPlain = [...study.attacks, ...study.detectors].every((chosen) => isWritable(chosen, [...attacks, ...detectors]));
  return {
    command: [
      commandLine("audit", "dialogues", read.data, { ...config, data: { ...read, kind: "dialogues" } }),
      ...trainingCommand([study.learner]),
    ].join(" \\\n  "),
    notes: isPlain ? [] : [ownParametersNote],
  };
}
