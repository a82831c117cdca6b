import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, open, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { StorageError, UsageError } from "../core/errors.ts";
import type { TrialRecord } from "../study/record.ts";
import { stringifyExactly } from "./exact-json.ts";
import { type AnyManifest, type PlannedCell, type StoredPoison, manifestText } from "./manifest.ts";
import { digest } from "./provenance.ts";
import { type StoredRecord, appendDurably, dropTornLine, readRecords, recordLine, replaceFile } from "./records-file.ts";
import { lockRun } from "./run-lock.ts";
import { checkPlan, planOfOldRun } from "./run-plan.ts";
import { manifestFile } from "./schemas/manifest-file.ts";
import { readBytes } from "./schemas/read-bytes.ts";
import { readOwnFile } from "./schemas/read-own-file.ts";
import { runPoisonFile } from "./schemas/run-poison-file.ts";
import { shownPath } from "./schemas/shown.ts";
import { workerDied } from "./workers/run-cells-on-workers.ts";

/** A run being written; its writer holds the lock. */
export interface RunFolder {
  readonly path: string;
  append(cell: PlannedCell, records: readonly TrialRecord[], poison: StoredPoison | null): Promise<void>;
  /** Puts the records in the order of the plan, says how the run ended, and gives the lock back. */
  close(ending: {
    readonly status: Exclude<AnyManifest["status"], "started">;
    readonly finishedAt: string;
    readonly error?: string;
  }): Promise<void>;
  /** Takes everything away again. */
  discard(): Promise<void>;
}

const manifestName = "manifest.json";
const recordsName = "records.jsonl";
const poisonName = "poison";

