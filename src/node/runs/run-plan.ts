import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Cell } from "../../study/kind.ts";
import { ratingsKind } from "../../study/kinds/ratings.ts";
import { tableKind } from "../../study/kinds/table.ts";
import { tasksKind } from "../../study/kinds/tasks.ts";
import { planCells } from "../../study/plan.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type AnyManifest, type StoredCell } from "./manifest.ts";
import { digest } from "./provenance.ts";
import type { Note } from "../read/request.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { runPoisonFile } from "../schemas/run-poison-file.ts";
import { version } from "./version.ts";

/** What this version would run for the study of a manifest. */
export function planAnew(manifest: AnyManifest): Cell[] {
  switch (manifest.kind) {
    case "audit":
      return planCells(tableKind.plan, manifest.study, manifest.identity, digest);
    case "ratings-audit":
      return planCells(ratingsKind.plan, manifest.study, manifest.identity, digest);
    case "tasks":
      return planCells(tasksKind.plan, manifest.study, manifest.identity, digest);
  }
}

/** Trials that are planned and not recorded; of one learner where it is named. */
export function missingTrials(manifest: AnyManifest, records: readonly TrialRecord[], learner?: string): number {
  const own = learner === undefined ? records : records.filter((record) => record.learner === learner);
  // The plan of the first schema holds what was recorded alone, and the manifest says how much there was to be.
  if (manifest.schema === 1) return Math.max(0, plannedOf(manifest, learner) - own.length);
  const recorded = new Set(own.map(({ id }) => id));
  let missing = 0;
  for (const cell of manifest.plan) {
    if (learner !== undefined && (cell.learner ?? cell.engine ?? learner) !== learner) continue;
    for (const id of cell.trials) if (!recorded.has(id)) missing++;
  }
  return missing;
}

function plannedOf(manifest: AnyManifest, learner: string | undefined): number {
  const cells = planAnew(manifest).filter((cell) => learner === undefined || cell.learner.id === learner);
  return cells.reduce((sum, { trials }) => sum + trials.length, 0);
}

type AnyStudy = Pick<AnyManifest, "kind" | "study">;

/** A plan of more would fill the memory before the first trial. */
const mostTrials = 1_000_000;

/** @throws UsageError where a study is so large that nobody waits for it, before its plan is made */
export function refuseEndless(about: AnyStudy): void {
  const { study } = about;
  const most = cellCount(about) * (1 + study.repairs.length);
  if (most <= mostTrials) return;
  throw new UsageError(
    `the study would be of up to ${most} trials, and at most ${mostTrials} can be planned: fewer seeds (${study.seeds}), budgets (${study.budgets.length}), attacks (${study.attacks.length}) or repairs (${study.repairs.length})`,
  );
}

/** How many cells the study of a manifest has, without making them. */
function cellCount({ study }: AnyStudy): number {
  const { seeds, budgets, attacks } = study;
  const learners: readonly { readonly attacks?: readonly string[] }[] =
    "engines" in study ? study.engines : (("learners" in study ? study.learners : undefined) ?? [{}]);
  const tried = learners.map((learner) => attacks.filter(({ id }) => learner.attacks?.includes(id) ?? true).length);
  return seeds * tried.reduce((sum, some) => sum + 1 + some * budgets.length, 0);
}

/** @throws UsageError where this very version would not plan what the manifest says that it planned */
export function checkPlan(file: string, manifest: AnyManifest): void {
  if (manifest.schema === 1 || manifest.theriac !== version) return;
  const { plan } = manifest;
  const isSame =
    cellCount(manifest) === plan.length &&
    planAnew(manifest).every(
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
export function planOfOldRun(folder: string, records: readonly TrialRecord[]): StoredCell[] {
  const names = readNames(folder).filter((name) => name.endsWith(".json"));
  const cells = names.sort().map((name): StoredCell => {
    const { seed, learner, engine = learner, attack, budgetFraction, trials } = readOwnFile(join(folder, name), runPoisonFile).value;
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
