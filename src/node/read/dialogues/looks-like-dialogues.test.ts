import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { looksLikeDialogues } from "./looks-like-dialogues.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const chat = {
  messages: [
    { role: "user", content: "a" },
    { role: "assistant", content: "b" },
  ],
};
const pair = { prompt: "a", completion: "b" };
const lines = (...records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");
const five = <T>(record: T): T[] => [record, record, record, record, record];

it.each<[boolean, string, string, string]>([
  [true, "chats", lines(...five(chat)), "jsonl"],
  [true, "a list", JSON.stringify(five(pair), null, 1), "json"],
  [true, "one record over lines", JSON.stringify(chat, null, 1), "json"],
  [true, "a list under a name", JSON.stringify({ v: 1, data: five(pair) }), "json"],
  [true, "objects under names", JSON.stringify({ a: pair, b: pair }), "json"],
  [true, "a file that was cut", `${lines(...five(pair))}{"prompt": "x`, "jsonl"],
  [true, "a first record that is long", lines({ prompt: "x".repeat(400_000), completion: "y" }, pair), "jsonl"],
  [true, "messages without records", JSON.stringify(chat.messages), "json"],
  [true, "texts", lines(...five({ text: "a b c", url: "u" })), "jsonl"],
  [true, "cells of prompts and answers", "instruction,input,output\na,b,c\nd,e,f\n", "csv"],
  [false, "texts with a label", lines(...five({ text: "a b c", label: "good" })), "jsonl"],
  [false, "numbers", lines(...five({ x: 1, y: 2 })), "jsonl"],
  [false, "ratings", lines(...five({ user: "a", item: "b", rating: 3 })), "jsonl"],
  [false, "numbers under such names", lines(...five({ input: 1, output: 2 })), "jsonl"],
  [false, "cells of texts and classes", "text,label\na,b\nc,d\n", "csv"],
  [false, "cells under names of many tables", "input,target\n1,2\n3,4\n", "csv"],
  [false, "columns", JSON.stringify({ x: [1, 2], y: [3, 4] }), "json"],
  [false, "nothing", "", "jsonl"],
  [false, "no JSON", "foo\nbar\n", "jsonl"],
])("%s of %s", async (is, _, content, ending) => {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  expect(await looksLikeDialogues(path)).toBe(is);
});

it("looks at a folder as reading does, and at nothing that is not there", async () => {
  mkdirSync(join(folder, "hub", "data"), { recursive: true });
  writeFileSync(join(folder, "hub", "data", "train.jsonl"), lines(...five(chat)));
  expect(await looksLikeDialogues(join(folder, "hub"))).toBe(true);
  for (const name of ["gone.jsonl", "-", "", "*.nothing"]) expect(await looksLikeDialogues(name)).toBe(false);
});
