import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { planStudy } from "../../study/plan.ts";
import { planRatingsStudy } from "../../study/ratings/ratings-plan.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type AnyManifest, type PlannedCell, type StoredCell } from "./manifest.ts";
import { digest } from "./provenance.ts";
import type { Note } from "../read/request.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { runPoisonFile } from "../schemas/run-poison-file.ts";
import { version } from "./version.ts";

/** What this version would run for the study of a manifest. */
export function planAnew(manifest: AnyManifest): PlannedCell[] {
  return manifest.kind === "audit"
    ? planStudy(manifest.study, manifest.identity, digest)
    : planRatingsStudy(manifest.study, manifest.identity, digest);
}

/** Trials that are planned and not recorded; of one engine where it is named. */
export function missingTrials(manifest: AnyManifest, records: readonly TrialRecord[], engine?: string): number {
  const own = engine === undefined ? records : records.filter(({ learner }) => learner === engine);
  // The plan of the first schema holds what was recorded alone, and the manifest says how much there was to be.
  if (manifest.schema === 1) return Math.max(0, plannedOf(manifest, engine) - own.length);
  const recorded = new Set(own.map(({ id }) => id));
  let missing = 0;
  for (const cell of manifest.plan) {
    if (engine !== undefined && cell.engine !== engine) continue;
    for (const id of cell.trials) if (!recorded.has(id)) missing++;
  }
  return missing;
}

function plannedOf(manifest: AnyManifest, engine: string | undefined): number {
  const chosen = manifest.kind === "audit" ? undefined : manifest.study.engines.find(({ id }) => id === engine);
  if (manifest.kind === "audit" || chosen === undefined) return manifest.plannedTrials;
  const { attacks, budgets, seeds, repairs } = manifest.study;
  const tried = attacks.filter(({ id }) => chosen.attacks.includes(id)).length;
  const possible = repairs.filter(({ id }) => chosen.repairs?.includes(id) ?? true).length;
  return seeds * (1 + tried * budgets.length) * (1 + possible);
}

type AnyStudy = { readonly [K in AnyManifest["kind"]]: Pick<Extract<AnyManifest, { kind: K }>, "kind" | "study"> }[AnyManifest["kind"]];

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
function cellCount({ kind, study }: AnyStudy): number {
  const { seeds, budgets, attacks } = study;
  if (kind === "audit") return seeds * (1 + attacks.length * budgets.length);
  const tried = study.engines.map((engine) => attacks.filter(({ id }) => engine.attacks.includes(id)).length);
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
    const { seed, engine, attack, budgetFraction, trials } = readOwnFile(join(folder, name), runPoisonFile).value;
    return {
      seed,
      ...(engine === undefined ? {} : { engine: engine.id }),
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
