import { totalmem } from "node:os";
import { resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Table } from "../../core/table.ts";
import { findLeaks } from "../../data/leaks.ts";
import { buildTable } from "./build-table.ts";
import { lookAtVectors } from "./columns/vector-magnitudes.ts";
import { withinMemory } from "./duckdb.ts";
import { findFiles } from "./find/find-files.ts";
import { findWrongLabel } from "./find-wrong-label.ts";
import { checkMemory, estimateBytes } from "./memory.ts";
import { placeOfRow } from "./place-of-row.ts";
import { type TextProfile, profileNumbers } from "./profile.ts";
import type { RawData } from "./raw.ts";
import type { FoundFiles, ReaderInput, VectorData } from "./reader.ts";
import { readers } from "./readers.ts";
import { readLabels } from "./read-labels.ts";
import { refuseFormatOptions } from "./refuse-format-options.ts";
import type { Note, ReadRequest, ReadResult } from "./request.ts";
import { type AskedColumns, resolveColumns } from "./resolve-columns.ts";
import type { Texts } from "./texts.ts";
import { withStandardInput } from "./find/standard-input.ts";
import { doubtTexts } from "./text-doubts.ts";

/** Reads the data that `request` names into a raw table with roles. Every guess is a note; whatever is wrong is a UsageError of one line. */
export function readTable(request: ReadRequest): Promise<ReadResult> {
  return withStandardInput(request.data, (data) => readNamed({ ...request, data }));
}

async function readNamed(request: ReadRequest): Promise<ReadResult> {
  const named = findFiles(request.data, request.format);
  const found = request.against === undefined ? named : withOldRows(named, request.against, request);
  refuseFormatOptions(found, request);
  const limitBytes = request.memoryLimitBytes ?? totalmem() / 2;
  if (!(limitBytes > 0)) throw new UsageError(`the memory limit must be a positive number of bytes, got ${limitBytes}`);
  if (request.predict !== undefined && request.predict !== "classes" && request.predict !== "number") {
    throw new UsageError(`--predict must be classes or number, got "${String(request.predict)}"`);
  }
  checkMemory(found.paths, estimateBytes(found.paths, readers[found.format].memoryFactor), limitBytes);
  const result = await withinMemory(() => readFound(found, request, limitBytes));
  const leaks = findLeaks(result.table).map(({ feature, label, score }): Note => {
    const what = result.table.roles.labels.length > 1 ? `the label ${label}` : "the label";
    return {
      level: "warning",
      text: `${feature} alone predicts ${what} almost perfectly (${score.toFixed(3)}): if it would not be known before the label, use --drop ${feature}`,
    };
  });
  const doubts = await doubtTexts(result.table, (row) => placeOfRow(result, row));
  const notes = [...found.notes, ...result.notes, ...doubts, ...leaks];
  if (request.against === undefined) return { ...result, notes };
  const own = named.paths.length;
  return { ...result, notes, files: result.files.slice(0, own), oldFiles: result.files.slice(own) };
}

/** Old rows are read with the new ones, so that both are understood alike. @throws UsageError where they are of another format */
function withOldRows(named: FoundFiles, against: string, { format }: ReadRequest): FoundFiles {
  const old = findFiles(against, format);
  if (old.format !== named.format)
    throw new UsageError(`--against ${against} is ${old.format} and ${named.paths[0]} is ${named.format}: write both in one format`);
  if (readers[named.format].table !== undefined) throw new UsageError(`--against: ${named.format} are no rows of cells, which it compares`);
  const same = old.paths.find((path) => named.paths.some((other) => resolve(other) === resolve(path)));
  if (same !== undefined) throw new UsageError(`--against ${against}: ${same} is one of the files that are to be scanned`);
  return { ...named, paths: [...named.paths, ...old.paths], notes: [...named.notes, ...old.notes] };
}

async function readFound(found: FoundFiles, request: ReadRequest, limitBytes: number): Promise<ReadResult> {
  const reader = readers[found.format];
  const input: ReaderInput = { found, request, limitBytes, numbersAs: "numbers" };
  if (reader.table !== undefined) return reader.table(input, { load: loadLabels(request, limitBytes), placeOf: placeOfRow });
  if (reader.vectors === undefined) return readCells(found, request, limitBytes);
  const vectors = await reader.vectors(input);
  const { table, notes } = vectorTable(vectors, found, request);
  return { table, notes: [...vectors.notes, ...notes], files: vectors.files, dialect: vectors.dialect };
}

async function readCells(found: FoundFiles, request: ReadRequest, limitBytes: number): Promise<ReadResult> {
  const raw = await loadRaw(found, request, limitBytes);
  const said: Note[] = [];
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

/** Loads a table of labels of images, whatever the options say of the images. */
function loadLabels(request: ReadRequest, limitBytes: number): (path: string) => Promise<RawData> {
  const { format: _, ...plain } = request;
  return (path) => loadRaw(findFiles(path), plain, limitBytes, "texts");
}

/** Any format of cells, into the database; numbers in typed files as numbers or as texts. */
export function loadRaw(
  found: FoundFiles,
  request: ReadRequest,
  limitBytes: number,
  numbersAs: "numbers" | "texts" = "numbers",
): Promise<RawData> {
  const { load } = readers[found.format];
  if (load === undefined) throw new UsageError(`${found.paths[0]}: ${found.format} data have no columns of cells`);
  return load({ found, request, limitBytes, numbersAs });
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
  { name, labelName, matrix, labels }: VectorData,
  found: FoundFiles,
  request: ReadRequest,
): { table: Table; notes: readonly Note[] } {
  refuseRoles([labelName, name], found, request);
  const profile = labels instanceof Float64Array ? profileNumbers(labelName, labels) : profileTexts(labelName, labels);
  const { columns, kind, notes } = readLabels([profile], request.predict);
  const wrong = kind === "number" && labels instanceof Float64Array ? findWrongLabel(labels) : null;
  if (wrong !== null) throw new UsageError(`${found.paths[0]}: row ${wrong.row + 1}: ${wrong.why}`);
  const sizes = lookAtVectors(matrix);
  if (sizes.error !== null) throw new UsageError(`${found.paths[0]}: ${sizes.error}`);
  const table: Table = {
    rows: matrix.rows,
    columns: [...columns.values(), { kind: "vector", name, matrix }],
    roles: { labels: [labelName], features: [name], task: null, source: null, id: null },
  };
  return { table, notes: [...notes, ...sizes.notes] };
}

/** Texts that are classes, whatever they look like. */
function profileTexts(name: string, { codes, names }: Texts): TextProfile {
  const missing = codes.reduce((sum, code) => sum + Number(code < 0), 0);
  return { kind: "text", name, codes, names, missing, distinct: names.length, averageWords: 1, isDate: false };
}
