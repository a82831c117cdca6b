import { totalmem } from "node:os";
import { type AnswerRole, type Dialogues, answerRoles } from "../../../core/dialogues.ts";
import { UsageError } from "../../../core/errors.ts";
import type { Format } from "../../formats.ts";
import { findFiles } from "../find/find-files.ts";
import { withStandardInput } from "../find/standard-input.ts";
import { withinMemory } from "../duckdb.ts";
import { checkMemory, estimateBytes } from "../memory.ts";
import type { Dialect, Note, SourceFile } from "../request.ts";
import { type AskedNames, type Form, readRecord } from "./form.ts";
import { chooseForm, formOfRecord } from "./choose-form.ts";
import { chooseNames, numberOf } from "./choose-names.ts";
import { hubFiles, isFolder } from "./hub-folder.ts";
import { type JsonRecord, type RecordFile, openRecords } from "./records.ts";

export interface DialoguesRequest {
  /** One file, a glob, `-` for standard input, or a folder, also one in the layout of a hub's data set. */
  readonly data: string;
  readonly format?: Format;
  /** The name of what is answered, and of the answer, where the guess is wrong. */
  readonly prompt?: string;
  readonly answer?: string;
  /** The name of who contributed a record; of an inner one with dots. */
  readonly source?: string;
  /** Of a folder: the part of it that is read, or "all". */
  readonly split?: string;
  /** Default: half of the machine's memory. */
  readonly memoryLimitBytes?: number;
}

export interface DialoguesRead {
  readonly dialogues: Dialogues;
  /** What whoever copies files asks of any data: how many rows there are. */
  readonly table: { readonly rows: number; readonly columns: readonly [] };
  readonly form: Form;
  /** The names that were asked for, by which the form is known again. */
  readonly asked: AskedNames;
  readonly files: readonly SourceFile[];
  /** Of the first file. */
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
  /** Where each record begins in its file, from 1; null where files have no lines. Shape: [records]. */
  readonly lines: Int32Array | null;
  /** Records that do not fit the form and have no turn, with why. */
  readonly misfits: ReadonlyMap<number, string>;
}

const sampled = 1000;
/** Bytes of memory per byte of file: the file, its texts, and what is made of them. */
const memoryFactor = 4;

/** Reads fine-tuning or retrieval data in any form that is known. Every guess is a note; whatever is wrong is a UsageError of one line that names file and line. */
export function readDialogues(request: DialoguesRequest): Promise<DialoguesRead> {
  return withStandardInput(request.data, (data) => withinMemory(() => readNamed({ ...request, data })));
}

async function readNamed(request: DialoguesRequest): Promise<DialoguesRead> {
  const limitBytes = request.memoryLimitBytes ?? totalmem() / 2;
  if (!(limitBytes > 0)) throw new UsageError(`the memory limit must be a positive number of bytes, got ${limitBytes}`);
  const found = findRecords(request);
  checkMemory(found.paths, estimateBytes(found.paths, memoryFactor), limitBytes);
  const notes: Note[] = [...found.notes];
  const gathered = new Gathered();
  let form: Form | null = null;
  let names: ReturnType<typeof chooseNames> | null = null;
  let dialect: Dialect | null = null;
  let hasLines = true;
  const files: SourceFile[] = [];
  for (const path of found.paths) {
    const opened: RecordFile = await openRecords(path, found.format, limitBytes);
    const some = await opened.sample(sampled);
    form ??= chooseForm(path, some, request);
    names ??= chooseNames(form, some, request);
    dialect ??= opened.dialect;
    hasLines &&= opened.hasLines;
    notes.push(...opened.notes);
    const [own, known] = [form, names];
    await opened.each((record, line) => gathered.take(record, line, own, known));
    files.push(opened.file);
  }
  if (form === null || names === null || dialect === null) throw new Error("no files were found");
  const { dialogues, lines, misfits, usual } = gathered.finish(names.document !== null);
  const place = (record: number): string => placeOf(files, lines, record, hasLines);
  if (dialogues.answers.length === 0) {
    const [record, why] = [...misfits][0];
    throw new UsageError(
      `${place(record)}: read as ${form.title}, ${why}, and none of the ${dialogues.records} records gives an answer to judge (--prompt and --answer name what is meant)`,
    );
  }
  return {
    dialogues,
    table: { rows: dialogues.records, columns: [] },
    form,
    asked: {
      ...(request.prompt === undefined ? {} : { prompt: request.prompt }),
      ...(request.answer === undefined ? {} : { answer: request.answer }),
    },
    files,
    dialect,
    notes: [
      ...notes,
      ...names.notes,
      ...(usual === null ? [] : [{ level: "warning", text: usual } as const]),
      ...tell(form, dialogues, misfits, gathered.shortened, place),
    ],
    lines: hasLines ? lines : null,
    misfits,
  };
}

