import { totalmem } from "node:os";
import { basename } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Column, Table } from "../../core/table.ts";
import type { SparseMatrix } from "../../numeric/matrix.ts";
import { findLeaks } from "../../data/leaks.ts";
import { type Texts, namedColumn, printedTexts } from "./build-columns.ts";
import { chooseFeatures, chooseLabels } from "./choose-features.ts";
import { guessGroups } from "./columns/guess-groups.ts";
import { lookAtColumns } from "./columns/look-at-columns.ts";
import { namesOf } from "./columns/missing-names.ts";
import type { NumberStyle } from "./columns/number-style.ts";
import { type ColumnUse, countCodes } from "./columns/oddity.ts";
import { twinNote } from "./columns/twins.ts";
import { fetchTexts, internalName, withinMemory } from "./duckdb.ts";
import { type FoundFiles, findFiles } from "./find-files.ts";
import { lineOfRow, loadDelimited } from "./load-delimited.ts";
import { loadJsonl } from "./load-jsonl.ts";
import { loadParquet } from "./load-parquet.ts";
import { checkMemory, estimateBytes } from "./memory.ts";
import { type MissingRules, missingRules } from "./missing.ts";
import { type NumberProfile, type ProfiledColumn, profileColumns, profileNumbers } from "./profile.ts";
import type { RawData } from "./raw.ts";
import { readIdx } from "./read-idx.ts";
import { readImageFolder } from "./read-image-folder.ts";
import { type LabelsRead, guessKind, readLabels, sortClasses } from "./read-labels.ts";
import { readSvmlight } from "./read-svmlight.ts";
import { findWrongLabel } from "./find-wrong-label.ts";
import { doubtTexts } from "./text-doubts.ts";
import type { Note, ReadRequest, ReadResult, SourceFile, Dialect } from "./request.ts";
import { type AskedColumns, resolveColumns } from "./resolve-columns.ts";

/** Reads the data that `request` names into a raw table with roles. Every guess is a note; whatever is wrong is a UsageError of one line. */
export async function readTable(request: ReadRequest): Promise<ReadResult> {
  const found = findFiles(request.data, request.format);
  if (request.labelFile !== undefined && found.format !== "idx" && found.format !== "images")
    throw new UsageError(`--label-file goes with images in IDX, PNG and JPEG files, and ${found.paths[0]} is ${found.format}`);
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
          ? readImageFolder(request, limitBytes, { load: loadLabels(request, limitBytes), placeOf: placeOfRow })
          : readCells(found, request, limitBytes),
  );
  const leaks = findLeaks(result.table).map(({ feature, label, score }): Note => {
    const what = result.table.roles.labels.length > 1 ? `the label ${label}` : "the label";
    return {
      level: "warning",
      text: `${feature} alone predicts ${what} almost perfectly (${score.toFixed(3)}): if it would not be known before the label, use --drop ${feature}`,
    };
  });
  const doubts = await doubtTexts(result.table, (row) => placeOfRow(result, row));
  return { ...result, notes: [...found.notes, ...result.notes, ...doubts, ...leaks] };
}