/** `theriac-runs/<stem of the data>-<yyyymmdd-hhmmss>`, in local time, with a number where that is taken. */
export function defaultRunPath(data: string, now: Date): string {
  const stem =
    basename(data)
      .replace(/\.[^.]*(\.gz)?$/i, "")
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^-+|-+$/g, "") || "data";
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const path = join("theriac-runs", `${stem}-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`);
  for (let i = 2; ; i++) {
    const candidate = i === 2 ? path : `${path}-${i - 1}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/** @throws UsageError unless a run may be written there */
export function checkRunPath(path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw new UsageError(`--out ${path} cannot be written: a file of that name is in the way`);
  if (existsSync(join(path, manifestName)))
    throw new UsageError(`--out ${path} holds another run: name a new folder, or go on with that one: theriac audit --resume ${path}`);
  if (readdirSync(path).length > 0) throw new UsageError(`--out ${path} is not empty: name a new folder`);
}

/** @throws UsageError where the folder cannot be written */
export async function createRunFolder(path: string, manifest: AnyManifest, plan: readonly PlannedCell[]): Promise<RunFolder> {
  checkRunPath(path);
  const created = await mkdir(join(path, poisonName), { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.replace(/, mkdir .*$/, "") : String(error);
    throw new UsageError(`--out ${path} cannot be written: ${reason}`);
  });
  const unlock = await lockRun(path);
  const folder = await begin().catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  return {
    ...folder,
    async discard() {
      await folder.discard();
      for (const name of readdirSync(path)) await rm(join(path, name), { recursive: true });
      // Upwards through the folders that were not there before, unless something else has come into them.
      if (created === undefined || resolve(created) === resolve(path, poisonName)) return;
      for (let parent = resolve(path); parent.length >= resolve(created).length; parent = dirname(parent)) {
        const removed = await rmdir(parent).then(
          () => true,
          () => false,
        );
        if (!removed) return;
      }
    },
  };

  async function begin(): Promise<RunFolder> {
    await writeManifest(path, manifest);
    return writeInto(path, manifest, plan, unlock);
  }
}

/** A trial whose worker died is tried again when its run is resumed. */
export function isToBeRedone({ status, error }: TrialRecord): boolean {
  return status === "failed" && error?.startsWith(workerDied) === true;
}

/** Goes on with a run that was stopped or killed. @throws UsageError while another process writes it */
export async function reopenRunFolder(path: string, manifest: AnyManifest, plan: readonly PlannedCell[]): Promise<RunFolder> {
  const unlock = await lockRun(path);
  try {
    const file = join(path, recordsName);
    if (existsSync(file)) {
      const onDisk = await readRecords(file);
      const kept = onDisk.stored.filter(({ record }) => !isToBeRedone(record));
      if (kept.length < onDisk.stored.length) await replaceFile(file, kept.map(recordLine).join(""));
      else await dropTornLine(file, onDisk);
    }
    await mkdir(join(path, poisonName), { recursive: true });
    await writeManifest(path, manifest);
    return await writeInto(path, manifest, plan, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function writeInto(
  path: string,
  manifest: AnyManifest,
  plan: readonly PlannedCell[],
  unlock: () => Promise<void>,
): Promise<RunFolder> {
  const file = join(path, recordsName);
  const records = await open(file, "a");
  const { ino } = await records.stat();

  /** An open file can be written to long after its name is gone; that would lose everything without a word. */
  function refuseIfGone(): void {
    const present = statSync(file, { throwIfNoEntry: false })?.ino === ino;
    if (!present) throw new StorageError(`${file} is gone: the run folder was removed or replaced while it was being written`);
  }

  return {
    path,
    append: (cell, batch, poison) =>
      explainFullDisk(path, async () => {
        refuseIfGone();
        const patch =
          poison === null
            ? null
            : await writePatch(path, cell, poison).catch((error: unknown) => {
                refuseIfGone();
                throw error;
              });
        await appendDurably(records, batch.map((record) => recordLine({ record, patch })).join(""));
      }),
    async close({ status, finishedAt, error }) {
      await records.close();
      try {
        if (!existsSync(file)) return;
        await explainFullDisk(path, async () => {
          if (status === "finished") await sortRecords(file, plan);
          await writeManifest(path, { ...manifest, status, finishedAt, ...(error === undefined ? {} : { error }) });
        });
      } finally {
        await unlock();
      }
    },
    async discard() {
      await records.close();
      await unlock();
    },
  };
}

/** Returns the digest of the patch file. */
async function writePatch(path: string, cell: PlannedCell, poison: StoredPoison): Promise<string> {
  const { trials, ...rest } = cell;
  const { seed, attack, budgetFraction, ...more } = rest;
  const text = `${stringifyExactly({ schema: 1, ...more, attack, budgetFraction, seed, trials: trials.map(({ id }) => id), poison })}\n`;
  await replaceFile(join(path, poisonName, patchName(cell)), text);
  return digest(text);
}

function patchName({ trials }: PlannedCell): string {
  return `${trials[0].id}.json`;
}

/** Records come in the order in which cells end, which differs from run to run; a finished run has them in the order of its plan. */
async function sortRecords(file: string, plan: readonly PlannedCell[]): Promise<void> {
  const { stored } = await readRecords(file);
  const place = new Map(plan.flatMap((cell) => cell.trials).map(({ id }, i) => [id, i]));
  const sorted = [...stored].sort((a, b) => (place.get(a.record.id) ?? 0) - (place.get(b.record.id) ?? 0));
  await replaceFile(file, sorted.map(recordLine).join(""));
}

async function explainFullDisk(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    throw new StorageError(
      `${path}: the disk is full; what was recorded is kept, so make room and go on with: theriac audit --resume ${path}`,
    );
  }
}

/** A run with what it has recorded so far. @throws UsageError on a folder that holds no run, or a damaged one */
export async function readRun(path: string): Promise<{ manifest: AnyManifest; records: TrialRecord[] }> {
  if (!existsSync(path)) throw new UsageError(`there is no run ${shownPath(path)}`);
  const file = join(path, manifestName);
  if (!existsSync(file)) throw new UsageError(`${shownPath(path)} is not a run: it has no ${manifestName}`);
  const read = readOwnFile(file, manifestFile).value;
  const recordsFile = join(path, recordsName);
  const { stored } = existsSync(recordsFile) ? await readRecords(recordsFile) : { stored: [] };
  const records = stored.map(({ record }) => record);
  const manifest: AnyManifest =
    read.schema === 1 ? { ...read, notes: [...(read.notes ?? [])], plan: planOfOldRun(join(path, poisonName), records) } : read;
  checkPlan(file, manifest);
  checkPatches(path, manifest, stored);
  return { manifest, records };
}

/** The patch that a recorded trial was run with. */
export async function readPoison(path: string, manifest: AnyManifest, trial: string): Promise<StoredPoison> {
  const cell = manifest.plan.find(({ trials }) => trials.includes(trial));
  if (cell === undefined) throw new Error(`trial ${trial} is not in the plan of ${path}`);
  return readOwnFile(join(path, poisonName, `${cell.trials[0]}.json`), runPoisonFile).value.poison;
}

/** @throws UsageError on a patch that is missing or is not the one that was recorded */
function checkPatches(path: string, manifest: AnyManifest, stored: readonly StoredRecord[]): void {
  const patchOf = new Map(manifest.plan.flatMap(({ trials }) => trials.map((id) => [id, `${trials[0]}.json`] as const)));
  const checked = new Map<string, string>();
  for (const { record, patch } of stored) {
    const name = patchOf.get(record.id);
    if (name === undefined)
      throw new UsageError(`${join(path, recordsName)} records trial ${record.id}, which is not in the plan of its manifest`);
    if (patch === null) continue;
    const file = join(path, poisonName, name);
    if (!existsSync(file)) throw new UsageError(`${file} is missing: trial ${record.id} was recorded with it`);
    const found = checked.get(file) ?? digest(readBytes(file, { what: runPoisonFile.what, maxBytes: 1 << 30 }).toString("utf8"));
    checked.set(file, found);
    if (found !== patch) throw new UsageError(`${file} was changed after trial ${record.id} was recorded`);
  }
}

async function writeManifest(path: string, manifest: AnyManifest): Promise<void> {
  await replaceFile(join(path, manifestName), manifestText(manifest));
}
