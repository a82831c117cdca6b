// Reads the shared fine-tuning sets into turns { prompt, answer, record }, and makes dialogues of turns.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export function readRecords(path) {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.trimStart().startsWith("[")
    ? JSON.parse(text)
    : text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line));
}

const textOf = (content) =>
  typeof content === "string" ? content : Array.isArray(content) ? content.map((part) => part.text ?? part.value ?? "").join(" ") : "";

/** One record as its turns: every answer of an assistant with the last text of a user before it. */
export function turnsOf(record) {
  if (record.instruction !== undefined)
    return [{ prompt: record.input ? `${record.instruction}\n${record.input}` : record.instruction, answer: record.output }];
  if (record.prompt !== undefined && record.completion !== undefined) return [{ prompt: record.prompt, answer: record.completion }];
  const messages = (record.messages ?? record.conversations ?? []).map((m) => ({
    role: m.role ?? m.from,
    text: textOf(m.content ?? m.value),
  }));
  const turns = [];
  let prompt = "";
  for (const { role, text } of messages) {
    if (role === "user" || role === "human") prompt = text;
    else if (["assistant", "gpt", "function_call"].includes(role)) turns.push({ prompt, answer: text });
  }
  if (record.chosen !== undefined) turns.push({ prompt, answer: textOf(record.chosen.value ?? record.chosen.content) });
  return turns;
}

/** Dialogues of records, each a list of turns. */
export function dialoguesOf(records) {
  const turns = records.flatMap((list, record) => list.map((turn) => ({ ...turn, record })));
  return {
    prompts: turns.map(({ prompt }) => prompt),
    answers: turns.map(({ answer }) => answer),
    contexts: turns.map(() => ""),
    role: new Uint8Array(turns.length),
    record: Int32Array.from(turns, ({ record }) => record),
    records: records.length,
    source: new Int32Array(records.length).fill(-1),
    sources: [],
    document: null,
    faults: new Map(),
  };
}

export const recordsAt = (path) => readRecords(path).map(turnsOf);
