import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { defaults } from "../config/options/study-defaults.ts";
import type { ScanOf } from "../scan.ts";
import type { RowsOfScan, ScanHooks } from "../kinds/scannable.ts";
import { type ScanConfig, tableScan } from "../kinds/table-scan.ts";
import { findFiles } from "../read/find/find-files.ts";
import type { Note, ReadRequest, ReadResult, SourceFile } from "../read/request.ts";
import { scanFiles, writeScan } from "../scan/scan-folder.ts";
import { holdFolder } from "../write/hold-folder.ts";
import { checkNewFiles } from "../write/write-files.ts";
import { lyingAccountsOf } from "./account-findings.ts";
import { candidatesOf } from "./candidates.ts";
import { copyGroups } from "./copy-groups.ts";
import { digestOfFile } from "../read/digest-of-file.ts";
import { judgeCandidates } from "./judge-candidates.ts";
import { surprisingRows } from "./label-findings.ts";
import { mapRows } from "./map-rows.ts";
import { type Spill, openSpill } from "./open-spill.ts";
import { parseMemory } from "./parse-bytes.ts";
import { type ReadBack, readBack } from "./read-back.ts";
import { shuffle } from "./shuffle.ts";
import { type SourceRows, openSourceRows } from "./source-rows.ts";
import { type Found, leftOut, rowsFound, tellFindings } from "./tell-findings.ts";
import { toldPhrases } from "./told-phrases.ts";

export interface PastMemory {
  /** Such as `2GB`. */
  readonly memory: string;
  /** Folder in which a folder for what does not fit is made, and removed at the end. */
  readonly spill: string;
}

const mostListedLabels = 50_000;

/**
 * Scans reviews that do not fit into memory: a map in three passes writes flat tables of whole numbers, SQL joins and groups them, and what may be a finding is read back and judged by the detectors
 * that judge data in memory. The findings have the shape of those of `scan`; rows that nothing flags are not listed. See docs/scaling.md.
 *
 * @throws UsageError where the request is wrong, or these are no reviews with a label
 */
export async function scanPastMemory(
  config: ScanConfig,
  { memory, spill: parent }: PastMemory,
  hooks: ScanHooks = {},
): Promise<ScanOf<ReadResult>> {
  const memoryBytes = parseMemory(memory, "--memory");
  refuseOptions(config);
  const request: ReadRequest = tableScan.requestOf(config);
  const found = findFiles(request.data, request.format);
  const { out } = config;
  const release = out === undefined ? null : await holdFolder(out, "--out");
  let spill: Spill | null = null;
  try {
    if (out !== undefined) {
      if (existsSync(join(out, scanFiles.manifest))) throw new UsageError(`--out ${out} holds another run: name a new folder`);
      checkNewFiles(Object.values(scanFiles).map((name) => join(out, name)));
    }
    spill = await openSpill(parent, found.paths, memoryBytes);
    const rows = await openSourceRows(spill, found, request);
    const said = await look(spill, rows, request, memoryBytes, config.seed, hooks);
    const files: SourceFile[] = [];
    for (const path of found.paths)
      files.push({
        path,
        bytes: statSync(path).size,
        sha256: await digestOfFile(path),
        rows: await rowsOf(spill, path, found.paths.length, rows.rows),
      });
    const notes: Note[] = [
      ...found.notes,
      { level: "info", text: `read piece by piece within about ${memory}: rows that nothing flags are not listed` },
    ];
    if (out !== undefined)
      await writeScan(out, said.rowsOfData, said.result, null, {
        dataKind: tableScan.id,
        read: request,
        files,
        settings: { memory, seed: config.seed ?? defaults.seed, detectors: said.result.detectors.map(({ id }) => ({ id })) },
        notes,
        notRun: said.notRun,
        cannotSee: said.cannotSee,
        includeRows: config.includeRows === true,
      });
    const { result, rowsOfData, notRun, cannotSee } = said;
    return {
      ...result,
      totalRows: said.rowsOfData.rows,
      read: { ...said.back.read, files, notes },
      rowsOfData,
      lines: null,
      notRun,
      cannotSee,
    };
  } finally {
    spill?.close();
    await release?.();
  }
}

