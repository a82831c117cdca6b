import { UsageError } from "../core/errors.ts";
import type { TrialRecord } from "../study/record.ts";
import { type OpenedRun, openRun } from "./audit.ts";
import type { AnyAuditKind } from "./kinds/audit-kind.ts";
import { kinds } from "./kinds/kinds.ts";
import { writeReportOf } from "./kinds/write-report.ts";
import type { Note } from "./read/request.ts";
import type { AnyManifest } from "./runs/manifest.ts";
import type { StoredRecord } from "./runs/records-file.ts";
import { wordsBehind } from "./kinds/named-command.ts";
import { resumeCommand } from "./runs/resume-command.ts";
import { createRunFolder, defaultRunPath, isToBeRedone, readParts, readRun } from "./runs/run-folder.ts";
import { planAnew, refuseOtherVersion } from "./runs/run-plan.ts";
import { stringifyExactly } from "./schemas/exact-json.ts";

export interface MergeAsked {
  /** Folder of the joined run; default: a new one in theriac-runs. */
  readonly out?: string | undefined;
  readonly onNote?: (note: Note) => void;
}

interface Part {
  readonly path: string;
  readonly manifest: AnyManifest;
  readonly stored: readonly StoredRecord[];
  patchOf(trial: string): string;
}

/**
 * Joins runs of one plan, such as its shards, into a new run. Nothing is trained: what waits for all records, and what is in none of them, `resumeAudit` computes.
 *
 * @throws UsageError where the runs are not of one plan, or recorded a trial differently; then nothing was written
 */
export async function mergeRuns(
  paths: readonly string[],
  asked: MergeAsked = {},
  among: readonly AnyAuditKind[] = kinds,
): Promise<OpenedRun> {
  if (paths.length === 0) throw new UsageError("no run was named: theriac merge RUN…");
  const parts: (Part & { readonly kind: AnyAuditKind })[] = [];
  for (const path of paths) {
    const { kind, manifest } = await readRun(path, among);
    refuseOtherVersion(path, manifest);
    parts.push({ path, kind, manifest, ...(await readParts(path, manifest)) });
  }
  const [first, ...others] = parts;
  for (const other of others) refuseOther(first, other);
  const from = bestOf(parts);

  const manifest = joined(parts);
  const cells = planAnew(manifest, first.kind);
  const out = asked.out ?? defaultRunPath(manifest.read.data, new Date());
  const folder = await createRunFolder(out, manifest, cells);
  for (const cell of cells) {
    const own = cell.trials.flatMap(({ id }) => from.get(id) ?? []);
    const patched = own.find(({ entry }) => entry.patch !== null);
    const patch = patched?.part.patchOf(patched.entry.record.id) ?? null;
    // A trial that failed before there was poison has none, whatever the others of its cell have.
    const [withPatch, without] = [true, false].map((has) => own.filter(({ entry }) => (entry.patch !== null) === has));
    if (withPatch.length > 0) await folder.append(cell, recordsOf(withPatch), patch);
    if (without.length > 0) await folder.append(cell, recordsOf(without), null);
  }
  const isWhole = from.size === manifest.plannedTrials;
  const ends = parts.flatMap(({ manifest: { finishedAt } }) => finishedAt ?? []).sort();
  await folder.close({ status: isWhole ? "finished" : "cancelled", finishedAt: ends.at(-1) ?? new Date().toISOString() });

  const run = await openRun(out, { among });
  await writeReportOf(run.kind, run);
  for (const note of notesOn(parts, run, from.size)) asked.onNote?.(note);
  return run;
}

type Found = { readonly entry: StoredRecord; readonly part: Part };

function recordsOf(found: readonly Found[]): TrialRecord[] {
  return found.map(({ entry }) => entry.record);
}

