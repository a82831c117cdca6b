import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { StorageError, UsageError } from "../../core/errors.ts";
import type { Poison } from "../../core/poison.ts";
import type { Cell } from "../../study/kind.ts";
import type { TrialRecord } from "../../study/record.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import { type AnyManifest, manifestText } from "./manifest.ts";
import { digest } from "./provenance.ts";
import { type RunKind, kindIn } from "./run-kind.ts";
import { resumeCommand } from "./resume-command.ts";
import { type StoredRecord, readRecords, recordLine } from "./records-file.ts";
import { checkPlan, planOfOldRun } from "./run-plan.ts";
import { manifestFile } from "./manifest-file.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { patchOfARun, runPoisonFile } from "../schemas/run-poison-file.ts";
import { shownPath } from "../schemas/shown.ts";
import { workerDied } from "./worker-died.ts";
import { isPassingName, removeLeftovers } from "../write/leftovers.ts";
import { lockFolder, lockName } from "../write/lock-folder.ts";
import { makeFolder, removeEmptyFolders } from "../write/make-folder.ts";
import { appendDurably, openToAppend, replaceFile } from "../write/replace-file.ts";
import { writeFailure } from "../write/write-failure.ts";

/** A run being written; its writer holds the lock. */
export interface RunFolder {
  readonly path: string;
  append(cell: Cell, records: readonly TrialRecord[], poison: Poison | null): Promise<void>;
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
export const recordsName = "records.jsonl";
export const poisonName = "poison";
/** What a kind may write once the trials have ended. */
export const afterTrialsNames = { certificates: "certificates.json", harm: "harm.json" } as const;

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
    throw new UsageError(
      `--out ${path} holds another run: name a new folder, or go on with that one: ${resumeCommand(kindWithin(path), path)}`,
    );
  if (!readdirSync(path).every((name) => isOfAKilledBeginning(path, name)))
    throw new UsageError(`--out ${path} is not empty: name a new folder`);
}

/** As its manifest says, if it can be read. */
function kindWithin(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(path, manifestName), "utf8")) as Partial<AnyManifest>).kind;
  } catch {
    return undefined;
  }
}

/** What a run that was killed before its manifest was in place leaves behind; it does not stand in the way of the same run. */
function isOfAKilledBeginning(path: string, name: string): boolean {
  if (name === poisonName) return statSync(join(path, name)).isDirectory() && readdirSync(join(path, name)).every(isPassingName);
  return name === lockName || isPassingName(name);
}

/** @throws UsageError where the folder cannot be written, or another process writes it */
export async function createRunFolder(path: string, manifest: AnyManifest, plan: readonly Cell[]): Promise<RunFolder> {
  checkRunPath(path);
  const created = makeFolder(path, { option: "--out" });
  let unlock: (() => Promise<void>) | null = null;
  const takeAway = async (): Promise<void> => {
    for (const name of readdirSync(path)) await rm(join(path, name), { recursive: true, force: true });
    removeEmptyFolders(path, created);
  };
  try {
    unlock = await lockFolder(path);
    // Another process may have come and gone since the path was looked at.
    if (existsSync(join(path, manifestName))) checkRunPath(path);
    removeLeftovers(path);
    makePoisonFolder(path);
    await writeManifest(path, manifest);
    const folder = await writeInto(path, manifest, plan, unlock);
    return { ...folder, discard: () => folder.discard().then(takeAway) };
  } catch (error) {
    if (unlock === null || error instanceof UsageError) {
      await unlock?.();
      removeEmptyFolders(path, created);
    } else await takeAway().catch(() => {});
    throw writeFailure(path, error, { option: "--out" });
  }
}

/** @throws UsageError where it is a link: what it points to is not ours */
function makePoisonFolder(path: string): void {
  const folder = join(path, poisonName);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new UsageError(`${folder} is a link, and links are not followed: remove it`);
  makeFolder(folder);
  removeLeftovers(folder);
}

/** A trial whose worker died is tried again when its run is resumed. */
export function isToBeRedone({ status, error }: TrialRecord): boolean {
  return status === "failed" && error?.startsWith(workerDied) === true;
}

