import { basename, isAbsolute } from "node:path";
import { catalog } from "../../catalog.ts";
import { resolveParams } from "../../core/params.ts";
import { encoderParams } from "../../data/encoder.ts";
import { type Chosen, type StudyConfig, methodOf } from "../../study/config.ts";
import { detectorUnasked } from "./resolve-study.ts";
import { defaults } from "./study-defaults.ts";
import type { Manifest } from "../runs/manifest.ts";

export interface AuditCommand {
  /** For a POSIX shell, in several lines. */
  readonly command: string;
  /** What the command cannot say, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The command that does a run again: what was decided by default is spelt out, so that it holds when a default changes. A data path is
 * shortened to its name, and the names of tasks, which may be accounts, are left out: a report may be mailed.
 */
export function auditCommand({ read, data, study, limits, strict }: Manifest): AuditCommand {
  const each = (option: string, values: readonly string[]): string[] => values.flatMap((value) => [option, value]);
  const list = (option: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [option, values.join(",")]);
  const ids = (option: string, chosen: readonly Chosen[]): string[] => [option, chosen.map(({ id }) => id).join(",") || "none"];
  const one = (option: string, value: string | undefined): string[] => (value === undefined ? [] : [option, value]);
  const either = (option: string, value: boolean | undefined): string[] =>
    value === undefined ? [] : [value ? `--${option}` : `--no-${option}`];
  const hidesTasks = data.roles.labels.length === 1;
  const tasks = (option: string, names: readonly string[] | null): string[] =>
    names === null ? [] : [option, hidesTasks ? `${names.length}-NAMES` : names.join(",")];

  const parts = [
    ["theriac", "audit", isAbsolute(read.data) ? basename(read.data) : read.data],
    each("--label", read.labels.length > 0 ? read.labels : data.roles.labels),
    each("--text", read.text),
    list("--features", read.features),
    list("--drop", read.drop),
    [...one("--task", read.task), ...one("--source", read.source ?? data.roles.source ?? undefined), ...one("--id", read.id)],
    [...list("--missing", read.missing ?? []), ...list("--not-missing", read.notMissing ?? [])],
    [
      ...one("--predict", read.predict),
      ...one("--format", read.format),
      ...one("--label-file", read.labelFile === undefined ? undefined : basename(read.labelFile)),
      ...one("--image-size", read.imageSize),
      ...(read.colour === true ? ["--colour"] : []),
      ...one("--delimiter", read.delimiter),
    ],
    [...either("header", read.header), ...either("quoted", read.quoted)],
    [...one("--learner", study.learner.id), ...one("--sharing", study.sharing)],
    [...(study.encoder.bigrams ? ["--bigrams"] : []), ...(study.encoder.fittedOn === "frozen" ? ["--frozen-encoder"] : [])],
    ids("--attack", study.attacks),
    ids("--detector", study.detectors),
    ids("--repair", study.repairs),
    list(
      "--budget",
      study.budgets.map((budget) => `${Number((budget * 100).toPrecision(12))}%`),
    ),
    [...tasks("--attack-tasks", study.attackTasks), ...tasks("--target-tasks", study.targetTasks)],
    ["--seeds", String(study.seeds), "--seed", String(study.firstSeed), "--test-fraction", String(study.testFraction)],
    study.pretraining === undefined ? [] : ["--pretrain", String(study.pretraining)],
    one("--trusted-rows", study.trustedFraction?.toString()),
    ...limits.map((limit) => ["--limit", limit]),
    strict ? ["--strict"] : [],
  ];
  const hidden = hidesTasks && (study.attackTasks !== null || study.targetTasks !== null);
  return {
    command: parts
      .filter((words) => words.length > 0)
      .map((words) => words.map(quoteForShell).join(" "))
      .join(" \\\n  "),
    notes: [
      ...(hidden ? ["The names of tasks are left out here; manifest.json has them."] : []),
      ...(isPlain(study)
        ? []
        : [
            "Some methods were given parameters of their own, which a configuration file can hold (--config) and the command above does not; manifest.json has them.",
          ]),
    ],
  };
}

/** Whether every setting that the command line has no option for is as it is by default. */
function isPlain(study: StudyConfig): boolean {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const isDefault = (chosen: Chosen): boolean => {
    const method = [...catalog.learners, ...catalog.attacks, ...catalog.detectors, ...catalog.repairs].find(({ id }) => id === chosen.id);
    return method !== undefined && same(chosen.params, resolveParams(method.id, method.params));
  };
  const detectors = [...study.detectors, ...study.repairs.flatMap(({ detector }) => (detector === null ? [] : [detector]))];
  const encoder = resolveParams("encoder", encoderParams, { bigrams: study.encoder.bigrams, fittedOn: study.encoder.fittedOn });
  return (
    [study.learner, ...study.attacks, ...study.repairs, ...detectors].every(isDefault) &&
    study.repairs.every(({ id, detector }) => {
      const { needsFlags = false } = methodOf("repair", catalog.repairs, id);
      return detector === null || same(detector, detectorUnasked(needsFlags, study.detectors));
    }) &&
    same(encoder, study.encoder) &&
    study.flagFraction === defaults.flagFraction
  );
}

/** A word that a POSIX shell takes as it is. */
export function quoteForShell(word: string): string {
  return /^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
