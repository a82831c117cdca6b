import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Table } from "../core/table.ts";
import type { NotRun, ScanResult } from "../study/scan/scan-result.ts";
import type { CopiedReading } from "./kinds/attackable.ts";
import { type RatingsScanConfig, ratingsScan } from "./kinds/ratings-scan.ts";
import type { RowsOfScan, ScanHooks, Scannable } from "./kinds/scannable.ts";
import { type ScanConfig, tableScan } from "./kinds/table-scan.ts";
import type { RatingRows } from "./read/ratings/read-ratings.ts";
import { type Note, type ReadResult, notesOf } from "./read/request.ts";
import { rowLines } from "./scan/row-lines.ts";
import { scanFiles, writeScan } from "./scan/scan-folder.ts";
import { holdFolder } from "./write/hold-folder.ts";
import { useMethods } from "./methods/own-methods.ts";
import { checkNewFiles } from "./write/write-files.ts";

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
}

export interface Scan extends ScanOf<ReadResult> {
  readonly table: Table;
}

/**
 * Scores the rows of a table as they are, with nothing simulated, and writes what it found where a folder is named.
 *
 * @throws UsageError where the request is wrong; NumericalError where the learner cannot be trained at all
 */
export async function scan(config: ScanConfig, hooks: ScanHooks = {}): Promise<Scan> {
  const found = await scanData(tableScan, config, hooks);
  return { ...found, table: found.read.table };
}

/** The same of ratings: accounts are judged, and rows by them. @throws UsageError where the request is wrong */
export function scanRatings(config: RatingsScanConfig, hooks: ScanHooks = {}): Promise<ScanOf<RatingRows>> {
  return scanData(ratingsScan, config, hooks);
}

/** The same of data of any kind. @throws UsageError where the request is wrong; then nothing was written */
export async function scanData<
  C extends { readonly out?: string; readonly includeRows?: boolean; readonly methods?: readonly string[] },
  Q extends { readonly data: string },
  R extends CopiedReading,
  S,
>(kind: Scannable<C, Q, R, S>, config: C, hooks: ScanHooks = {}): Promise<ScanOf<R>> {
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
  C extends { readonly out?: string; readonly includeRows?: boolean; readonly methods?: readonly string[] },
  Q extends { readonly data: string },
  R extends CopiedReading,
  S,
>(kind: Scannable<C, Q, R, S>, config: C, hooks: ScanHooks): Promise<ScanOf<R>> {
  const tell = (notes: readonly Note[]): void => notes.forEach((note) => hooks.onNote?.(note));
  await useMethods(config.methods ?? []);
  kind.checkConfig(config);
  const request = kind.requestOf(config);
  const read = await kind.read(request);
  tell(notesOf(read, "warning"));
  const { asked, notes } = kind.resolve(config, read);
  tell([...notesOf(read, "info"), ...notes]);
  const { result, settings, notRun, cannotSee } = await kind.look(read, asked, hooks);
  const lines = rowLines(read);
  const rowsOfData = kind.rowsOf(read);
  if (config.out !== undefined)
    await writeScan(config.out, rowsOfData, result, lines, {
      ...{ dataKind: kind.id, read: request, files: read.files, settings, notes: [...read.notes, ...notes], notRun, cannotSee },
      includeRows: config.includeRows === true,
    });
  return { ...result, read, rowsOfData, lines, notRun, cannotSee };
}
