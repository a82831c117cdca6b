import { totalmem } from "node:os";
import { UsageError } from "../../core/errors.ts";
import type { Column, Table } from "../../core/table.ts";
import { findLeaks } from "../../data/leaks.ts";
import type { SparseMatrix } from "../../numeric/matrix.ts";
import { buildTable } from "./build-table.ts";
import { lookAtVectors } from "./columns/vector-magnitudes.ts";
import { withinMemory } from "./duckdb.ts";
import { type FoundFiles, findFiles } from "./find-files.ts";
import { findWrongLabel } from "./find-wrong-label.ts";
import { loadDelimited } from "./load-delimited.ts";
import { loadJsonl } from "./load-jsonl.ts";
import { loadParquet } from "./load-parquet.ts";
import { checkMemory, estimateBytes } from "./memory.ts";
import type { NumberProfile, TextProfile } from "./profile.ts";
import type { RawData } from "./raw.ts";
import { readIdx } from "./read-idx.ts";
import { readImages } from "./read-images.ts";
import { readLabels } from "./read-labels.ts";
import { readSvmlight } from "./read-svmlight.ts";
import type { Note, ReadRequest, ReadResult } from "./request.ts";
import { type AskedColumns, resolveColumns } from "./resolve-columns.ts";

/** Reads the data that `request` names into a raw table with roles. Every guess is a note; whatever is wrong is a UsageError of one line. */
export async function readTable(request: ReadRequest): Promise<ReadResult> {
  const found = findFiles(request.data, request.format);
  if (request.labelFile !== undefined && found.format !== "idx")
    throw new UsageError(`--label-file goes with images in IDX files, and ${found.paths[0]} is ${found.format}`);
  const about = request.imageSize !== undefined ? "--image-size" : request.colour === true ? "--colour" : null;
  if (about !== null && found.format !== "images")
    throw new UsageError(`${about} goes with images in PNG and JPEG files, and ${found.paths[0]} is ${found.format}`);
  const limitBytes = request.memoryLimitBytes ?? totalmem() / 2;
  if (!(limitBytes > 0)) throw new UsageError(`the memory limit must be a positive number of bytes, got ${limitBytes}`);
  if (request.predict !== undefined && request.predict !== "classes" && request.predict !== "number") {
    throw new UsageError(`--predict must be classes or number, got "${String(request.predict)}"`);
  }
  checkMemory(found.paths, estimateBytes(found.paths, found.format), limitBytes);
  const result = await withinMemory(() =>
    found.format === "svmlight"
      ? readVectors(found, request)
      : found.format === "idx"
        ? Promise.resolve(readIdxImages(found, request, limitBytes))
        : found.format === "images"
          ? readImageFolder(found, request, limitBytes)
          : readCells(found, request, limitBytes),
  );
  const leaks = findLeaks(result.table).map(({ feature, label, score }): Note => {
    const what = result.table.roles.labels.length > 1 ? `the label ${label}` : "the label";
    return {
      level: "warning",
      text: `${feature} alone predicts ${what} almost perfectly (${score.toFixed(3)}): if it would not be known before the label, use --drop ${feature}`,
    };
  });
  return { ...result, notes: [...found.notes, ...result.notes, ...leaks] };
}

async function readCells(found: FoundFiles, request: ReadRequest, limitBytes: number): Promise<ReadResult> {
  const raw = await loadRaw(found, request, limitBytes);
  const said: Note[] = [...raw.notes];
  try {
    return await buildTable(raw, found.paths.length === 1 ? found.paths[0] : request.data, request, said);
  } catch (error) {
    // What was noticed before is often why.
    const warnings = said.filter(({ level, text }) => level === "warning" && !(error as Error).message.includes(text));
    if (!(error instanceof UsageError) || warnings.length === 0) throw error;
    const shown = warnings.slice(0, 5).map(({ text }) => text);
    throw new UsageError(`${error.message}; noticed before: ${shown.join("; ")}`);
  } finally {
    raw.connection.closeSync();
  }
}

/** Any format of cells, into the database; numbers in typed files as numbers or as texts. */
export function loadRaw(
  found: FoundFiles,
  request: ReadRequest,
  limitBytes: number,
  numbersAs: "numbers" | "texts" = "numbers",
): Promise<RawData> {
  if (found.format === "parquet") return loadParquet(found, limitBytes, numbersAs);
  if (found.format === "jsonl") return loadJsonl(found, limitBytes);
  return loadDelimited(found, request, limitBytes);
}

