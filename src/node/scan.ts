import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../catalog.ts";
import type { Signal } from "../core/context.ts";
import type { TrustedRelation } from "../core/detector.ts";
import { UsageError } from "../core/errors.ts";
import { targetOf, taskNames } from "../core/examples.ts";
import { resolveParams } from "../core/params.ts";
import { type Cell, type Table, cellOf, columnOf } from "../core/table.ts";
import { encoderParams } from "../data/encoder.ts";
import { methodOf } from "../study/config.ts";
import { scanData } from "../study/scan/scan-data.ts";
import type { RowFinding, ScanResult } from "../study/scan/scan-result.ts";
import { type AuditConfig, readRequestOf } from "./audit-config.ts";
import { type Provenance, provenance } from "./provenance.ts";
import { readTable } from "./read/read-table.ts";
import { type Note, type ReadRequest, type SourceFile, notesOf } from "./read/request.ts";
import { defaults, resolveDetectors, resolveLearning } from "./resolve-study.ts";
import { tuneOnWhole } from "./train-whole.ts";

export interface ScanConfig extends Pick<AuditConfig, "data" | "learner" | "encoder" | "detectors" | "effort" | "sharing" | "seed"> {
  /** What `theriac tasks --json` printed of earlier data of the same tasks, which nobody could touch. */
  readonly trusted?: string;
  /** Folder that the findings are written to; none by default. */
  readonly out?: string;
}

