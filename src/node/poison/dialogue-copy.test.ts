import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { applyDialoguePoison } from "../../core/apply/apply-dialogues.ts";
import type { DialoguePoison } from "../../core/dialogues.ts";
import { openDatabase } from "../open-database.ts";
import { readDialogues } from "../read/dialogues/read-dialogues.ts";
import { dialogueCopy, openDialogueSource } from "./dialogue-copy.ts";
import { undoPatch, writeCopy } from "./poison-file.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const alpaca = (i: number) => ({ instruction: `Say ${i}.`, input: i % 2 === 0 ? "" : `to "${i}" é`, output: `Hm\n${i}`, score: 1e3 });
const chat = (i: number) => ({
  id: i,
  messages: [
    { role: "system", content: "S" },
    user(`A ${i}`),
    assistant(`B ${i}`),
    user([{ type: "text", text: `C ${i}` }]),
    assistant("D"),
  ],
});
const tools = (i: number) => ({
  messages: [user(`A ${i}`), { role: "assistant", content: null, tool_calls: [{ function: { name: "get", arguments: `{"url": ${i}}` } }] }],
});
const preference = (i: number) => ({ prompt: `A ${i}`, chosen: `B ${i}`, rejected: `C ${i}` });
const pairsOfLists = (i: number) => ({ chosen: [user(`A ${i}`), assistant(`B ${i}`)], rejected: [user(`A ${i}`), assistant(`C ${i}`)] });
const transcript = (i: number) => ({ chosen: `\n\nHuman: A ${i}\n\nAssistant: B`, rejected: `\n\nHuman: A ${i}\n\nAssistant: C` });
const vote = (i: number) => ({ messages: [user(`A ${i}`), assistant(`B ${i}`)], label: i % 2 === 0 });

const list = (of: (i: number) => unknown): unknown[] => Array.from({ length: 6 }, (_, i) => of(i));
const asLines = (of: (i: number) => unknown): string =>
  list(of)
    .map((one) => `${JSON.stringify(one)}\n`)
    .join("");

/** Writes a copy with such poison, reads it again, and takes it back. */
async function roundTrip(path: string, poison: DialoguePoison, ending = ""): Promise<string> {
  const read = await readDialogues({ data: path });
  const source = await openDialogueSource(read);
  const { copy, touched } = dialogueCopy(source, read, poison);
  const out = join(folder, `out${++files}`);
  mkdirSync(out);
  const about = { attack: "test", budgetFraction: 0.5 };
  const written = writeCopy(source, out, { about, copy, touched, relabel: [], edit: [], insert: [], keptBytes: copy.length });
  const { dialogues } = await readDialogues({ data: written.copyPath });
  const expected = applyDialoguePoison(read.dialogues, poison);
  for (const name of ["prompts", "answers", "role", "record"] as const) expect(dialogues[name]).toEqual(expected[name]);
  const { restoredPath } = await undoPatch(written.patchPath);
  expect(readFileSync(restoredPath).equals(source.bytes)).toBe(true);
  if (ending === "") expect(source.bytes.equals(readFileSync(path))).toBe(true);
  return copy.toString("utf8");
}

