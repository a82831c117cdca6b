import { UsageError } from "../../core/errors.ts";
import type { Column } from "../../core/table.ts";
import { namedColumn, printedTexts } from "./build-columns.ts";
import type { Texts } from "./texts.ts";
import { chooseFeatures, chooseLabels } from "./choose-features.ts";
import { chooseVectors } from "./lists/choose-vectors.ts";
import { guessGroups } from "./columns/guess-groups.ts";
import { lookAtColumns } from "./columns/look-at-columns.ts";
import { namesOf } from "./columns/missing-names.ts";
import type { NumberStyle } from "./columns/number-style.ts";
import type { ColumnUse } from "./columns/oddity.ts";
import { countCodes } from "./columns/say.ts";
import { twinNote } from "./columns/twins.ts";
import { textsOf } from "./duckdb.ts";
import { findWrongLabel } from "./find-wrong-label.ts";
import { type MissingRules, missingRules } from "./missing.ts";
import { withListCells } from "./lists/list-cells.ts";
import { placeOfRow, rowPhrase } from "./place-of-row.ts";
import { type NumberProfile, type ProfiledColumn, profileColumns } from "./profile.ts";
import type { RawData } from "./raw.ts";
import { type LabelsRead, guessKind, readLabels, sortClasses } from "./read-labels.ts";
import type { Dialect, Note, ReadRequest, ReadResult } from "./request.ts";
import { resolveColumns } from "./resolve-columns.ts";

/**
 * The table with its roles, of cells that were loaded.
 *
 * @param where what the columns are those of, in messages
 * @param said gets every note as soon as there is one, so that none is lost where an error follows
 */
export async function buildTable(loaded: RawData, where: string, request: ReadRequest, said: Note[]): Promise<ReadResult> {
  const otherRoles = new Set([...request.labels, ...request.text, request.task, request.source, request.id]);
  const raw = await withListCells(loaded, (name, j) => otherRoles.has(name) || otherRoles.has(String(j + 1)));
  said.push(...raw.notes);
  const names = raw.columns.map((column) => column.name);
  const chosen = chooseVectors(request, raw.vectors);
  const asked = { ...resolveColumns(chosen.request, names, raw.unreadable, where), vectors: chosen.vectors };
  for (const [name, why] of raw.unreadable) said.push({ level: "warning", text: `column "${name}" is left out: ${why}` });
  const taken = new Set([asked.task, asked.source, asked.id, ...asked.text, ...asked.features, ...asked.drop]);
  const free = names.filter((name) => !taken.has(name));
  const { labels, notes: labelNotes } = chooseLabels(asked.labels, free, {
    isDelimited: raw.dialect.delimiter !== "",
    areAll: free.length === names.length,
  });
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

  const isUnnamed = (name: string): boolean => name.trim() === "" || raw.columns[names.indexOf(name)].isUnnamed === true;
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
  for (const { name, matrix } of raw.vectors) columns.push({ kind: "vector", name, matrix });
  said.push(...featureNotes);
  return {
    table: {
      rows: raw.rows,
      columns,
      roles: { labels, features: [...features, ...chosen.features], task: roles.task, source: roles.source, id: roles.id },
    },
    notes: said,
    files: raw.files,
    dialect: { ...raw.dialect, ...numberStyles(profiles, columns), ...saidOfMissing(request) },
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
  return textsOf(raw, j);
}

function saidOfMissing({ missing: words = [], notMissing: values = [] }: ReadRequest): Pick<Dialect, "missing"> {
  return words.length + values.length === 0 ? {} : { missing: { words, values } };
}

/** How numbers are written in the columns that became numbers and are not written as in a program. */
function numberStyles(profiles: readonly ProfiledColumn[], columns: readonly Column[]): Pick<Dialect, "numbers"> {
  const styles = profiles.flatMap((profile, j): [string, NumberStyle][] => {
    const style = profile.kind === "number" && columns[j].kind === "number" ? profile.reading?.style : null;
    return style === null || style === undefined ? [] : [[profile.name, style]];
  });
  return styles.length === 0 ? {} : { numbers: Object.fromEntries(styles) };
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
  throw new UsageError(
    `${await placeOfRow(raw, profile.infiniteRow)}, column "${profile.name}" is infinite; numbers must be finite (--missing inf,-inf reads infinity as missing)`,
  );
}

async function refuseWrong(raw: RawData, { name, values }: NumberProfile): Promise<void> {
  const wrong = findWrongLabel(values);
  if (wrong !== null) throw new UsageError(`${await placeOfRow(raw, wrong.row)}, column "${name}": ${wrong.why}`);
}