async function readCells(found: FoundFiles, request: ReadRequest, limitBytes: number): Promise<ReadResult> {
  const raw = await loadRaw(found, request, limitBytes);
  const said: Note[] = [...raw.notes];
  try {
    return await buildTable(raw, found, request, said);
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

/** @param said gets every note as soon as there is one, so that none is lost where an error follows */
async function buildTable(raw: RawData, found: FoundFiles, request: ReadRequest, said: Note[]): Promise<ReadResult> {
  const names = raw.columns.map((column) => column.name);
  const asked = resolveColumns(request, names, raw.unreadable, found.paths.length === 1 ? found.paths[0] : request.data);
  for (const [name, why] of raw.unreadable) said.push({ level: "info", text: `column "${name}" is left out: ${why}` });
  const { labels, notes: labelNotes } = chooseLabels(asked.labels, names);
  said.push(...labelNotes);
  const rules = missingRules(request.missing, request.notMissing);
  const profiles = await profileColumns(raw, rules, new Set(asked.text));
  const guessed = guessGroups(profiles, asked, labels);
  said.push(...guessed.notes);
  const roles = { ...asked, source: asked.source ?? guessed.source };

  const labelProfiles = labels.map((name) => profiles[names.indexOf(name)]);
  for (const profile of labelProfiles) if (profile.kind === "number") await refuseInfinity(raw, profile);
  const labelsRead = await readRawLabels(raw, labelProfiles, request, rules);
  const lookAt = (uses: (profile: ProfiledColumn) => ColumnUse): void => {
    const columns = profiles.map((profile) => ({ profile, use: uses(profile) }));
    said.push(...lookAtColumns(columns, { rows: raw.rows, rules, place: (row) => rowPhrase(raw.files, row) }));
  };
  lookAt(({ name }) => (!labels.includes(name) ? "unused" : labelsRead.kind === "classes" ? "classes" : "label"));
  said.push(...labelsRead.notes);

  const isUnnamed = unnamedColumns(raw.dialect, names);
  const { features, texts, notes: featureNotes } = chooseFeatures(profiles, roles, labels, raw.rows, isUnnamed);
  const used = new Set([...features, ...labels]);
  for (const profile of profiles) if (profile.kind === "number" && used.has(profile.name)) await refuseInfinity(raw, profile);
  lookAt(({ name }) => (!features.includes(name) ? "unused" : texts.has(name) ? "text" : "feature"));

  const columns: Column[] = [];
  for (const [j, profile] of profiles.entries()) {
    const { name } = profile;
    const label = labelsRead.columns.get(name);
    if (label !== undefined) columns.push(label);
    else if (name === roles.task || name === roles.source) {
      const what = name === roles.task ? "task" : "source";
      const cells = namesOf(what, name, await writtenTexts(raw, j, profile), rules);
      said.push(...cells.notes, ...twinNote(`${what}s`, name, cells.texts.names, countCodes(cells.texts.codes, cells.texts.names.length)));
      columns.push(namedColumn("category", name, cells.texts, sortClasses(cells.texts.names)));
    } else if (name === roles.id && profile.kind === "number" && Math.max(-profile.low, profile.high) > Number.MAX_SAFE_INTEGER) {
      const cells = await writtenTexts(raw, j, profile);
      columns.push(namedColumn("category", name, cells, sortClasses(cells.names)));
    } else {
      const column = plainColumn(profile, texts.has(name), used.has(name), rules);
      if (column.kind === "category" && used.has(name) && column.names.length <= 1000)
        said.push(...twinNote("categories", name, column.names, countCodes(column.codes, column.names.length)));
      columns.push(column);
    }
  }
  said.push(...featureNotes);
  return {
    table: { rows: raw.rows, columns, roles: { labels, features, task: roles.task, source: roles.source, id: roles.id } },
    notes: said,
    files: raw.files,
    dialect: { ...raw.dialect, ...numberStyles(profiles, columns) },
  };
}

/** Classes are read as they are written, whatever they look like. */
async function readRawLabels(
  raw: RawData,
  labels: readonly ProfiledColumn[],
  request: ReadRequest,
  rules: MissingRules,
): Promise<LabelsRead> {
  const written = new Map<string, Texts>();
  for (const profile of labels) {
    if ((request.predict ?? guessKind(profile)) === "number") continue;
    const j = raw.columns.findIndex(({ name }) => name === profile.name);
    written.set(profile.name, await writtenTexts(raw, j, profile));
  }
  const read = readLabels(labels, request.predict, rules, written);
  if (read.kind === "number") for (const profile of labels) if (profile.kind === "number") await refuseWrong(raw, profile);
  return read;
}

/** The cells of a column as they stand in the file; numbers of typed files as they print. */
async function writtenTexts(raw: RawData, j: number, profile: ProfiledColumn): Promise<Texts> {
  if (profile.kind === "text") return profile;
  if (profile.written !== undefined) return profile.written;
  if (raw.columns[j].storage !== "text") return printedTexts(profile);
  return fetchTexts(raw.connection, `nullif(${internalName(j)}, '')`, raw.rows);
}

/** Whether a column has no name of its own in a header that names the others. */
function unnamedColumns({ header }: Dialect, names: readonly string[]): (name: string) => boolean {
  const numbered = names.filter((name, j) => name === `c${j + 1}`);
  const isGap = header && (numbered.length === 1 || numbered.length * 2 < names.length);
  return (name) => name.trim() === "" || (isGap && numbered.includes(name));
}

/** How numbers are written in the columns that became numbers and are not written as in a program. */
function numberStyles(profiles: readonly ProfiledColumn[], columns: readonly Column[]): Pick<Dialect, "numbers"> {
  const styles = profiles.flatMap((profile, j): [string, NumberStyle][] => {
    const style = profile.kind === "number" && columns[j].kind === "number" ? profile.reading?.style : null;
    return style === null || style === undefined ? [] : [[profile.name, style]];
  });
  return styles.length === 0 ? {} : { numbers: Object.fromEntries(styles) };
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
  const { columns, kind, notes } = readLabels([profileNumbers("label", labels)], request.predict);
  const wrong = kind === "number" ? findWrongLabel(labels) : null;
  if (wrong !== null) throw new UsageError(`${found.paths[0]}: row ${wrong.row + 1}: ${wrong.why}`);
  const table: Table = {
    rows: labels.length,
    columns: [...columns.values(), { kind: "vector", name, matrix }],
    roles: { labels: ["label"], features: [name], task: null, source: null, id: null },
  };
  return { table, notes };
}

/** A column without a special role. Infinities where nobody looks are missing. */
function plainColumn(profile: ProfiledColumn, isText: boolean, isUsed: boolean, rules: MissingRules): Column {
  // Cells that nobody learns from stay as they stand.
  const isKept = profile.kind === "number" && !isUsed && profile.written !== undefined;
  if (profile.kind === "number" && !isText && !isKept) {
    if (isUsed || profile.infiniteRow < 0) return { kind: "number", name: profile.name, values: profile.values };
    return { kind: "number", name: profile.name, values: profile.values.map((value) => (Number.isFinite(value) ? value : NaN)) };
  }
  if (profile.kind === "text" && isText) return { kind: "text", name: profile.name, codes: profile.codes, names: profile.names };
  const texts = printedTexts(profile, rules);
  if (isText) return { kind: "text", name: profile.name, ...texts };
  const isDate = profile.kind === "text" && profile.isDate && !isUsed;
  return namedColumn(isDate ? "date" : "category", profile.name, texts, sortClasses(texts.names));
}

async function refuseInfinity(raw: RawData, profile: NumberProfile): Promise<void> {
  if (profile.infiniteRow < 0) return;
  throw new UsageError(`${await placeOfRow(raw, profile.infiniteRow)}, column "${profile.name}" is infinite; numbers must be finite`);
}

async function refuseWrong(raw: RawData, { name, values }: NumberProfile): Promise<void> {
  const wrong = findWrongLabel(values);
  if (wrong !== null) throw new UsageError(`${await placeOfRow(raw, wrong.row)}, column "${name}": ${wrong.why}`);
}

/** `row 5` within its file, which is named where there are several. */
function rowPhrase(files: readonly SourceFile[], loadedRow: number): string {
  const { file, row } = fileOfRow(files, loadedRow);
  return files.length === 1 ? `row ${row + 1}` : `row ${row + 1} of ${basename(file.path)}`;
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