/** Goes on with a run that was stopped or killed. @throws UsageError while another process writes it, or where it cannot be written */
export async function reopenRunFolder(path: string, manifest: AnyManifest, plan: readonly Cell[]): Promise<RunFolder> {
  const unlock = await lockFolder(path);
  const { records: _, afterTrials: __, ...begun } = manifest;
  try {
    removeLeftovers(path);
    // First of all: from here on the digest of its end is no longer that of the records.
    await writeManifest(path, begun);
    const file = join(path, recordsName);
    if (existsSync(file)) {
      const { stored, wholeBytes } = await readRecords(file);
      const kept = stored.filter(({ record }) => !isToBeRedone(record));
      // A line that was not written to its end goes too.
      if (kept.length < stored.length || wholeBytes < statSync(file).size) await replaceFile(file, kept.map(recordLine).join(""));
    }
    makePoisonFolder(path);
    return await writeInto(path, begun, plan, unlock);
  } catch (error) {
    await unlock();
    throw writeFailure(path, error, resumption(path, manifest));
  }
}

/** Clears up what a killed process left in a run that is whole; writes nothing where there is nothing. */
export async function tidyRun(path: string): Promise<void> {
  const poison = join(path, poisonName);
  const names = [...readdirSync(path), ...(existsSync(poison) ? readdirSync(poison) : [])];
  if (!names.some((name) => name === lockName || isPassingName(name))) return;
  const unlock = await lockFolder(path);
  try {
    removeLeftovers(path);
    if (existsSync(poison)) removeLeftovers(poison);
  } catch (error) {
    throw writeFailure(path, error);
  } finally {
    await unlock();
  }
}