function findRecords(request: DialoguesRequest): { paths: readonly string[]; format: Format; notes: readonly Note[] } {
  const { data, format, split } = request;
  if (!isFolder(data)) {
    if (split !== undefined) throw new UsageError(`--split ${split}: ${data} is no folder, and only a folder has splits`);
    return findFiles(data, format);
  }
  const { paths, notes } = hubFiles(data, split);
  const found = paths.map((path) => findFiles(path, format));
  const other = found.find((one) => kindOfFormat(one.format) !== kindOfFormat(found[0].format));
  if (other !== undefined)
    throw new UsageError(
      `${data} holds files of several formats (${found[0].paths[0]}, ${other.paths[0]}): name one with --format, --split or a glob`,
    );
  return { paths, format: found[0].format, notes: [...notes, ...found.flatMap((one) => one.notes)] };
}

const kindOfFormat = (format: Format): Format => (format === "jsonl" ? "json" : format);

/** Where a record stands, for people. */
export function placeOf(files: readonly SourceFile[], lines: Int32Array | null, record: number, hasLines: boolean): string {
  let at = record;
  let file = files[0];
  for (file of files) {
    if (at < file.rows) break;
    at -= file.rows;
  }
  return `${file.path}: ${hasLines && lines !== null ? `line ${lines[record]}` : `row ${at + 1}`}`;
}

/** What was read, record by record. */
class Gathered {
  shortened = 0;
  private readonly prompts: string[] = [];
  private readonly answers: string[] = [];
  private readonly contexts: string[] = [];
  private readonly roles: number[] = [];
  private readonly record: number[] = [];
  private readonly source: number[] = [];
  private readonly sources = new Map<string, number>();
  private readonly document: number[] = [];
  private readonly documents = new Map<string, number>();
  private readonly lines: number[] = [];
  private readonly faults = new Map<number, string>();
  private readonly misfits = new Map<number, string>();
  private readonly known = new Map<string, string>();

  take(record: JsonRecord, line: number, form: Form, names: ReturnType<typeof chooseNames>): void {
    const number = this.lines.push(line) - 1;
    this.source.push(numberOf(this.sources, names.sourceOf(record)));
    // A passage that names no document is one of its own.
    if (names.document !== null) this.document.push(numberOf(this.documents, names.documentOf(record) ?? `\0${number}`));
    const given = readRecord(form, record);
    if ("misfit" in given) {
      const other = formOfRecord(record);
      const instead = other === null || other.id === form.id || form.id.startsWith("named") ? "" : `: it looks like ${other.title}`;
      this.misfits.set(number, `${given.misfit}${instead}`);
      return;
    }
    if (given.isShortened === true) this.shortened++;
    let fault = given.fault;
    for (const [i, { prompt, answer, context, role }] of given.turns.entries()) {
      const asked = prompt?.text ?? "";
      if (fault === null && (isBroken(answer.text) || isBroken(asked))) fault = "half of a surrogate pair stands in it";
      this.prompts.push(asked);
      this.answers.push(answer.text);
      this.contexts.push(i === 0 ? this.kept(context) : context);
      this.roles.push(answerRoles.indexOf(role));
      this.record.push(number);
    }
    if (fault !== null) this.faults.set(number, fault);
  }

