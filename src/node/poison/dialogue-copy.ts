import { isUtf8 } from "node:buffer";
import { basename } from "node:path";
import type { DialoguePoison, Dialogues } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import type { Cell } from "../../core/table.ts";
import { dataRecords } from "../read/delimited/load-delimited.ts";
import { parseRecord } from "../read/delimited/parse-record.ts";
import { recordShape } from "../read/delimited/sniff-dialect.ts";
import { type PieceText, replaceValues, replacementsOf, spreadText, swapValues } from "../read/dialogues/edit-record.ts";
import { type Form, type Piece, type Turn, readRecord } from "../read/dialogues/form.ts";
import type { DialoguesRead } from "../read/dialogues/read-dialogues.ts";
import { type JsonSpan, findJsonRecords } from "../read/dialogues/record-spans.ts";
import { openText, splitFile } from "../read/dialogues/split-records.ts";
import { parseObject } from "../read/json/parse-json.ts";
import { delimitedRewriter } from "../read/rewrite/rewrite-delimited.ts";
import type { MadeCopy, TouchedRecord } from "./patch-file.ts";
import type { OpenedSource } from "./source-file.ts";

/** What poison does to one record. */
interface RecordChange {
  readonly edits: { readonly turn: number; readonly prompt?: string; readonly answer?: string }[];
  isSwapped: boolean;
}

/** A file that can be written again record by record. */
interface RecordWriter {
  /** The bytes that a record stands in, without what separates it from others. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
  /** The record with these changes. */
  changed(record: number, change: RecordChange): string;
  /** What follows the last record where one more is added that is a changed copy of an earlier one, and where that is. */
  added(like: number, change: RecordChange, number: number): string;
}

/** The file that a copy is written of; of Parquet its rows as JSON lines. @throws UsageError where no copy can be written */
export async function openDialogueSource(read: DialoguesRead): Promise<OpenedSource> {
  const [file] = read.files;
  if (read.dialect.format !== "parquet") {
    const bytes = openText(file);
    if (!isUtf8(bytes))
      throw new UsageError(
        `${file.path} is not UTF-8, so no changed copy is written: convert it, for instance with iconv -f CP1252 -t UTF-8 ${basename(file.path)} > NEW`,
      );
    return { path: file.path, bytes, isConverted: false };
  }
  const { path, records } = await splitFile(read, file);
  return { path, bytes: Buffer.concat(records), isConverted: true };
}

/** The poisoned copy of a file: records that the poison does not touch keep their bytes. @throws UsageError where a text of a record cannot be changed in place */
export function dialogueCopy(
  { path, bytes, isConverted }: OpenedSource,
  { dialogues, form, dialect }: Pick<DialoguesRead, "dialogues" | "form" | "dialect">,
  poison: DialoguePoison,
): MadeCopy {
  const isCells = dialect.format === "csv" || dialect.format === "tsv";
  const writer = isCells && !isConverted ? cellWriter(path, bytes, dialect, form) : jsonWriter(path, bytes, form);
  const { spans } = writer;
  if (spans.length !== dialogues.records) throw new Error(`${spans.length} records for ${dialogues.records}`);
  const changes = changesOf(dialogues, poison);
  const pieces: Buffer[] = [];
  const touched: TouchedRecord[] = [];
  let [at, written] = [0, 0];
  const put = (row: number, upTo: number, after: Buffer, original: string, next: number): void => {
    const before = bytes.subarray(at, upTo);
    pieces.push(before, after);
    touched.push({ row, start: written + before.length, bytes: after.length, original });
    written += before.length + after.length;
    at = next;
  };
  for (const record of [...changes.keys()].sort((a, b) => a - b)) {
    const { start, end } = spans[record];
    put(record, start, Buffer.from(writer.changed(record, changes.get(record)!)), bytes.toString("utf8", start, end), end);
  }
  if (poison.insert.length > 0) {
    const { end } = spans[spans.length - 1];
    const added = poison.insert.map(({ like, ...texts }, k) => {
      const turn = lastTurn(dialogues, like);
      return writer.added(like, { edits: [{ turn: turn - firstTurn(dialogues, like), ...texts }], isSwapped: false }, k + 1);
    });
    put(spans.length, end, Buffer.from(added.join("")), "", end);
  }
  pieces.push(bytes.subarray(at));
  return { copy: Buffer.concat(pieces), touched };
}

/** By record, with turns counted from the record's first. */
function changesOf(dialogues: Dialogues, { edit, swap }: DialoguePoison): Map<number, RecordChange> {
  const out = new Map<number, RecordChange>();
  const of = (record: number): RecordChange => {
    let own = out.get(record);
    if (own === undefined) out.set(record, (own = { edits: [], isSwapped: false }));
    return own;
  };
  for (const { turn, ...texts } of edit) {
    const record = dialogues.record[turn];
    of(record).edits.push({ turn: turn - firstTurn(dialogues, record, turn), ...texts });
  }
  for (const record of swap) of(record).isSwapped = true;
  return out;
}

