import { basename } from "node:path";
import { catalog } from "../../catalog.ts";
import { resolveParams } from "../../core/params.ts";
import { knowledges } from "../../core/threat.ts";
import { encoderParams } from "../../data/encoder.ts";
import { budgetsAsked } from "../../study/budgets.ts";
import { type StudyConfig, methodOf } from "../../study/config.ts";
import { looksFor } from "../../study/stopping/stopping.ts";
import { type AuditConfig, type DataConfig, withoutUndefined } from "./audit-config.ts";
import { commandLine } from "./command-line.ts";
import { trainingCommand } from "./command-words.ts";
import { textsOfChoices } from "./choose-method.ts";
import { detectorUnasked } from "./choose-repair.ts";
import { isWritable, ownParametersNote } from "./own-parameters.ts";
import { goalText } from "../../report/words/words.ts";
import { defaults } from "./options/study-defaults.ts";
import type { Manifest } from "../runs/manifest.ts";

export interface AuditCommand {
  /** For a POSIX shell, in several lines. */
  readonly command: string;
  /** What the command cannot say, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The command that does a run again: what was decided by default is spelt out, so that it holds when a default changes. The names of tasks, which may be
 * accounts, and the rows that were aimed at are left out: a report may be mailed.
 */
export function auditCommand({ read, data, study, limits, strict }: Manifest): AuditCommand {
  const hidesTasks = data.roles.labels.length === 1;
  const tasks = (names: readonly string[] | null): readonly string[] | undefined =>
    names === null ? undefined : hidesTasks ? [`${names.length}-NAMES`] : names;
  const source = read.source ?? data.roles.source ?? undefined;
  const config: AuditConfig = withoutUndefined<AuditConfig>({
    data: withoutUndefined<DataConfig>({
      ...read,
      labels: read.labels.length > 0 ? read.labels : data.roles.labels,
      source,
      labelFile: read.labelFile === undefined ? undefined : basename(read.labelFile),
    }),
    ...{ learner: textsOfChoices(study.learners ?? [study.learner], catalog.learners), sharing: study.sharing, encoder: study.encoder },
    ...variantsAsked(study),
    detectors: textsOfChoices(study.detectors, catalog.detectors),
    repairs: textsOfChoices(study.repairs, catalog.repairs),
    certificates: study.certificates && textsOfChoices(study.certificates, catalog.certificates),
    budgets: budgetsAsked(study),
    until: study.until === undefined ? undefined : goalText(study.until),
    unnoticed: study.unnoticed === undefined ? undefined : true,
    allTrials: (study.stopping === undefined && looksFor(study.seeds) !== undefined) || undefined,
    attackTasks: tasks(study.attackTasks),
    targetTasks: tasks(study.targetTasks),
    target: study.target?.length ? [`${study.target.length}-CONDITIONS`] : undefined,
    ...{ seeds: study.seeds, seed: study.firstSeed, testFraction: study.testFraction },
    pretraining: study.pretraining,
    trustedFraction: study.trustedFraction,
    ...{ limits, strict },
  });
  const hidden = hidesTasks && (study.attackTasks !== null || study.targetTasks !== null);
  return {
    command: [commandLine("audit", "table", read.data, config), ...trainingCommand(study.learners ?? [study.learner])].join(" \\\n  "),
    notes: [
      ...(hidden ? ["The names of tasks are left out here; manifest.json has them."] : []),
      ...(config.target === undefined ? [] : ["The rows that were aimed at are left out here; manifest.json has the conditions."]),
      ...(isPlain(study) ? [] : [ownParametersNote]),
    ],
  };
}

/** What to ask for so that the same attacks are tried, in the same variants. */
function variantsAsked({ attacks, ignorance }: StudyConfig): Partial<AuditConfig> {
  const knows = new Set(
    attacks.flatMap(({ id, knowledge, against, lasting }) => {
      const own = against === undefined && lasting !== true ? catalog.attacks.find((attack) => attack.id === id) : undefined;
      return own === undefined ? [] : [knowledge ?? own.threat.knowledge];
    }),
  );
  const isAsked = attacks.some(({ knowledge }) => knowledge !== undefined);
  return withoutUndefined<Partial<AuditConfig>>({
    attacks: [...new Set(textsOfChoices(attacks, catalog.attacks))],
    knowledge: isAsked ? knowledges.filter((one) => knows.has(one)) : undefined,
    ownSample: isAsked ? ignorance.ownSample : undefined,
    surrogate: isAsked && knows.has("black-box") ? ignorance.surrogate.id : undefined,
    adaptive: attacks.some(({ against }) => against !== undefined) || undefined,
    persistence: attacks.some(({ lasting }) => lasting === true) || undefined,
  });
}

/** Whether every setting that the command line cannot say is as it is by default. */
function isPlain(study: StudyConfig): boolean {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const methods = [...catalog.learners, ...catalog.attacks, ...catalog.detectors, ...catalog.repairs];
  const detectors = [...study.detectors, ...study.repairs.flatMap(({ detector }) => (detector === null ? [] : [detector]))];
  const encoder = resolveParams("encoder", encoderParams, { bigrams: study.encoder.bigrams, fittedOn: study.encoder.fittedOn });
  return (
    [...(study.learners ?? [study.learner]), ...study.attacks, ...study.repairs, ...detectors].every((chosen) =>
      isWritable(chosen, methods),
    ) &&
    study.repairs.every(({ id, detector }) => {
      const { needsFlags = false } = methodOf("repair", catalog.repairs, id);
      return detector === null || same(detector, detectorUnasked(needsFlags, study.detectors));
    }) &&
    same(encoder, study.encoder) &&
    study.flagFraction === defaults.flagFraction
  );
}
