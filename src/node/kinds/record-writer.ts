import { totalmem } from "node:os";
import type { Dialogues } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import type { RecordWriter } from "../../study/dialogues/config.ts";
import { dialogueCopy } from "../poison/dialogue-copy.ts";
import { replaceValues, replacementsOf, spreadText } from "../read/dialogues/edit-record.ts";
import { type AskedNames, type Form, type Turn, readRecord } from "../read/dialogues/form.ts";
import { formOfId } from "../read/dialogues/form-of-id.ts";
import type { DialoguesRead } from "../read/dialogues/read-dialogues.ts";
import { openRecords } from "../read/dialogues/records.ts";
import { standardInput } from "../read/find/standard-input.ts";
import { lineDialect } from "../read/delimited/sniff-dialect.ts";

/** Records as they were read, for workers too: one JSON text each, in the form that they were read in. */
export interface RecordSource {
  readonly form: Form["id"];
  readonly asked: AskedNames;
  readonly lines: readonly string[];
}

/** Reads the records once more, as they stand. */
export async function recordSource({ files, form, asked, dialect }: DialoguesRead): Promise<RecordSource> {
  const lines: string[] = [];
  for (const { path } of files) {
    if (path === standardInput)
      throw new UsageError(
        "a training command is handed the records again and again, and what came over standard input is gone: save it to a file",
      );
    const opened = await openRecords(path, dialect.format, totalmem() / 2);
    await opened.each((record) => lines.push(JSON.stringify(record)));
  }
  return { form: form.id, asked, lines };
}

export const recordWriter: RecordWriter = {
  training(source, { records, clean, poison, left }) {
    const { form, asked, lines } = source as RecordSource;
    const own = Array.from(records, (record) => lines[record]);
    const all = poison === null ? own : poisonedLines(own, clean, formOfId(form, asked), poison);
    return left === null ? all : all.filter((_, k) => left[k] === 1);
  },
  before(source, { record, turn }, prompt) {
    const { form, asked, lines } = source as RecordSource;
    return recordBefore(formOfId(form, asked), lines[record], turn, prompt);
  },
};

function poisonedLines(lines: readonly string[], dialogues: Dialogues, form: Form, poison: Parameters<typeof dialogueCopy>[2]): string[] {
  const bytes = Buffer.from(lines.join("\n"));
  const dialect = lineDialect("train.jsonl", "jsonl", bytes, "utf-8");
  const { copy } = dialogueCopy({ path: "train.jsonl", bytes, isConverted: true }, { dialogues, form, dialect }, poison);
  return copy.toString("utf8").split("\n");
}

/** What stands before the prompt and belongs to it, whatever the form. */
const beside = ["system", "system_prompt", "tools", "functions", "history", "input", "context"];

/** A record without the answer of a turn and what comes after it: the values that its prompt is made of, what stands beside them, and messages up to the answer. No other copy of the answer is handed out. */
function recordBefore(form: Form, line: string, turn: number, prompt: string): string | null {
  const record = JSON.parse(line) as Record<string, unknown>;
  const given = readRecord(form, record);
  const own: Turn | undefined = "misfit" in given ? undefined : given.turns[turn];
  const [answer] = own?.answer.pieces ?? [];
  if (own === undefined || own.prompt === null || answer === undefined) return null;
  const text = replaceValues(line, replacementsOf(line, spreadText("a record", own.prompt.pieces, prompt), false));
  const changed = JSON.parse(text) as Record<string, unknown>;
  const [answerKey, place] = answer.at;
  const keys = new Set<string | number>([...own.prompt.pieces.map(({ at }) => at[0]), ...beside]);
  if (typeof place !== "number") keys.delete(answerKey);
  const before = transcriptBefore(form, changed, turn);
  const kept = Object.entries(changed).flatMap(([key, value]): [string, unknown][] => {
    if (key === answerKey && typeof place === "number" && Array.isArray(value)) return [[key, value.slice(0, place)]];
    if (key === answerKey && before !== null) return [[key, before]];
    return keys.has(key) ? [[key, value]] : [];
  });
  return JSON.stringify(Object.fromEntries(kept));
}

/** Of a talk that is written down in one text ("Human: … Assistant: …"): that text up to the answer of a turn; null where the answer stands by itself. */
function transcriptBefore(form: Form, record: Readonly<Record<string, unknown>>, turn: number): string | null {
  const given = readRecord(form, record);
  const piece = "misfit" in given ? undefined : given.turns[turn]?.answer.pieces[0];
  if (piece?.inside === undefined || piece.at.length !== 1) return null;
  const text = record[piece.at[0]];
  return typeof text === "string" ? text.slice(0, piece.inside) : null;
}
