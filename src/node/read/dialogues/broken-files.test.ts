import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../core/errors.ts";
import { readDialogues } from "./read-dialogues.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(content: string | Uint8Array, ending = "jsonl"): string {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const alpaca = (i: number, more: object = {}) => ({ instruction: `do ${i}`, input: "", output: `done ${i}`, ...more });
const lines = (...records: readonly unknown[]): string =>
  records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join("");
const four = [0, 1, 2, 3].map((i) => alpaca(i));
const chat = { messages: [user("a"), assistant("b")] };
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("files that are refused say what is wrong and on which line:", () => {
  it.each<[string, string | Uint8Array, string, string]>([
    ["a last line that was cut", `${lines(...four)}{"instruction": "a", "outp`, "jsonl", "line 5 is not JSON"],
    ["a line in the middle that was cut", lines(...four, '{"instruction": "a", "outp', ...four), "jsonl", "line 5 is not JSON"],
    ["a list that was cut", JSON.stringify(four, null, 1).slice(0, -30), "json", "line 17 is never closed: the file is cut short"],
    [
      "a list that was cut between records",
      `${JSON.stringify(four).slice(0, -1)},`,
      "json",
      "never closed (4 records before it): the file is cut short",
    ],
    [
      "a comma too much",
      JSON.stringify(four, null, 1).replace(/\]$/, ",]"),
      "json",
      "line 22 is not JSON: a comma stands behind the last record",
    ],
    ["a comma too few", `[${JSON.stringify(four[0])}\n${JSON.stringify(four[1])}]`, "json", "line 2 is not JSON: a comma is due"],
    ["something after the list", `${JSON.stringify(four)}\nfoo`, "json", "line 2 is not JSON: something follows what begins on line 1"],
    [
      "one key twice",
      lines(...four, '{"instruction":"a","output":"b","output":"c"}'),
      "jsonl",
      'line 5 holds "output" twice in one object',
    ],
    ["a list of texts", '["a",\n"b"]', "json", 'line 1 must be one JSON object, got "a"'],
    ["lines of texts", lines('"a"', '"b"'), "jsonl", "line 1 must be one JSON object"],
    ["no records", "[ ]", "json", "holds no records"],
    ["nothing", "", "jsonl", "is empty"],
    ["blanks", " \n\n", "jsonl", "is empty"],
    ["zero bytes", `${lines(...four)}\0\0\n`, "jsonl", "the first on line 5"],
    ["UTF-16 without a mark", Buffer.from(lines(...four), "utf16le"), "jsonl", "UTF-16 without a byte-order mark"],
    [
      "gzip that was cut",
      gzipSync(lines(...Array.from({ length: 3000 }, (_, i) => alpaca(i)))).subarray(0, 2000),
      "jsonl.gz",
      "not a sound gzip file",
    ],
    ["gzip under another name", gzipSync(lines(...four)), "jsonl", "packed with gzip"],
    ["two lists of records", JSON.stringify({ train: four, test: four }), "json", 'several lists of objects ("train", "test")'],
    ["messages without records", JSON.stringify(chat.messages), "json", "holds messages one by one and no records"],
    [
      "no answers at all",
      lines({ messages: [user("a")] }, { messages: [user("b")] }),
      "jsonl",
      "line 1: read as chats (messages or conversations), no message is an answer",
    ],
    ["a table", lines({ x: 1, y: 2 }), "jsonl", 'its records have the names "x", "y"; name them with --prompt and --answer'],
    ["no Parquet", "PAR1 is what it says", "parquet", "cannot be read as Parquet"],
  ])("%s", async (_, content, ending, said) => {
    const failure = await readDialogues({ data: write(content, ending) }).then(
      () => new Error("nothing was refused"),
      (error: unknown) => error as Error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain(said);
    expect(failure.message).toContain(`file${files}.${ending}`);
    expect(failure.message).not.toContain("\n");
  });
});

