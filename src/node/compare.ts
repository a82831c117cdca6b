import { UsageError } from "../core/errors.ts";
import { type DifferingSetting, type FindingsOfRun, type RunChanges, runChanges } from "../report/compare/run-changes.ts";
import { limitOutcomes } from "../report/judging/limit-outcomes.ts";
import { type Limit, parseLimit } from "../report/judging/limits.ts";
import { compareRecords } from "../study/compare/compare-records.ts";
import type { TrialRecord } from "../study/record.ts";
import { type OpenedRun, openRun } from "./audit.ts";
import type { AnyAuditKind } from "./kinds/audit-kind.ts";
import { kinds } from "./kinds/kinds.ts";
import type { Quantities } from "./runs/judge-run.ts";
import { shownPath, shownValue } from "./schemas/shown.ts";

/** Two runs held against each other, with the runs themselves. */
export interface ComparedRuns {
  readonly before: OpenedRun;
  readonly after: OpenedRun;
  readonly changes: RunChanges;
  /** Limits that the run after breaks, by how they were called new. */
  readonly newlyBroken: boolean;
}

/**
 * Holds two runs of one kind of data against each other, from their records: what is new, fixed and unchanged, and which figures are told to have changed.
 *
 * @throws UsageError where they cannot be: other data, other test rows, another kind, another threat; it says which
 */
export async function compareRuns(
  before: string,
  after: string,
  { among = kinds }: { readonly among?: readonly AnyAuditKind[] } = {},
): Promise<ComparedRuns> {
  const [old, now] = [await openRun(before, { among }), await openRun(after, { among })];
  refuseUnlike(old, now);
  const learnerBefore = pairedLearners(old, now);
  const { measured, ofAttacks } = now.kind.quantitiesOf(now.manifest) as Quantities;
  const quantities = [...measured, ...ofAttacks];
  const { primaryMetric } = now.kind.contextOf(now.manifest) as { readonly primaryMetric: string };
  const limits = [...old.manifest.limits, ...now.manifest.limits].map((text) => parseLimit(text));
  const compared = compareRecords(old.records, now.records, {
    ...{ quantities, primaryMetric, learnerBefore },
    alsoMetrics: limits.map(({ metric }) => quantities.find(({ id, damage }) => id === metric || damage?.id === metric)?.id ?? metric),
    whyNot: (record) => otherAttack(old, now, record),
  });
  const beforeAfter = new Map([...learnerBefore].map(([later, earlier]) => [earlier, later]));
  const held = { limits: limitsOfBoth(old, now), strict: now.manifest.strict };
  const changes = runChanges(
    findingsOf(old, held, (learner) => (beforeAfter.has(learner) ? learner : null)),
    findingsOf(now, held, (learner) => learnerBefore.get(learner) ?? null),
    {
      ...compared,
      notCompared: [...compared.notCompared, ...unpaired(old, now, learnerBefore), ...unmeasured(now), ...limitsOfOne(old, now)],
    },
    { differs: differingSettings(old, now), incomplete: [...lacking("before", old), ...lacking("after", now)] },
  );
  return { before: old, after: now, changes, newlyBroken: changes.findings.new.some(({ id }) => id.startsWith('["limit"')) };
}

/** @throws UsageError that says everything that stands against it */
function refuseUnlike(before: OpenedRun, after: OpenedRun): void {
  const refuse = (why: string): never => {
    throw new UsageError(`${shownPath(before.path)} and ${shownPath(after.path)} cannot be compared: ${why}`);
  };
  const [old, now] = [before.manifest, after.manifest];
  if (old.kind !== now.kind) refuse(`one is of the kind "${old.kind}" and the other of "${now.kind}"`);
  const filesOf = ({ data }: typeof old): string => data.files.map(({ sha256 }) => sha256).join();
  if (filesOf(old) !== filesOf(now))
    refuse(
      `they are of other data, so no test row is the same (sha256 ${short(old.data.files[0]?.sha256)} before, ${short(now.data.files[0]?.sha256)} after). What an addition brought is shown by theriac scan NEW --against OLD`,
    );
  const { heldEqual } = before.kind;
  const [held, other] = [old, now].map((manifest) =>
    heldEqual === undefined ? { "what was read": manifest.read, "the study": manifest.study } : heldEqual(manifest),
  ) as Record<string, unknown>[];
  const unlike = Object.keys(held).filter((key) => textOf(held[key]) !== textOf(other[key]));
  if (unlike.length > 0)
    refuse(`they differ in ${unlike.map((key) => `${key} (${shownValue(held[key])} before, ${shownValue(other[key])} after)`).join("; ")}`);
  const rows = new Map(before.records.filter(isClean).map(({ seed, testRows }) => [seed, testRows]));
  const moved = after.records.filter(isClean).find(({ seed, testRows }) => rows.has(seed) && rows.get(seed) !== testRows);
  if (moved !== undefined) refuse(`seed ${moved.seed} was tested on ${rows.get(moved.seed)} rows before and on ${moved.testRows} after`);
  const seedsOf = (records: readonly TrialRecord[]): Set<number> => new Set(records.map(({ seed }) => seed));
  const [earlier, later] = [seedsOf(before.records), seedsOf(after.records)];
  if (![...earlier].some((seed) => later.has(seed)))
    refuse(`they share no seed (${seedsText(earlier)} before, ${seedsText(later)} after); the test rows of other seeds are others`);
}

const isClean = ({ status, attack, repair, until, unnoticed }: TrialRecord): boolean =>
  status === "ok" && attack === null && repair === "none" && until === undefined && unnoticed === undefined;

