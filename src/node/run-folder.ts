import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Target } from "../core/dataset.ts";
import type { Poison } from "../core/poison.ts";
import type { Roles } from "../core/table.ts";
import type { StudyConfig } from "../study/config.ts";
import type { Cell } from "../study/plan.ts";
import type { TrialRecord } from "../study/record.ts";
import { parseExactly, stringifyExactly } from "./exact-json.ts";
import type { Provenance } from "./provenance.ts";
import type { ReadRequest, SourceFile } from "./read/request.ts";

/** What a run was asked for and made with; its records lie beside it. */
export interface Manifest extends Provenance {
  readonly schema: 1;
  readonly kind: "audit";
  /** `started` until it has ended in one way or another; so it stays when a run is killed. */
  readonly status: "started" | "finished" | "cancelled" | "failed";
  /** Why a failed run failed. */
  readonly error?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly read: ReadRequest;
  readonly data: DataInfo;
  /** What else shapes the trials, as it went into their ids. */
  readonly identity: unknown;
  readonly study: StudyConfig;
  readonly plannedTrials: number;
  readonly limits: readonly string[];
  readonly strict: boolean;
}

export interface DataInfo {
  readonly files: readonly SourceFile[];
  readonly roles: Roles;
  readonly rows: number;
  readonly examples: number;
  readonly target: Target;
  /** Share of each class among the labelled examples; empty for a real label. */
  readonly classShares: readonly number[];
}

/** A run being written. */
export interface RunFolder {
  readonly path: string;
  append(cell: Cell, records: readonly TrialRecord[], poison: Poison | null): Promise<void>;
  close(status: Exclude<Manifest["status"], "started">, finishedAt: string, error?: string): Promise<void>;
  /** Takes everything away again. */
  discard(): Promise<void>;
}

const manifestName = "manifest.json";
const recordsName = "records.jsonl";

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
  if (existsSync(join(path, manifestName))) throw new UsageError(`--out ${path} holds another run: name a new folder`);
  if (readdirSync(path).length > 0) throw new UsageError(`--out ${path} is not empty: name a new folder`);
}

/** @throws UsageError where the folder cannot be written */
export async function createRunFolder(path: string, manifest: Manifest): Promise<RunFolder> {
  checkRunPath(path);
  const created = await mkdir(join(path, "poison"), { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.replace(/, mkdir .*$/, "") : String(error);
    throw new UsageError(`--out ${path} cannot be written: ${reason}`);
  });
  await writeManifest(path, manifest);
  const records = await open(join(path, recordsName), "a");

  return {
    path,
    async append(cell, batch, poison) {
      if (poison !== null) {
        const { seed, attack, budgetFraction, trials } = cell;
        const patch = { schema: 1, attack, budgetFraction, seed, trials: trials.map(({ id }) => id), poison };
        await writeFile(join(path, "poison", `${trials[0].id}.json`), `${stringifyExactly(patch)}\n`);
      }
      await records.appendFile(batch.map((record) => `${stringifyExactly(record)}\n`).join(""));
      await records.sync();
    },
    async close(status, finishedAt, error) {
      await records.close();
      await writeManifest(path, { ...manifest, status, finishedAt, ...(error === undefined ? {} : { error }) });
    },
    async discard() {
      await records.close();
      for (const name of readdirSync(path)) await rm(join(path, name), { recursive: true });
      // Upwards through the folders that were not there before, unless something else has come into them.
      if (created === undefined || resolve(created) === resolve(path, "poison")) return;
      for (let folder = resolve(path); folder.length >= resolve(created).length; folder = dirname(folder)) {
        const removed = await rmdir(folder).then(
          () => true,
          () => false,
        );
        if (!removed) return;
      }
    },
  };
}

/** A run with what it has recorded so far. @throws UsageError on a folder that holds no run, or a damaged one */
export async function readRun(path: string): Promise<{ manifest: Manifest; records: TrialRecord[] }> {
  if (!existsSync(path)) throw new UsageError(`there is no run ${path}`);
  const file = join(path, manifestName);
  if (!existsSync(file)) throw new UsageError(`${path} is not a run: it has no ${manifestName}`);
  const manifest = parseManifest(file, await readFile(file, "utf8"));
  const recordsFile = join(path, recordsName);
  return { manifest, records: existsSync(recordsFile) ? parseRecords(recordsFile, await readFile(recordsFile, "utf8")) : [] };
}

function parseManifest(file: string, text: string): Manifest {
  const manifest = tryParse(text) as Partial<Manifest> | null | undefined;
  if (typeof manifest !== "object" || manifest === null || manifest.kind !== "audit" || manifest.study === undefined)
    throw new UsageError(`${file} is not the manifest of a run`);
  if (manifest.schema !== 1) throw new UsageError(`${file} has schema ${String(manifest.schema)}; this version of Theriac reads schema 1`);
  return manifest as Manifest;
}

function parseRecords(file: string, text: string): TrialRecord[] {
  const lines = text.split("\n");
  // What stands after the last line end was being written when the run was killed: it is not recorded.
  lines.pop();
  const known = new Set<string>();
  return lines.map((line, i) => {
    const record = tryParse(line);
    if (!isRecord(record)) throw new UsageError(`${file}: line ${i + 1} is not the record of a trial`);
    if (known.has(record.id)) throw new UsageError(`${file}: line ${i + 1} records trial ${record.id} again`);
    known.add(record.id);
    return record;
  });
}

function isRecord(value: unknown): value is TrialRecord {
  if (typeof value !== "object" || value === null) return false;
  const { id, status, seed, metrics, detections } = value as Partial<TrialRecord>;
  const isWhole = typeof seed === "number" && typeof metrics === "object" && Array.isArray(detections);
  return typeof id === "string" && (status === "ok" || status === "failed") && isWhole;
}

function tryParse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/** In one step, so that whoever looks sees the old one or the new one. */
async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const temporary = join(path, `.${manifestName}.part`);
  await writeFile(temporary, `${stringifyExactly(manifest, 2)}\n`);
  await rename(temporary, join(path, manifestName));
}