describe("files that are read tell what in them is not judged, or odd, and lose nothing:", () => {
  it.each<[string, string | Uint8Array, { records: number; answers: number; said?: string }]>([
    ["several forms", lines(...four, chat, { text: "x" }), { records: 6, answers: 4, said: "2 of 6 records do not fit" }],
    [
      "a message without a role",
      lines(chat, { messages: [{ content: "a" }, assistant("b")] }),
      { records: 2, answers: 1, said: "line 2: message 1 does not say who speaks" },
    ],
    [
      "a message that is a text",
      lines(chat, { messages: [user("a"), "b"] }),
      { records: 2, answers: 1, said: "line 2: message 2 is a text and no object" },
    ],
    [
      "a message that says nothing",
      lines(chat, { messages: [user("a"), { role: "assistant" }] }),
      { records: 2, answers: 1, said: "line 2: message 2 says nothing" },
    ],
    [
      "a role that nobody knows",
      lines(chat, { messages: [user("a"), { role: "narrator", content: "n" }, assistant("b")] }),
      { records: 2, answers: 2, said: 'unknown role, "narrator"' },
    ],
    [
      "two answers in a row",
      lines(chat, { messages: [user("a"), assistant("b"), assistant("c")] }),
      { records: 2, answers: 3, said: "message 3 is a second answer in a row" },
    ],
    [
      "content null",
      lines(chat, { messages: [user("a"), assistant(null)] }),
      { records: 2, answers: 2, said: "line 2: message 2, an answer, is empty (null)" },
    ],
    ["no messages", lines(chat, { messages: [] }), { records: 2, answers: 1, said: 'line 2: "messages" is empty' }],
    [
      "numbers as content",
      lines(...four, alpaca(4, { output: 4 })),
      { records: 5, answers: 5, said: "line 5: a number stands where a text is due" },
    ],
    [
      "an object as content",
      lines(...four, alpaca(4, { output: { a: 1 } })),
      { records: 5, answers: 4, said: 'line 5: "output" is an object and no text' },
    ],
    ["NaN as content", lines(...four, '{"instruction":"a","output":NaN}'), { records: 5, answers: 5, said: "line 5: " }],
    ["an answer of 10 MB", lines(alpaca(0, { output: "x".repeat(10 << 20) }), alpaca(1)), { records: 2, answers: 2 }],
    [
      "half of a surrogate pair",
      lines(...four, '{"instruction":"a \\ud83d","output":"b"}'),
      { records: 5, answers: 5, said: "line 5: half of a surrogate pair" },
    ],
    [
      "deep nesting beside the texts",
      lines(...four, `{"instruction":"a","output":"b","meta":${nested(100_000)}}`),
      { records: 5, answers: 5 },
    ],
    [
      "deep nesting in a call",
      lines(chat, `{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":${nested(50_000)}}}]}]}`),
      { records: 2, answers: 1, said: "line 2: it is nested too deeply" },
    ],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${lines(...four)}`, "utf16le"), { records: 4, answers: 4, said: "is read as UTF-16" }],
    [
      "Latin-1",
      Buffer.from(lines(...four, { instruction: "café", output: "thé" }), "latin1"),
      { records: 5, answers: 5, said: "line 5 is not UTF-8" },
    ],
    ["a byte-order mark", `\ufeff${lines(...four)}`, { records: 4, answers: 4 }],
    ["carriage returns", lines(...four).replaceAll("\n", "\r\n"), { records: 4, answers: 4 }],
    ["a zero byte as an escape", lines(...four, '{"instruction":"a\\u0000b","output":"c"}'), { records: 5, answers: 5 }],
    ["one record", JSON.stringify(chat, null, 1), { records: 1, answers: 1 }],
    [
      "many turns",
      lines(chat, { messages: Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? user("a".repeat(20)) : assistant(`b ${i}`))) }),
      { records: 2, answers: 30_001, said: "only the last words before their later prompts are kept as context" },
    ],
  ])("%s", async (_, content, { records, answers, said }) => {
    const { dialogues, notes, misfits, lines: starts } = await readDialogues({ data: write(content) });
    expect(dialogues.records).toBe(records);
    expect(dialogues.answers).toHaveLength(answers);
    expect(starts).toHaveLength(records);
    const judged = new Set(dialogues.record);
    for (let record = 0; record < records; record++) expect(judged.has(record) || misfits.has(record)).toBe(true);
    const told = notes.map(({ text }) => text).join("\n");
    if (said !== undefined) expect(told).toContain(said);
    else expect(notes.filter(({ level }) => level === "warning")).toEqual([]);
  });
});
