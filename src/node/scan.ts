import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Table } from "../core/table.ts";
import type { NotRun, ScanResult } from "../study/scan/scan-result.ts";
import type { CopiedReading } from "./kinds/attackable.ts";
import type { DialoguesScanConfig } from "./config/dialogues-config.ts";
import { dialoguesScan } from "./kinds/dialogues-scan.ts";
import { type RatingsScanConfig, ratingsScan } from "./kinds/ratings-scan.ts";
import type { OldRows, RowsOfScan, ScanHooks, Scannable, Sight } from "./kinds/scannable.ts";
import { type ScanConfig, tableScan } from "./kinds/table-scan.ts";
import type { DialoguesRead } from "./read/dialogues/read-dialogues.ts";
import type { RatingRows } from "./read/ratings/read-ratings.ts";
import { type Note, type ReadResult, notesOf } from "./read/request.ts";
import { rowLines } from "./scan/row-lines.ts";
import { scanFiles, writeScan } from "./scan/scan-folder.ts";
import { holdFolder } from "./write/hold-folder.ts";
import { useMethods } from "./methods/own-methods.ts";
import { type UnitPool, openUnits } from "./workers/run-units.ts";
import { checkNewFiles } from "./write/write-files.ts";

export interface ScanJob extends Omit<ScanHooks, "signal" | "share"> {
  readonly signal?: AbortSignal;
  /**
   * Worker threads that hear the detectors; 1 by default, which is none beside this one. "as pays": one for each core, unless the data are so few that starting threads takes
   * longer than they save. What is found does not depend on it.
   */
  readonly jobs?: number | "as pays";
}

/** What a scan found in data that were read as `R`. */
export interface ScanOf<R> extends ScanResult {
  readonly read: R;
  readonly rowsOfData: RowsOfScan;
  /** The line on which each row of the data begins, from 1; null where the data have no lines. */
  readonly lines: Int32Array | null;
  /** Detectors that said nothing, and why. */
  readonly notRun: readonly NotRun[];
  /** What such a scan could not have seen, a part of a sentence each. */
  readonly cannotSee: readonly string[];
  /** The old rows that an addition was held against; absent where the whole was scanned. */
  readonly old?: OldRows;
}

export interface Scan extends ScanOf<ReadResult> {
  readonly table: Table;
}

/**
 * Scores the rows of a table as they are, with nothing simulated, and writes what it found where a folder is named.
 *
 * @throws UsageError where the request is wrong; NumericalError where the learner cannot be trained at all
 */
export async function scan(config: ScanConfig, hooks: ScanJob = {}): Promise<Scan> {
  const found = await scanData(tableScan, config, hooks);
  return { ...found, table: found.read.table };
}

/** The same of ratings: accounts are judged, and rows by them. @throws UsageError where the request is wrong */
export function scanRatings(config: RatingsScanConfig, hooks: ScanJob = {}): Promise<ScanOf<RatingRows>> {
  return scanData(ratingsScan, config, hooks);
}

/** The same of fine-tuning or retrieval data: records are judged. @throws UsageError where the request is wrong */
export function scanDialogues(config: DialoguesScanConfig, hooks: ScanJob = {}): Promise<ScanOf<DialoguesRead>> {
  return scanData(dialoguesScan, config, hooks);
}

/** The same of data of any kind. @throws UsageError where the request is wrong; then nothing was written */
export async function scanData<
  C extends { readonly out?: string; readonly methods?: readonly string[]; readonly includeRows?: boolean },
  Q extends { readonly data: string },
  R extends CopiedReading,
  S,
>(kind: Scannable<C, Q, R, S>, config: C, hooks: ScanJob = {}): Promise<ScanOf<R>> {
  if (config.out === undefined) return scanInto(kind, config, hooks);
  const release = await holdFolder(config.out, "--out");
  try {
    const { out } = config;
    if (existsSync(join(out, scanFiles.manifest))) throw new UsageError(`--out ${out} holds another run: name a new folder`);
    checkNewFiles(Object.values(scanFiles).map((name) => join(out, name)));
    return await scanInto(kind, config, hooks);
  } finally {
    await release();
  }
}

async function scanInto<
  C extends { readonly out?: string; readonly methods?: readonly string[]; readonly includeRows?: boolean },
  Q extends { readonly data: string },
  R extends CopiedReading,
  S,
>(kind: Scannable<C, Q, R, S>, config: C, hooks: ScanJob): Promise<ScanOf<R>> {
  const tell = (notes: readonly Note[]): void => notes.forEach((note) => hooks.onNote?.(note));
  await useMethods(config.methods ?? []);
  kind.checkConfig(config);
  const request = kind.requestOf(config);
  const read = await kind.read(request);
  tell(notesOf(read, "warning"));
  const { asked, notes } = kind.resolve(config, read);
  tell([...notesOf(read, "info"), ...notes]);
  const { result, settings, notRun, cannotSee } = await lookOn(kind, read, asked, hooks);
  const lines = kind.linesOf === undefined ? rowLines(read) : kind.linesOf(read);
  const rowsOfData = kind.rowsOf(read);
  const old = kind.oldRowsOf?.(read) ?? null;
  if (config.out !== undefined)
    await writeScan(config.out, rowsOfData, result, lines, {
      // Who cleans the addition does not need the old rows.
      ...{
        dataKind: kind.id,
        read: withoutOld(request),
        ...(old === null ? {} : { against: old }),
        files: read.files,
        settings,
        notes: [...read.notes, ...notes],
        notRun,
        cannotSee,
      },
      includeRows: config.includeRows === true,
    });
  return { ...result, ...(old === null ? {} : { old }), read, rowsOfData, lines, notRun, cannotSee };
}

/** Bytes of data from which threads pay. */
const threadsFrom = 2 ** 20;

/** Looks on so many threads; with one, on this. */
async function lookOn<R extends CopiedReading, S>(
  { id, units, look }: Scannable<any, any, R, S>,
  read: R,
  asked: S,
  { jobs: wanted = 1, ...hooks }: ScanJob,
): Promise<Sight> {
  const bytes = read.files.reduce((sum, file) => sum + file.bytes, 0);
  const jobs = wanted === "as pays" ? (bytes < threadsFrom ? 1 : availableParallelism()) : wanted;
  if (jobs === 1 || units === undefined) return look(read, asked, hooks);
  const pools: UnitPool[] = [];
  try {
    return await look(read, asked, {
      ...hooks,
      share(data) {
        const pool = openUnits({ id, module: units.module }, data, { jobs, signal: hooks.signal });
        pools.push(pool);
        return pool;
      },
    });
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

function withoutOld<Q extends { readonly data: string }>(request: Q): Q {
  const { against: _, ...rest } = request as Q & { readonly against?: string };
  return rest as unknown as Q;
}