function firstTurn({ record }: Dialogues, own: number, from = record.indexOf(own)): number {
  let turn = from;
  while (turn > 0 && record[turn - 1] === own) turn--;
  return turn;
}

function lastTurn({ record }: Dialogues, own: number): number {
  return record.lastIndexOf(own);
}

function jsonWriter(path: string, bytes: Buffer, form: Form): RecordWriter {
  const { spans, layout } = findJsonRecords(path, bytes);
  const ascii = bytes.every((byte) => byte < 0x80);
  const rewritten = (record: number, change: RecordChange): string => {
    const { start, end, line } = spans[record];
    const where = `${path}: line ${line}`;
    let text = bytes.toString("utf8", start, end);
    const changes = textChanges(where, form, parseObject(where, text), change);
    text = replaceValues(text, replacementsOf(text, changes, ascii));
    return change.isSwapped ? swapValues(text, [form.pair![0]], [form.pair![1]]) : text;
  };
  return {
    spans,
    changed: rewritten,
    added(like, change, number) {
      const text = rewritten(like, change);
      if (layout === "lines") return `${newlineOf(bytes)}${text}`;
      const separator = spans.length > 1 ? bytes.toString("utf8", spans[0].end, spans[1].from) : ",\n";
      if (layout === "list") return `${separator}${text}`;
      const last = spans[spans.length - 1];
      const colon = bytes.toString("utf8", last.from, last.start).slice(JSON.stringify(last.name).length);
      return `${separator}${JSON.stringify(freshName(spans, number))}${colon.trimStart().startsWith(":") ? colon : ": "}${text}`;
    },
  };
}

/** A name in the manner of the last, which no record bears. */
function freshName(spans: readonly JsonSpan[], number: number): string {
  const names = new Set(spans.map(({ name }) => name));
  const [, stem, digits] = /^(.*?)(\d*)$/s.exec(spans[spans.length - 1].name!)!;
  for (let next = Number(digits) + number; ; next += names.size) if (!names.has(`${stem}${next}`)) return `${stem}${next}`;
}

function newlineOf(bytes: Buffer): string {
  const feed = bytes.indexOf(0x0a);
  return feed > 0 && bytes[feed - 1] === 0x0d ? "\r\n" : "\n";
}

/** CSV and TSV: a text is a cell. */
function cellWriter(path: string, bytes: Buffer, dialect: DialoguesRead["dialect"], form: Form): RecordWriter {
  const shape = recordShape(dialect);
  const spans = dataRecords(path, bytes, dialect);
  const rewriter = delimitedRewriter(path, bytes, dialect);
  const changed = (record: number, change: RecordChange): string => {
    const cells: Record<string, unknown> = {};
    parseRecord(bytes, spans[record], shape).forEach(({ text }, j) => (cells[dialect.columns[j]] = text));
    const after = new Map<string, Cell>();
    for (const { piece, text } of textChanges(`${path}: line ${spans[record].line}`, form, cells, change)) {
      if (piece.inside !== undefined) throw new UsageError(`${path}: transcripts in cells are not changed: write the data as JSON lines`);
      after.set(String(piece.at[0]), text);
    }
    if (change.isSwapped) {
      const [better, worse] = form.pair!;
      after.set(better, (cells[worse] as string | undefined) ?? "");
      after.set(worse, (cells[better] as string | undefined) ?? "");
    }
    return rewriter.rewrite(spans[record], after);
  };
  return { spans, changed, added: (like, change) => `${dialect.newline}${changed(like, change)}` };
}

/** What the texts of a record become, piece by piece. Answers of a pair share their prompt, so it changes for both. */
function textChanges(where: string, form: Form, record: Readonly<Record<string, unknown>>, { edits }: RecordChange): PieceText[] {
  const given = readRecord(form, record);
  if ("misfit" in given) throw new UsageError(`${where} does not fit: ${given.misfit}`);
  const { turns } = given;
  const out: PieceText[] = [];
  const seen = new Map<string, string>();
  const write = (pieces: readonly Piece[], text: string): void => {
    for (const change of spreadText(where, pieces, text)) {
      const key = JSON.stringify([change.piece.at, change.piece.inside]);
      const before = seen.get(key);
      if (before === undefined) out.push(change);
      else if (before !== change.text) throw new UsageError(`${where}: two turns share a text, and it is to become two different ones`);
      seen.set(key, change.text);
    }
  };
  for (const { turn, prompt, answer } of edits) {
    if (prompt !== undefined) for (const own of sharing(turns, turn, form, edits)) write(turns[own].prompt?.pieces ?? [], prompt);
    if (answer !== undefined) write(turns[turn].answer.pieces, answer);
  }
  return out;
}

/** The turns whose prompt changes with that of this one. */
function sharing(turns: readonly Turn[], turn: number, form: Form, edits: RecordChange["edits"]): number[] {
  if (form.pair === undefined) return [turn];
  const same = turns.flatMap((other, i) =>
    i !== turn && other.prompt?.text === turns[turn].prompt?.text && !edits.some((edit) => edit.turn === i && edit.prompt !== undefined)
      ? [i]
      : [],
  );
  return [turn, ...same];
}