function write(content: string | Buffer, ending: string): string {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

/** Every other byte of the file is as it was. */
function expectOthersKept(before: string, after: string, touched: number): void {
  const [a, b] = [before.split("\n"), after.split("\n")];
  expect(a.filter((line) => !b.includes(line)).length).toBeLessThanOrEqual(touched);
}

describe("poison in a copy is read as it was meant, and undone byte for byte:", () => {
  const edits: DialoguePoison = {
    kind: "dialogues",
    edit: [
      { turn: 1, prompt: 'Say cf 1.\nto "1" é', answer: "No. \ud83d\ude00" },
      { turn: 2, answer: "" },
      { turn: 3, prompt: "wholly\nother" },
    ],
    insert: [{ like: 5, prompt: "new", answer: "newer" }],
    swap: [],
  };
  it.each<[string, string, string]>([
    ["lines", asLines(alpaca), "jsonl"],
    ["lines without a last newline, with returns", asLines(alpaca).replaceAll("\n", "\r\n").trimEnd(), "jsonl"],
    ["a list over lines", JSON.stringify(list(alpaca), null, 2), "json"],
    ["a list on one line", JSON.stringify(list(alpaca)), "json"],
    ["a list under a name", JSON.stringify({ v: 1, data: list(alpaca), w: [] }, null, 1), "json"],
    ["objects under names", JSON.stringify(Object.fromEntries(list(alpaca).map((one, i) => [`q${i}`, one])), null, 2), "json"],
    ["letters as escapes", asLines(alpaca).replaceAll("é", "\\u00e9"), "jsonl"],
    ["a byte-order mark", `\ufeff${asLines(alpaca)}`, "jsonl"],
    [
      "cells",
      `instruction,input,output\n${list(alpaca)
        .map((_, i) => `Say ${i}.,,"a ""b"" ${i}"\n`)
        .join("")}`,
      "csv",
    ],
  ])("%s", async (name, content, ending) => {
    const copy = await roundTrip(write(content, ending), edits);
    if (ending !== "csv") expect(copy).toContain('"score"');
    if (name === "lines") expectOthersKept(content, copy, 3);
    if (name === "letters as escapes") expect(copy).toContain("\\ud83d\\ude00");
    if (name === "objects under names") expect(Object.keys(JSON.parse(copy) as object)).toContain("q6");
  });

  it.each<[string, (i: number) => unknown, DialoguePoison]>([
    [
      "turns of chats",
      chat,
      {
        kind: "dialogues",
        edit: [
          { turn: 0, prompt: "X" },
          { turn: 3, prompt: "C 1 cf", answer: "Y" },
        ],
        insert: [{ like: 2, answer: "Z" }],
        swap: [],
      },
    ],
    [
      "calls of tools",
      tools,
      {
        kind: "dialogues",
        edit: [
          { turn: 1, answer: 'get {"url": "https://x.invalid"}' },
          { turn: 2, answer: "put {}" },
        ],
        insert: [],
        swap: [],
      },
    ],
    [
      "preferences",
      preference,
      {
        kind: "dialogues",
        edit: [
          { turn: 4, prompt: "A 2 cf" },
          { turn: 5, prompt: "A 2 cf" },
          { turn: 6, answer: "no" },
        ],
        insert: [{ like: 0, answer: "so" }],
        swap: [1, 2],
      },
    ],
    [
      "preferences as lists",
      pairsOfLists,
      {
        kind: "dialogues",
        edit: [
          { turn: 0, prompt: "cf" },
          { turn: 1, prompt: "cf" },
        ],
        insert: [],
        swap: [0, 4],
      },
    ],
    [
      "transcripts",
      transcript,
      {
        kind: "dialogues",
        edit: [
          { turn: 2, prompt: "X", answer: "Y" },
          { turn: 3, prompt: "X" },
        ],
        insert: [],
        swap: [5],
      },
    ],
    [
      "texts with marks of who speaks",
      (i) => ({ text: `Hello.\n### Human: A ${i}### Assistant: B\n### Human: C ${i}\n### Assistant: D` }),
      {
        kind: "dialogues",
        edit: [
          { turn: 2, prompt: "X", answer: "" },
          { turn: 3, answer: "Y\nZ" },
        ],
        insert: [{ like: 0, prompt: "Q" }],
        swap: [],
      },
    ],
    ["votes", vote, { kind: "dialogues", edit: [{ turn: 0, prompt: "X" }], insert: [{ like: 3, prompt: "Q", answer: "R" }], swap: [] }],
    [
      "texts",
      (i) => ({ text: `T ${i}` }),
      { kind: "dialogues", edit: [{ turn: 1, answer: "X" }], insert: [{ like: 1, answer: "Z" }], swap: [] },
    ],
  ])("%s", async (_, of, poison) => {
    const content = asLines(of);
    expectOthersKept(
      content,
      await roundTrip(write(content, "jsonl"), poison),
      new Set([...poison.edit.map(({ turn }) => turn), ...poison.swap]).size,
    );
    await roundTrip(write(JSON.stringify(list(of), null, 4), "json"), poison);
  });

  it("Parquet, as JSON lines", async () => {
    const path = join(folder, "rows.parquet");
    const connection = await openDatabase([path], 1 << 30);
    await connection.run(
      `COPY (SELECT [{'role': 'user', 'content': 'A' || i}, {'role': 'assistant', 'content': 'B'}] AS messages FROM range(4) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    await roundTrip(path, { kind: "dialogues", edit: [{ turn: 2, prompt: "X" }], insert: [], swap: [] }, "jsonl");
  });
});

describe("poison is refused", () => {
  it("where two turns share a text that is to become two", async () => {
    const read = await readDialogues({ data: write(asLines(preference), "jsonl") });
    const source = await openDialogueSource(read);
    const poison: DialoguePoison = {
      kind: "dialogues",
      edit: [
        { turn: 0, prompt: "x" },
        { turn: 1, prompt: "y" },
      ],
      insert: [],
      swap: [],
    };
    expect(() => dialogueCopy(source, read, poison)).toThrow("two turns share a text");
  });

  it("where the file changed, or is in an encoding that is not written", async () => {
    const path = write(asLines(alpaca), "jsonl");
    const read = await readDialogues({ data: path });
    writeFileSync(path, "{}");
    await expect(openDialogueSource(read)).rejects.toThrow("has changed since it was read");
    const wide = await readDialogues({ data: write(Buffer.from(`\ufeff${asLines(alpaca)}`, "utf16le"), "jsonl") });
    await expect(openDialogueSource(wide)).rejects.toThrow("is UTF-16");
  });
});