async function writeInto(path: string, manifest: AnyManifest, plan: readonly Cell[], unlock: () => Promise<void>): Promise<RunFolder> {
  const file = join(path, recordsName);
  const records = await openToAppend(file);
  const { ino } = await records.stat();

  /** An open file can be written to long after its name is gone; that would lose everything without a word. */
  function refuseIfGone(): void {
    const present = statSync(file, { throwIfNoEntry: false })?.ino === ino;
    if (!present) throw new StorageError(`${file} is gone: the run folder was removed or replaced while it was being written`);
  }

  async function explain(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw writeFailure(path, error, { ...resumption(path, manifest), isOnTheWay: true });
    }
  }

  return {
    path,
    append: (cell, batch, poison) =>
      explain(async () => {
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
        await explain(async () => {
          if (status === "finished") await sortRecords(file, plan);
          const written = { records: await recordsDigest(file), ...afterTrialsDigests(path) };
          await writeManifest(path, { ...manifest, status, finishedAt, ...(error === undefined ? {} : { error }), ...written });
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

/** Notes in the manifest of a run that has ended what was written into it since. */
export async function sealAfterTrials(path: string, manifest: AnyManifest): Promise<void> {
  const digests = afterTrialsDigests(path);
  if (JSON.stringify(digests.afterTrials) !== JSON.stringify(manifest.afterTrials)) await writeManifest(path, { ...manifest, ...digests });
}

function afterTrialsDigests(path: string): Pick<AnyManifest, "afterTrials"> {
  const present = Object.values(afterTrialsNames).filter((name) => existsSync(join(path, name)));
  return present.length === 0
    ? {}
    : { afterTrials: Object.fromEntries(present.map((name) => [name, digest(readFileSync(join(path, name)))])) };
}

/** What to do where a run cannot be written on. */
export function resumption(path: string, { kind }: Pick<AnyManifest, "kind">): { readonly kept: string; readonly next: string } {
  return { kept: "what was recorded is kept", next: `go on with: ${resumeCommand(kind, path)}` };
}

/** Returns the digest of the patch file. */
async function writePatch(path: string, cell: Cell, poison: Poison): Promise<string> {
  const { trials, ...rest } = cell;
  const { seed, attack, budgetFraction, ...more } = rest;
  const text = `${stringifyExactly({ schema: 1, ...more, attack, budgetFraction, seed, trials: trials.map(({ id }) => id), poison })}\n`;
  await replaceFile(join(path, poisonName, patchName(cell)), text);
  return digest(text);
}

function patchName({ trials }: Cell): string {
  return `${trials[0].id}.json`;
}

/** Records come in the order in which cells end, which differs from run to run; a finished run has them in the order of its plan. */
async function sortRecords(file: string, plan: readonly Cell[]): Promise<void> {
  const { stored } = await readRecords(file);
  const place = new Map(plan.flatMap((cell) => cell.trials).map(({ id }, i) => [id, i]));
  const sorted = [...stored].sort((a, b) => (place.get(a.record.id) ?? 0) - (place.get(b.record.id) ?? 0));
  await replaceFile(file, sorted.map(recordLine).join(""));
}

async function recordsDigest(file: string): Promise<NonNullable<AnyManifest["records"]>> {
  const all = existsSync(file) ? await readFile(file) : Buffer.alloc(0);
  // A line that was not written to its end is no record.
  const bytes = all.subarray(0, all.lastIndexOf(10) + 1);
  return { count: bytes.toString("latin1").split("\n").length - 1, sha256: digest(bytes) };
}

/** A run with what it has recorded so far. @throws UsageError on a folder that holds no run, or a damaged one */
export async function readRun<K extends RunKind>(
  path: string,
  kinds: readonly K[],
): Promise<{ kind: K; manifest: AnyManifest; records: TrialRecord[] }> {
  if (!existsSync(path)) throw new UsageError(`there is no run ${shownPath(path)}`);
  const file = join(path, manifestName);
  if (!existsSync(file)) throw new UsageError(`${shownPath(path)} is not a run: it has no ${manifestName}`);
  const read = readOwnFile(file, manifestFile(kinds)).value;
  const kind = kindIn(kinds, read.kind);
  const recordsFile = join(path, recordsName);
  const { stored } = existsSync(recordsFile) ? await readRecords(recordsFile) : { stored: [] };
  const records = stored.map(({ record }) => record);
  const manifest: AnyManifest =
    read.schema === 1 ? { ...read, notes: [...(read.notes ?? [])], plan: planOfOldRun(join(path, poisonName), records, kind) } : read;
  // Where some are missing the run is incomplete, which is said, and can be resumed; each of the others has its own check.
  const isWhole = manifest.records !== undefined && stored.length >= manifest.records.count;
  if (isWhole && (await recordsDigest(recordsFile)).sha256 !== manifest.records?.sha256)
    throw new UsageError(`${recordsFile} was changed after the run had ended: it does not have the digest that ${file} holds`);
  for (const [name, sha256] of Object.entries(manifest.afterTrials ?? {})) {
    const own = join(path, name);
    if (existsSync(own) && digest(readBytes(own, { what: "what a run wrote once its trials had ended", maxBytes: 1 << 30 })) !== sha256)
      throw new UsageError(
        `${shownPath(own)} was changed after the run had ended: it does not have the digest that ${shownPath(file)} holds; remove it, and ${resumeCommand(read.kind, path)} writes it again`,
      );
  }
  checkPlan(file, manifest, kind);
  checkPatches(path, manifest, stored);
  return { kind, manifest, records };
}

/** What the records of a run were held against when it was read, in a sentence. */
export function recordsEvidence({ records }: AnyManifest, found: number): string {
  return records === undefined || found < records.count
    ? `records: ${found}, each held against the check in its own line only, ${records === undefined ? "as a run has their digest once it has ended" : `as ${records.count - found} are missing`}`
    : `records: ${records.count}, held against the digest in manifest.json, sha256 ${records.sha256}; nothing shows who wrote that, so compare it with one noted elsewhere`;
}

/** Whether the patch that a trial was run with is still there. */
export function hasPoison(path: string, { plan }: AnyManifest, trial: string): boolean {
  const cell = plan.find(({ trials }) => trials.includes(trial));
  return cell !== undefined && existsSync(join(path, poisonName, `${cell.trials[0]}.json`));
}

/** The patch that a recorded trial was run with. */
export async function readPoison(
  path: string,
  { plan }: AnyManifest,
  { schemas }: Pick<RunKind, "schemas">,
  trial: string,
): Promise<Poison> {
  const cell = plan.find(({ trials }) => trials.includes(trial));
  if (cell === undefined) throw new Error(`trial ${trial} is not in the plan of ${path}`);
  return readOwnFile(join(path, poisonName, `${cell.trials[0]}.json`), runPoisonFile(schemas.poison)).value.poison;
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
    const found = checked.get(file) ?? digest(readBytes(file, { what: patchOfARun, maxBytes: 1 << 30 }).toString("utf8"));
    checked.set(file, found);
    if (found !== patch) throw new UsageError(`${file} was changed after trial ${record.id} was recorded`);
  }
}

async function writeManifest(path: string, manifest: AnyManifest): Promise<void> {
  await replaceFile(join(path, manifestName), manifestText(manifest));
}