function seedsText(seeds: ReadonlySet<number>): string {
  const all = [...seeds].sort((a, b) => a - b);
  return all.length === 0 ? "none recorded" : all.length > 6 ? `${all[0]} to ${all[all.length - 1]}` : all.join(", ");
}

/** Of each learner of the run after, the one before that it is held against: of its name or, where each run has one, that one. */
function pairedLearners(before: OpenedRun, after: OpenedRun): Map<string, string> {
  const [old, now] = [before, after].map(({ judged }) => judged.learners.map(({ learner }) => learner));
  if (old.length === 1 && now.length === 1) return new Map([[now[0], old[0]]]);
  return new Map(now.filter((learner) => old.includes(learner)).map((learner) => [learner, learner]));
}

function unpaired(before: OpenedRun, after: OpenedRun, learnerBefore: ReadonlyMap<string, string>): { what: string; why: string }[] {
  const paired = new Set([...learnerBefore].flat());
  const of = ({ judged }: OpenedRun, why: string): { what: string; why: string }[] =>
    judged.learners.filter(({ learner }) => !paired.has(learner)).map(({ learner }) => ({ what: learner, why }));
  return [...of(before, "only the run before has this learner"), ...of(after, "only the run after has this learner")];
}

function unmeasured({ manifest }: OpenedRun): { what: string; why: string }[] {
  return manifest.kind === "tasks"
    ? [
        {
          what: "who helps and who can hurt whom",
          why: "what is compared of a study of tasks is the model that learns them together; theriac check shows the rest of each run",
        },
      ]
    : [];
}

/** Limits that both runs were held to. */
function limitsOfBoth(before: OpenedRun, after: OpenedRun): Limit[] {
  const [old, now] = [before, after].map(({ manifest }) => manifest.limits.map((text) => parseLimit(text)));
  return now.filter(({ text }) => old.some((limit) => limit.text === text));
}

/** A limit that only one run was held to says nothing of what changed. */
function limitsOfOne(before: OpenedRun, after: OpenedRun): { what: string; why: string }[] {
  const both = limitsOfBoth(before, after).map(({ text }) => text);
  return [["before", before] as const, ["after", after] as const].flatMap(([which, { manifest }]) =>
    manifest.limits
      .map((text) => parseLimit(text).text)
      .filter((text) => !both.includes(text))
      .map((text) => ({ what: `the limit ${text}`, why: `only the run ${which} has it; theriac check of that run says how it fared` })),
  );
}

function findingsOf(
  run: OpenedRun,
  { limits, strict }: { readonly limits: readonly Limit[]; readonly strict: boolean },
  pairedAs: (learner: string) => string | null,
): FindingsOfRun[] {
  return run.judged.learners.flatMap((findings) => {
    const name = pairedAs(findings.learner);
    return name === null ? [] : [{ ...findings, pairedAs: name, limits: limitOutcomes(findings.summary, limits, strict) }];
  });
}

/** Attacks of one name that were asked for otherwise are other attacks. */
function otherAttack(before: OpenedRun, after: OpenedRun, { attack, knowledge }: TrialRecord): string | null {
  const paramsIn = ({ manifest }: OpenedRun): string =>
    textOf(
      (manifest.study.attacks as readonly { readonly id: string; readonly params?: unknown }[]).find(({ id }) => id === attack)?.params,
    );
  const [old, now] = [before, after].map(paramsIn);
  if (old !== "null" && now !== "null" && old !== now) return `the attack was asked for otherwise (${old} before, ${now} after)`;
  if (knowledge !== "gray-box" && knowledge !== "black-box") return null;
  const ignorance = ({ manifest }: OpenedRun): string => textOf((manifest.study as { readonly ignorance?: unknown }).ignorance);
  return ignorance(before) === ignorance(after)
    ? null
    : `what its attacker knows differs (${ignorance(before)} before, ${ignorance(after)} after)`;
}

function lacking(which: string, { path, manifest, judged, records }: OpenedRun): string[] {
  const failed = judged.learners.reduce((sum, { summary }) => sum + summary.failures.length, 0);
  const missing = manifest.plannedTrials - records.length;
  return [
    ...(failed > 0 ? [`${which}: ${failed} of ${manifest.plannedTrials} trials of ${shownPath(path)} failed`] : []),
    ...(missing > 0 ? [`${which}: ${missing} of ${manifest.plannedTrials} trials of ${shownPath(path)} are missing`] : []),
  ];
}

/** Where the runs may differ and what they show be compared all the same: that is often what is tried. */
function differingSettings(before: OpenedRun, after: OpenedRun): DifferingSetting[] {
  const about = ({ manifest }: OpenedRun): Record<string, unknown> => ({
    theriac: manifest.theriac,
    limits: manifest.limits,
    roles: (manifest.data as { readonly roles?: unknown }).roles,
    study: manifest.study,
  });
  const [old, now] = [about(before), about(after)].map((value) => new Map(leavesOf(value, "")));
  const named = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
  return named.map((setting) => ({ setting, before: old.get(setting) ?? "–", after: now.get(setting) ?? "–" }));
}

/** Plain values by their paths; of a list of methods each goes by its id, and is told in one line where the other run has none of it. */
function leavesOf(value: unknown, path: string): [string, string][] {
  if (typeof value !== "object" || value === null) return value === undefined ? [] : [[path, shownValue(value)]];
  if (!Array.isArray(value)) return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, path === "" ? key : `${path}.${key}`));
  if (!value.every((entry) => typeof (entry as { id?: unknown } | null)?.id === "string")) return [[path, shownValue(value)]];
  return value.map(({ id, ...rest }: { id: string }) => [`${path}.${id}`, Object.keys(rest).length === 0 ? "asked" : shownValue(rest)]);
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

const short = (sha256: string | undefined): string => sha256?.slice(0, 12) ?? "none";