/** Of each trial the record that stands; one whose worker died gives way to any other. @throws UsageError where two runs recorded it differently */
function bestOf(parts: readonly Part[]): Map<string, Found> {
  const from = new Map<string, Found>();
  for (const part of parts)
    for (const entry of part.stored) {
      const { id } = entry.record;
      const before = from.get(id);
      if (before === undefined || isToBeRedone(before.entry.record)) from.set(id, { entry, part });
      else if (!isToBeRedone(entry.record) && withoutTimes(entry) !== withoutTimes(before.entry))
        throw new UsageError(
          `${before.part.path} and ${part.path} both recorded trial ${id}, and not alike: one of them was computed otherwise`,
        );
    }
  return from;
}

function withoutTimes({ record, patch }: StoredRecord): string {
  return stringifyExactly({ ...record, times: null, patch });
}

/** @throws UsageError where the trials of two runs do not belong together, with the reason */
function refuseOther(first: Part, other: Part): void {
  const refuse = (why: string): UsageError => new UsageError(`${other.path} cannot be joined with ${first.path}: ${why}`);
  const [a, b] = [first.manifest, other.manifest];
  if (a.kind !== b.kind) throw refuse(`it is of the kind "${b.kind}", and the other of "${a.kind}"`);
  const file = b.data.files.find(({ sha256 }, i) => sha256 !== a.data.files[i]?.sha256);
  if (file !== undefined || a.data.files.length !== b.data.files.length)
    throw refuse(`they are of other data${file === undefined ? "" : ` (${file.path} has other content)`}`);
  const key = differing(a.study, b.study);
  if (key !== null) throw refuse(`their studies differ in ${key}`);
  if (
    !isSame(
      a.methods?.map(({ sha256 }) => sha256),
      b.methods?.map(({ sha256 }) => sha256),
    )
  )
    throw refuse("they used other methods of one's own");
  if (!isSame(a.identity, b.identity)) throw refuse("their data were read otherwise");
  for (const what of ["limits", "strict"] as const) if (!isSame(a[what], b[what])) throw refuse(`they are judged otherwise (${what})`);
  if (!isSame(a.plan, b.plan)) throw refuse("their plans differ");
}

function differing(a: object, b: object): string | null {
  const [one, two] = [a, b] as Readonly<Record<string, unknown>>[];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].find((key) => !isSame(one[key], two[key])) ?? null;
}

function isSame(a: unknown, b: unknown): boolean {
  return stringifyExactly(a ?? null) === stringifyExactly(b ?? null);
}

function joined(parts: readonly Part[]): AnyManifest {
  const [{ manifest }] = parts;
  const { shard: _, records: __, error: ___, ...shared } = manifest;
  const startedAt = parts.map((part) => part.manifest.startedAt).sort()[0];
  return { ...shared, status: "started", startedAt, finishedAt: null };
}

function notesOn(parts: readonly Part[], { path, kind, manifest }: OpenedRun, recorded: number): Note[] {
  const notes: Note[] = [];
  const machines = new Set(parts.map(({ manifest: { node } }) => node));
  if (machines.size > 1)
    notes.push({
      level: "warning",
      text: `the runs are of several versions of Node (${[...machines].join(", ")}), which may compute a last digit otherwise`,
    });
  const shards = parts.flatMap(({ manifest: { shard } }) => shard ?? []);
  const of = shards[0]?.of;
  if (of !== undefined && shards.length === parts.length && shards.every((shard) => shard.of === of)) {
    const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => shards.every((shard) => shard.index !== index));
    if (missing.length > 0)
      notes.push({
        level: "warning",
        text: `of ${of} shards these are missing: ${missing.slice(0, 20).join(", ")}${missing.length > 20 ? ", …" : ""}`,
      });
  }
  const left = manifest.plannedTrials - recorded;
  const goOn = `${resumeCommand(manifest.kind, path)}${wordsBehind(manifest.study)}`;
  if (left > 0)
    notes.push({
      level: "info",
      text: `${recorded} of ${manifest.plannedTrials} trials are recorded; the other ${left}, such as those that wait for what all the others show, are computed by: ${goOn}`,
    });
  else if (kind.isAfterTrials?.(path, manifest) === false)
    notes.push({ level: "info", text: `all ${recorded} trials are recorded; what is computed once they have ended is added by: ${goOn}` });
  return notes;
}