  finish(hasDocuments: boolean): Pick<DialoguesRead, "misfits"> & { dialogues: Dialogues; lines: Int32Array; usual: string | null } {
    const usual = this.takeUsualFault();
    const dialogues: Dialogues = {
      prompts: this.prompts,
      answers: this.answers,
      contexts: this.contexts,
      role: Uint8Array.from(this.roles),
      record: Int32Array.from(this.record),
      records: this.lines.length,
      source: Int32Array.from(this.source),
      sources: [...this.sources.keys()],
      document: hasDocuments ? Int32Array.from(this.document) : null,
      faults: this.faults,
    };
    return { dialogues, lines: Int32Array.from(this.lines), misfits: this.misfits, usual };
  }

  /** What most records do is no fault of some of them, such as answers that are numbers. @returns what it is, if there is such a thing */
  private takeUsualFault(): string | null {
    const counts = new Map<string, number>();
    for (const fault of this.faults.values()) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    const found = [...counts].find(([, count]) => count > this.lines.length / 2);
    if (found === undefined || this.lines.length < fewestUsual) return null;
    for (const [record, fault] of this.faults) if (fault === found[0]) this.faults.delete(record);
    return `most records (${found[1]} of ${this.lines.length}) have this in common, so it is held for how they are written: ${found[0]}`;
  }

  /** Many records begin with the same words of a system: they are kept once. */
  private kept(context: string): string {
    if (context === "" || context.length > longestShared) return context;
    const same = this.known.get(context);
    if (same !== undefined) return same;
    if (this.known.size < mostShared) this.known.set(context, context);
    return context;
  }
}

/** Fewer records have no way that is theirs. */
const fewestUsual = 10;
const longestShared = 1 << 16;
const mostShared = 4096;

const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether half of a surrogate pair stands alone in a text. */
function isBroken(text: string): boolean {
  return !(text as string & { isWellFormed(): boolean }).isWellFormed() && halves.test(text);
}

/** What was read and what was not, in sentences. */
function tell(
  form: Form,
  { records, record, answers, role, faults }: Dialogues,
  misfits: ReadonlyMap<number, string>,
  shortened: number,
  place: (record: number) => string,
): Note[] {
  const notes: Note[] = [];
  const text = answerRoles.indexOf("text" satisfies AnswerRole);
  const what = role.every((one) => one === text) ? "texts" : "answers";
  const talks = form.id.endsWith("texts") || form.id === "passages" ? new Set(record.filter((_, turn) => role[turn] !== text)).size : 0;
  const hint =
    what === "texts" && (form.id === "texts" || form.id === "passages") ? " (a table of texts with a label is read with --label)" : "";
  notes.push({ level: "info", text: `read as ${form.title}: ${records} records with ${answers.length} ${what}${hint}` });
  if (talks > 0)
    notes.push({ level: "info", text: `${talks} of ${records} texts are conversations with marks of who speaks, and are read as such` });
  if (misfits.size > 0) {
    const [[first, why]] = misfits;
    const verb = misfits.size === 1 ? "does" : "do";
    notes.push({
      level: "warning",
      text: `${misfits.size} of ${records} records ${verb} not fit and ${misfits.size === 1 ? "is" : "are"} judged by nothing; the first: ${place(first)}: ${why}`,
    });
  }
  if (faults.size > 0) {
    const [[first, why]] = faults;
    notes.push({
      level: "warning",
      text: `${faults.size} of ${records} records ${faults.size === 1 ? "is" : "are"} read though something in ${faults.size === 1 ? "it" : "them"} is odd; the first: ${place(first)}: ${why}`,
    });
  }
  if (shortened > 0)
    notes.push({
      level: "warning",
      text: `${shortened} ${shortened === 1 ? "record has" : "records have"} so many turns that only the last words before their later prompts are kept as context`,
    });
  return notes;
}