async function look(spill: Spill, rows: SourceRows, request: ReadRequest, memoryBytes: number, seed: number | undefined, hooks: ScanHooks) {
  const { connection, folder } = spill;
  const { signal } = hooks;
  const rng = makeRng(seed ?? defaults.seed).fork("past memory");
  let step = 0;
  const onStep = (text: string): void => hooks.onProgress?.(step++, 20, text);
  const { labelled } = await mapRows(spill, rows, { memoryBytes, rng, signal, onStep });
  await shuffle(connection, folder, (name) => onStep(`grouping: ${name.replaceAll("_", " ")}`), signal);
  onStep("rows to be judged");
  const copies = await copyGroups(connection, rows.rows);
  const candidates = await candidatesOf(connection, folder, copies, rows.rows, rng);
  const wanted = Int32Array.from(new Set([...candidates.background, ...candidates.all.flatMap(({ records }) => [...records])])).sort();
  const back = await readBack(connection, folder, "judged", wanted, request, rows.date);
  onStep("judging them");
  const judged = await judgeCandidates(back, candidates.all, labelled, seed, signal === undefined ? {} : { signal });
  const found: Found = {
    judged,
    copies,
    phrases: await toldPhrases(connection, judged, back),
    liars: rows.source === null ? [] : await lyingAccountsOf(connection, (record) => copies.groupOf[record] >= 0),
    labels: await surprisingRows(connection, mostListedLabels),
    classes: rows.classes,
  };
  onStep("reading back what was found");
  // With rows at random, since a few rows of one class alone are no table that can be read.
  const records = Int32Array.from(new Set([...rowsFound(found), ...candidates.background])).sort();
  const listed = await readBack(connection, folder, "listed", records, request, rows.date);
  const result = tellFindings(found, listed);
  return { result, back: listed, rowsOfData: rowsOfListed(listed, rows), ...leftOut(result, found, candidates, rows.source !== null) };
}

/** The rows that are listed, by their places in the data; of others nothing is known here. */
function rowsOfListed({ read, records }: ReadBack, { rows, classes }: SourceRows): RowsOfScan {
  const own = tableScan.rowsOf(read);
  const placeOf = new Map(Array.from(records, (record, at) => [record, at]));
  return {
    rows,
    columns: own.columns.map(({ name, cellOf }) => ({ name, cellOf: (row) => cellOf(placeOf.get(row)!) })),
    known: classes,
    nameOf: (row) => (read.table.roles.id === null || !placeOf.has(row) ? String(row + 1) : own.nameOf(placeOf.get(row)!)),
    contentOf: (row) => own.contentOf!(placeOf.get(row)!),
  };
}

async function rowsOf({ connection }: Spill, path: string, files: number, rows: number): Promise<number> {
  if (files === 1) return rows;
  const from = path.toLowerCase().match(/\.(parquet|pq)$/) ? "read_parquet($1)" : "read_csv($1, all_varchar = true, header = true)";
  const read = await connection.runAndReadAll(`SELECT CAST(COUNT(*) AS DOUBLE) FROM ${from}`, [path]);
  return read.getRowsJS()[0][0] as number;
}

/** What goes with data in memory alone. */
const inMemory = ["learner", "encoder", "detectors", "sharing", "trusted", "probabilities", "embeddings", "against", "methods"] as const;

function refuseOptions(config: ScanConfig): void {
  const wrong = inMemory.find((key) => config[key] !== undefined);
  if (wrong !== undefined)
    throw new UsageError(
      `--${wrong === "detectors" ? "detector" : wrong} does not go with --memory, which has its own way to look: scan without --memory, or leave it out`,
    );
  if (config.effort !== undefined && config.effort !== "quick")
    throw new UsageError(`--effort ${config.effort} does not go with --memory, which looks in one way only: leave it out`);
}
