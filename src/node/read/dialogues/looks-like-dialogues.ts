import { totalmem } from "node:os";
import { UsageError } from "../../../core/errors.ts";
import type { Format } from "../../formats.ts";
import { readHead } from "../delimited/read-text.ts";
import { sniffDialect } from "../delimited/sniff-dialect.ts";
import { openDatabase } from "../../open-database.ts";
import { findFiles } from "../find/find-files.ts";
import { standardInput } from "../find/standard-input.ts";
import { parseExact } from "../json/parse-json.ts";
import { isObject } from "./content.ts";
import { readRecord } from "./form.ts";
import { formOfRecord } from "./choose-form.ts";
import { isFolder, hubFiles } from "./hub-folder.ts";
import { parquetRows } from "./parquet-records.ts";
import { headSpans } from "./record-spans.ts";
import { type JsonRecord, openRecords } from "./records.ts";
import { isMessage } from "./turns.ts";

const looked = 50;
/** Of the records that are looked at, so many must look like some form. */
const enough = 0.5;
/** Names of what a table predicts: texts beside them are its rows. */
const labelNames = ["label", "labels", "target", "class", "category", "sentiment", "stars", "rating", "y"];
/** In columns of cells these names alone tell: others stand in many tables. */
const cellPrompts = ["instruction", "prompt", "question"];
const cellAnswers = ["output", "completion", "response", "answer", "chosen"];

/** Whether data that nothing is said of hold prompts and answers, chats, preferences or texts rather than a table. Files that cannot be read do not. */
export async function looksLikeDialogues(data: string, format?: Format): Promise<boolean> {
  if (data === standardInput) return false;
  try {
    const path = isFolder(data) ? hubFiles(data, undefined).paths[0] : findFiles(data, format).paths[0];
    const records = await someRecords(path, findFiles(path, format).format);
    const alike = records.filter(({ record, isCells }) => isDialogue(record, isCells)).length;
    return records.length > 0 && alike >= enough * records.length;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function isDialogue(record: JsonRecord, isCells: boolean): boolean {
  const form = formOfRecord(record);
  // Of messages without records around them reading says what to do.
  if (form === null) return !isCells && isMessage(record);
  if (isCells) return [cellPrompts, cellAnswers].every((names) => names.some((name) => name in record));
  if (form.pair !== undefined || form.id === "chat" || form.id === "votes") return true;
  const given = readRecord(form, record);
  if ("misfit" in given) return false;
  const isText = given.turns.every(({ role }) => role === "text");
  if (isText && labelNames.some((name) => name in record)) return false;
  return given.turns.some(({ answer, prompt }) => answer.oddity === undefined && (isText || prompt !== null));
}

/** Some records from the beginning; of cells their names alone. Large files are not read for it. */
async function someRecords(path: string, format: Format): Promise<{ record: JsonRecord; isCells: boolean }[]> {
  if (format === "json" || format === "jsonl") return (await headRecords(path)).map((record) => ({ record, isCells: false }));
  if (format === "csv" || format === "tsv") {
    const { dialect } = await sniffDialect(path, format, { data: path, labels: [], text: [], features: [], drop: [] });
    return [{ record: Object.fromEntries(dialect.columns.map((name) => [name, ""])), isCells: true }];
  }
  if (format !== "parquet") return [];
  const out: { record: JsonRecord; isCells: boolean }[] = [];
  await parquetRows(path, await openDatabase([path], totalmem() / 2), (record) => out.push({ record, isCells: false }) < looked);
  return out;
}

/** The first records that are whole, whatever is wrong with the others: what that is, reading says. */
async function headRecords(path: string): Promise<JsonRecord[]> {
  const { bytes, whole } = await readHead(path);
  const out: JsonRecord[] = [];
  for (const { start, end } of headSpans(bytes, looked, whole)) {
    try {
      const value = parseExact(path, bytes.toString("utf8", start, end));
      if (isObject(value)) out.push(value);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  if (out.length > 0 || whole) return out;
  return [...(await (await openRecords(path, "json", totalmem() / 2)).sample(looked))];
}