async function readVectors(found: FoundFiles, request: ReadRequest): Promise<ReadResult> {
  const { matrix, labels, files, dialect } = await readSvmlight(found);
  const { table, notes } = vectorTable("features", matrix, labels, found, request);
  return { table, notes, files, dialect };
}

function readIdxImages(found: FoundFiles, request: ReadRequest, limitBytes: number): ReadResult {
  const { matrix, labels, files, dialect, notes } = readIdx(found.paths, request.labelFile, limitBytes);
  const made = vectorTable("image", matrix, labels, found, request);
  return { table: made.table, notes: [...notes, ...made.notes], files, dialect };
}

/** Images by the folders they lie in; their names identify them. */
async function readImageFolder(found: FoundFiles, request: ReadRequest, limitBytes: number): Promise<ReadResult> {
  if (request.predict === "number")
    throw new UsageError(`${request.data}: the label of an image is the name of its folder, which is no number`);
  refuseRoles(["label", "image", "file"], found, request);
  const { matrix, labels, names, size, files, dialect } = await readImages(found.paths, request, limitBytes);
  const classes = [...new Set(labels)];
  const codes = Int32Array.from(labels, (label) => classes.indexOf(label));
  const profile: TextProfile = {
    ...{ kind: "text", name: "label", codes, names: classes },
    ...{ missing: 0, distinct: classes.length, averageWords: 1, isDate: false },
  };
  const { columns, notes } = readLabels([profile], "classes");
  const file: Column = { kind: "category", name: "file", codes: Int32Array.from(names.keys()), names };
  const kind = request.colour === true ? "colour (override by leaving --colour out)" : "grey (override with --colour)";
  const how = request.imageSize === undefined ? "" : ", to which they were resized";
  return {
    table: {
      rows: names.length,
      columns: [...columns.values(), { kind: "vector", name: "image", matrix }, file],
      roles: { labels: ["label"], features: ["image"], task: null, source: null, id: "file" },
    },
    notes: [{ level: "info", text: `images of ${size.width} × ${size.height} pixels${how}, in ${kind}` }, ...notes],
    files,
    dialect,
  };
}

/** @throws UsageError where a role is asked for that vectors with a label do not have */
function refuseRoles(columns: readonly string[], found: FoundFiles, request: ReadRequest): void {
  const asked: AskedColumns = resolveColumns(request, columns, new Map(), found.paths[0]);
  const wrong = [asked.task, asked.source, asked.id, ...asked.text, ...asked.drop].find((name) => name !== null);
  if (wrong !== undefined)
    throw new UsageError(`${found.paths[0]}: ${found.format} data has a label and features and no other roles, got "${wrong}"`);
}

/** A column of vectors and a label. */
function vectorTable(
  name: string,
  matrix: SparseMatrix,
  labels: Float64Array,
  found: FoundFiles,
  request: ReadRequest,
): { table: Table; notes: readonly Note[] } {
  refuseRoles(["label", name], found, request);
  const distinct = new Set(labels);
  const profile: NumberProfile = {
    kind: "number",
    name: "label",
    values: labels,
    missing: 0,
    infiniteRow: -1,
    allIntegers: labels.every(Number.isInteger),
    distinct: distinct.size,
    allDistinct: false,
    low: labels.reduce((low, value) => Math.min(low, value), Infinity),
    high: labels.reduce((high, value) => Math.max(high, value), -Infinity),
  };
  const { columns, kind, notes } = readLabels([profile], request.predict);
  const wrong = kind === "number" ? findWrongLabel(labels) : null;
  if (wrong !== null) throw new UsageError(`${found.paths[0]}: row ${wrong.row + 1}: ${wrong.why}`);
  const sizes = lookAtVectors(matrix);
  if (sizes.error !== null) throw new UsageError(`${found.paths[0]}: ${sizes.error}`);
  const table: Table = {
    rows: labels.length,
    columns: [...columns.values(), { kind: "vector", name, matrix }],
    roles: { labels: ["label"], features: [name], task: null, source: null, id: null },
  };
  return { table, notes: [...notes, ...sizes.notes] };
}
