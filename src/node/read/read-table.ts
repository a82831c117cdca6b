import { totalmem } from "node:os";
import { UsageError } from "../../core/errors.ts";
import type { Column, Table } from "../../core/table.ts";
import type { SparseMatrix } from "../../numeric/matrix.ts";
import { findLeaks } from "../../data/leaks.ts";
import { namedColumn, printedTexts } from "./build-columns.ts";
import { chooseFeatures, chooseLabels } from "./choose-features.ts";
import { chooseVectors } from "./choose-vectors.ts";
import { fetchTexts, internalName, withinMemory } from "./duckdb.ts";
import { type FoundFiles, findFiles } from "./find-files.ts";
import { lineOfRow, loadDelimited } from "./load-delimited.ts";
import { loadJsonl } from "./load-jsonl.ts";
import { loadParquet } from "./load-parquet.ts";
import { checkMemory, estimateBytes } from "./memory.ts";
import { type NumberProfile, type ProfiledColumn, type TextProfile, profileColumns } from "./profile.ts";
import type { RawData } from "./raw.ts";
import { readIdx } from "./read-idx.ts";
import { readImages } from "./read-images.ts";
import { readLabels, sortClasses } from "./read-labels.ts";
import { readSvmlight } from "./read-svmlight.ts";
import type { Note, ReadRequest, ReadResult, SourceFile, Dialect } from "./request.ts";
import { type AskedColumns, resolveColumns } from "./resolve-columns.ts";
import { withStandardInput } from "./standard-input.ts";

/** Reads the data that `request` names into a raw table with roles. Every guess is a note; whatever is wrong is a UsageError of one line. */
export function readTable(request: ReadRequest): Promise<ReadResult> {
  return withStandardInput(request.data, (data) => readNamed({ ...request, data }));
}

async function readNamed(request: ReadRequest): Promise<ReadResult> {
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
  try {
    const names = raw.columns.map((column) => column.name);
    const chosen = chooseVectors(request, raw.vectors);
    const where = found.paths.length === 1 ? found.paths[0] : request.data;
    const asked = { ...resolveColumns(chosen.request, names, raw.unreadable, where), vectors: chosen.vectors };
    const { labels, notes: labelNotes } = chooseLabels(asked.labels, names);
    const profiles = await profileColumns(raw);
    const { features, texts, notes: featureNotes } = chooseFeatures(profiles, asked, labels, raw.rows);
    const used = new Set([...features, ...labels]);
    for (const profile of profiles) if (profile.kind === "number" && used.has(profile.name)) await refuseInfinity(raw, profile);

    const labelProfiles = labels.map((name) => profiles[names.indexOf(name)]);
    const { columns: labelColumns, notes: kindNotes } = readLabels(labelProfiles, request.predict);
    const groups = new Set([asked.task, asked.source]);
    const columns: Column[] = [];
    for (const [j, profile] of profiles.entries()) {
      const label = labelColumns.get(profile.name);
      if (label !== undefined) columns.push(label);
      else if (groups.has(profile.name)) columns.push(await groupColumn(raw, j, profile));
      else columns.push(plainColumn(profile, texts.has(profile.name), used.has(profile.name)));
    }
    for (const { name, matrix } of raw.vectors) columns.push({ kind: "vector", name, matrix });
    const leftOut = [...raw.unreadable].map(([name, why]): Note => ({ level: "warning", text: `column "${name}" is left out: ${why}` }));
    return {
      table: {
        rows: raw.rows,
        columns,
        roles: { labels, features: [...features, ...chosen.features], task: asked.task, source: asked.source, id: asked.id },
      },
      notes: [...raw.notes, ...leftOut, ...labelNotes, ...kindNotes, ...featureNotes],
      files: raw.files,
      dialect: raw.dialect,
    };
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
  if (found.format === "jsonl" || found.format === "json") return loadJsonl(found, limitBytes);
  return loadDelimited(found, request, limitBytes, numbersAs);
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
  };
  const { columns, notes } = readLabels([profile], request.predict);
  const table: Table = {
    rows: labels.length,
    columns: [...columns.values(), { kind: "vector", name, matrix }],
    roles: { labels: ["label"], features: [name], task: null, source: null, id: null },
  };
  return { table, notes };
}

/** A column without a special role. Infinities where nobody looks are missing. */
function plainColumn(profile: ProfiledColumn, isText: boolean, isUsed: boolean): Column {
  if (profile.kind === "number" && !isText) {
    if (isUsed || profile.infiniteRow < 0) return { kind: "number", name: profile.name, values: profile.values };
    return { kind: "number", name: profile.name, values: profile.values.map((value) => (Number.isFinite(value) ? value : NaN)) };
  }
  if (profile.kind === "text" && isText) return { kind: "text", name: profile.name, codes: profile.codes, names: profile.names };
  const texts = printedTexts(profile);
  if (isText) return { kind: "text", name: profile.name, ...texts };
  const isDate = profile.kind === "text" && profile.isDate && !isUsed;
  return namedColumn(isDate ? "date" : "category", profile.name, texts, sortClasses(texts.names));
}

/** Tasks and sources. Whole numbers too long for a double are taken as they stand, or two accounts could become one. */
async function groupColumn(raw: RawData, j: number, profile: ProfiledColumn): Promise<Column> {
  const isLong = profile.kind === "number" && profile.values.some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
  const texts = isLong ? await fetchTexts(raw.connection, `nullif(${internalName(j)}::VARCHAR, '')`, raw.rows) : printedTexts(profile);
  return namedColumn("category", profile.name, texts, sortClasses(texts.names));
}

async function refuseInfinity(raw: RawData, profile: NumberProfile): Promise<void> {
  if (profile.infiniteRow < 0) return;
  throw new UsageError(`${await placeOfRow(raw, profile.infiniteRow)}, column "${profile.name}" is infinite; numbers must be finite`);
}

/** Where a row of what was loaded stands, for messages: `data.csv: row 3 (line 4)`. */
export async function placeOfRow({ files, dialect }: Pick<RawData, "files" | "dialect">, loadedRow: number): Promise<string> {
  const { file, row } = fileOfRow(files, loadedRow);
  return `${file.path}: row ${row + 1}${await linePhrase(dialect, file, row)}`;
}

function fileOfRow(files: readonly SourceFile[], row: number): { file: SourceFile; row: number } {
  let rest = row;
  for (const file of files) {
    if (rest < file.rows) return { file, row: rest };
    rest -= file.rows;
  }
  throw new Error(`no file has row ${row}`);
}

async function linePhrase(dialect: Dialect, file: SourceFile, row: number): Promise<string> {
  return dialect.format === "parquet" ? "" : ` (line ${await lineOfRow(file.path, dialect, row)})`;
}
