import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Cell } from "../../study/kind.ts";
import { countedAt } from "../../study/budgets.ts";
import { canSpend, planCells } from "../../study/plan.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type AnyManifest, type AnyStudy, type StoredCell } from "./manifest.ts";
import { digest } from "./provenance.ts";
import type { RunKind } from "./run-kind.ts";
import type { Note } from "../read/request.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { runPoisonFile } from "../schemas/run-poison-file.ts";
import { version } from "./version.ts";

/** What this version would run for the study of a manifest. */
export function planAnew({ study, identity }: AnyManifest, kind: Pick<RunKind, "study">): Cell[] {
  return planCells(kind.study.plan, study, identity, digest);
}

/** Trials that are planned and not recorded; of one learner where it is named. */
export function missingTrials(
  manifest: AnyManifest,
  kind: Pick<RunKind, "study">,
  records: readonly TrialRecord[],
  learner?: string,
): number {
  const own = learner === undefined ? records : records.filter((record) => record.learner === learner);
  // The plan of the first schema holds what was recorded alone, and the manifest says how much there was to be.
  if (manifest.schema === 1) return Math.max(0, plannedOf(manifest, kind, learner) - own.length);
  const recorded = new Set(own.map(({ id }) => id));
  let missing = 0;
  for (const cell of manifest.plan) {
    if (learner !== undefined && (cell.learner ?? cell.engine ?? learner) !== learner) continue;
    for (const id of cell.trials) if (!recorded.has(id)) missing++;
  }
  return missing;
}

function plannedOf(manifest: AnyManifest, kind: Pick<RunKind, "study">, learner: string | undefined): number {
  const cells = planAnew(manifest, kind).filter((cell) => learner === undefined || cell.learner.id === learner);
  return cells.reduce((sum, { trials }) => sum + trials.length, 0);
}

/** A plan of more would fill the memory before the first trial. */
const mostTrials = 1_000_000;

/** @throws UsageError where a study is so large that nobody waits for it, before its plan is made */
export function refuseEndless(study: AnyStudy, kind: RunKind): void {
  const { seeds, budgets, attacks, repairs } = study;
  const most = cellCount(study, kind) * (1 + repairs.length);
  if (most <= mostTrials) return;
  throw new UsageError(
    `the study would be of up to ${most} trials, and at most ${mostTrials} can be planned: fewer seeds (${seeds}), budgets (${budgets.length}), attacks (${attacks.length}) or repairs (${repairs.length})`,
  );
}

/** How many cells a study has, without making them. */
function cellCount(study: AnyStudy, { study: { plan } }: RunKind): number {
  const learners = plan.learnersOf(study);
  const tried = learners.flatMap((learner) =>
    plan
      .attacksOn(study, learner)
      .map((attack) => study.budgets.filter((fraction) => canSpend(attack, countedAt(study.counted, fraction))).length),
  );
  const after = (plan.after?.(study) ?? []).length * learners.length;
  return study.seeds * (learners.length + tried.reduce((sum, budgets) => sum + budgets, 0)) + after;
}

/** @throws UsageError where this very version would not plan what the manifest says that it planned */
export function checkPlan(file: string, manifest: AnyManifest, kind: RunKind): void {
  if (manifest.schema === 1 || manifest.theriac !== version) return;
  const { plan } = manifest;
  const isSame =
    cellCount(manifest.study, kind) === plan.length &&
    planAnew(manifest, kind).every(
      ({ trials }, i) => trials.length === plan[i].trials.length && trials.every(({ id }, j) => id === plan[i].trials[j]),
    );
  if (!isSame) throw new UsageError(`${file} was changed after the run began: its study is not the one that its plan was made for`);
}

/** @throws UsageError where a run that has not ended was begun by another version, whose trials do not belong together with those of this one */
export function refuseOtherVersion(path: string, { schema, theriac }: AnyManifest): void {
  if (schema !== 1 && theriac === version) return;
  const whose = theriac === version ? `an earlier build of Theriac ${theriac}` : `Theriac ${theriac}, and this is ${version}`;
  throw new UsageError(
    `${path} was begun by ${whose}: their trials do not belong together; go on with it by that version, judge what it has with theriac check ${path}, or begin a new run`,
  );
}

/** What is to be said of a run that has ended under another version; null where there is nothing. */
export function otherVersionNote(path: string, { theriac }: AnyManifest): Note | null {
  if (theriac === version) return null;
  const text = `${path} was run by Theriac ${theriac}, and this is ${version}: it has ended, so its records are judged and nothing is run again`;
  return { level: "warning", text };
}

/** The plan of a run of the first schema, as far as its patches and records tell it. */
export function planOfOldRun(folder: string, records: readonly TrialRecord[], { schemas }: RunKind): StoredCell[] {
  const names = readNames(folder).filter((name) => name.endsWith(".json"));
  const cells = names.sort().map((name): StoredCell => {
    const {
      seed,
      learner,
      engine = learner,
      attack,
      budgetFraction,
      trials,
    } = readOwnFile(join(folder, name), runPoisonFile(schemas.poison)).value;
    return {
      seed,
      ...(engine === undefined ? {} : { learner: engine.id }),
      attack: attack?.id ?? null,
      budgetFraction,
      trials: [name.slice(0, -".json".length), ...trials].filter((id, i, all) => all.indexOf(id) === i),
    };
  });
  const known = new Set(cells.flatMap(({ trials }) => trials));
  const others = records.filter(({ id }) => !known.has(id));
  return [...cells, ...others.map(({ id, seed, attack, budgetFraction }) => ({ seed, attack, budgetFraction, trials: [id] }))];
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A run of baselines alone has no patches.
    return [];
  }
}