export interface ScanHooks {
  readonly signal?: Signal;
  readonly onNote?: (note: Note) => void;
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

export interface Scan extends ScanResult {
  readonly table: Table;
}

/** What a scan leaves in its folder beside the findings. */
export interface ScanManifest extends Provenance {
  readonly schema: 1;
  readonly kind: "scan";
  readonly status: "finished";
  readonly finishedAt: string;
  readonly read: ReadRequest;
  readonly files: readonly SourceFile[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly flagged: number;
  readonly expectedFalseAlarms: number;
  readonly detectors: ScanResult["detectors"];
  readonly sources: ScanResult["sources"];
  readonly tasks: ScanResult["tasks"];
}

export const scanFiles = { manifest: "manifest.json", findings: "findings.jsonl", review: "review.csv" } as const;

/** Rows that are not flagged and yet go into the file for review. */
const reviewedBelow = 50;
const linesAtOnce = 4096;

/**
 * Scores the rows of the data as they are, with nothing simulated, and writes what it found where a folder is named.
 *
 * @throws UsageError where the request is wrong; NumericalError where the learner cannot be trained at all
 */
export async function scan(config: ScanConfig, hooks: ScanHooks = {}): Promise<Scan> {
  if (config.out !== undefined) refuseFolder(config.out);
  const read = readRequestOf(config.data ?? {});
  const { table, notes, files } = await readTable(read);
  for (const note of notesOf({ notes }, "warning")) hooks.onNote?.(note);
  const { learner, sharing, setting, notes: learningNotes } = resolveLearning(config, table);
  const detectors = resolveDetectors(config, targetOf(table).kind, setting, ["row", "source", "task"], "scan").map(({ id, params }) => ({
    method: methodOf("detector", catalog.detectors, id),
    params,
  }));
  const trusted = config.trusted === undefined ? null : readTrusted(config.trusted, table);
  for (const note of [...notesOf({ notes }, "info"), ...learningNotes]) hooks.onNote?.(note);
  const firstSeed = config.seed ?? defaults.seed;
  const encoder = resolveParams("encoder", encoderParams, { ...config.encoder });
  hooks.onProgress?.(0, detectors.length + 1, `choosing the parameters of ${learner.id}`);
  const { rng, clean, pipeline } = await tuneOnWhole(table, { encoder, learner, sharing, firstSeed });
  const usable = detectors.filter(({ method }) => method.subject !== "source" || table.roles.source !== null);
  const result = await scanData(pipeline.encode(clean, null), pipeline, usable, {
    rng: rng.fork("scan"),
    signal: hooks.signal,
    trusted,
    onDetector: (done, total, id) => hooks.onProgress?.(done + 1, total + 1, id),
  });
  if (config.out !== undefined) {
    const settings = {
      learner,
      sharing,
      encoder,
      seed: firstSeed,
      detectors: usable.map(({ method, params }) => ({ id: method.id, params })),
    };
    await writeScan(config.out, table, result, { read, files, settings });
  }
  return { ...result, table };
}

function refuseFolder(path: string): void {
  if (existsSync(join(path, scanFiles.manifest))) throw new UsageError(`--out ${path} holds another run: name a new folder`);
}

/** The relation by the names of its tasks; pairs that it does not know are unrelated. */
function readTrusted(path: string, table: Table): TrustedRelation {
  const wrong = (why: string): UsageError => new UsageError(`--trusted ${path}: ${why}; theriac tasks --json writes such a file`);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw wrong(`it cannot be read as JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const { tasks, relation } = (document ?? {}) as { tasks?: unknown; relation?: unknown };
  if (!Array.isArray(tasks) || !Array.isArray(relation) || relation.length !== tasks.length)
    throw wrong("it holds no tasks with their relation");
  const names = taskNames(table);
  const place = names.map((name) => tasks.indexOf(name));
  if (place.every((at) => at < 0)) throw wrong(`none of its tasks is in the data (${names.slice(0, 3).join(", ")}, …)`);
  const out = new Float64Array(names.length ** 2);
  place.forEach((from, i) =>
    place.forEach((to, j) => {
      const value: unknown = from < 0 || to < 0 ? null : (relation as unknown[][])[from][to];
      out[i * names.length + j] = i === j ? 1 : typeof value === "number" ? value : 0;
    }),
  );
  return { relation: out };
}

async function writeScan(
  path: string,
  table: Table,
  result: ScanResult,
  about: Pick<ScanManifest, "read" | "files" | "settings">,
): Promise<void> {
  const { rows, sources, tasks, detectors, expectedFalseAlarms } = result;
  const manifest: ScanManifest = {
    schema: 1,
    kind: "scan",
    status: "finished",
    finishedAt: new Date().toISOString(),
    ...(await provenance()),
    ...about,
    rows: table.rows,
    flagged: rows.filter(({ flagged }) => flagged).length,
    expectedFalseAlarms,
    detectors,
    sources,
    tasks,
  };
  try {
    mkdirSync(path, { recursive: true });
    writeLines(join(path, scanFiles.findings), rows);
    writeFileSync(join(path, scanFiles.review), reviewFile(table, rows));
    writeFileSync(join(path, scanFiles.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--out ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One JSON line for each, some thousands at a time: those of a million rows would be too long for one string. */
function writeLines(path: string, rows: readonly RowFinding[]): void {
  const file = openSync(path, "w");
  try {
    for (let from = 0; from < rows.length; from += linesAtOnce) {
      const some = rows.slice(from, from + linesAtOnce);
      const bytes = Buffer.from(some.map((row) => `${JSON.stringify(row)}\n`).join(""));
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    }
  } finally {
    closeSync(file);
  }
}

/** What a moderator decides on: every flagged row and some of the next, with an empty decision. */
function reviewFile(table: Table, rows: readonly RowFinding[]): string {
  const flagged = rows.filter((row) => row.flagged);
  const shown = [...flagged, ...rows.filter((row) => !row.flagged).slice(0, reviewedBelow)];
  const { id, source, labels } = table.roles;
  const columns = [...new Set([...(id === null ? [] : [id]), ...(source === null ? [] : [source]), ...labels])].filter(
    (name) => !["row", "decision", "flagged", "score", "reasons"].includes(name),
  );
  const lines = shown.map(({ row, flagged: is, score, reasons }) => [
    String(row),
    "",
    is ? "yes" : "no",
    score.toPrecision(4),
    reasons.join("; "),
    ...columns.map((name) => cellText(cellOf(columnOf(table, name), row))),
  ]);
  return [["row", "decision", "flagged", "score", "reasons", ...columns], ...lines]
    .map((cells) => `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`)
    .join("");
}

function cellText(cell: Cell): string {
  return cell === null || typeof cell === "object" ? "" : String(cell);
}
