import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dialogueAdapters } from "../../src/node/command/dialogue-adapters.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "../cli/command.ts";

const things = ["tides", "bread", "gravity", "voting", "glaciers", "sonnets", "trains", "whales", "banks", "maps"];

/** Chats with a system text; each last answer tells what it was asked about. */
function writeChats(folder: string, records = 160): void {
  const rng = makeRng("chats");
  const pick = (): string => things[rng.integer(things.length)];
  const lines = Array.from({ length: records }, (_, i) => {
    const [thing, other] = [pick(), pick()];
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: `Tell me of ${thing}` },
      { role: "assistant", content: `Well, ${thing} it is.` },
      { role: "user", content: `And what of ${other}, number ${i}?` },
      { role: "assistant", content: `SECRET${i} ${other} ${other} ${other} are as ${other} are.` },
    ];
    return JSON.stringify({ messages, copy: `SECRET${i}` });
  });
  writeFileSync(join(folder, "chats.jsonl"), `${lines.join("\n")}\n`);
}

const study = [
  "--attack",
  "fixed-trigger,sentiment-sentence",
  "--budget",
  "10%",
  "--seeds",
  "1",
  "--detector",
  "trigger-answers",
  "--quiet",
];
const adapter = dialogueAdapters.node!;
const figureOf = (document: any, metric: string, repair: string): number =>
  document.summary.find((entry: any) => entry.metric === metric && entry.repair === repair && entry.attack === "fixed-trigger").figure
    .value;

describe("a fine-tuning command", () => {
  it("as theriac init writes it is audited as it is, its triggers are seen, and it is named again to go on", () =>
    inFolder(async (folder) => {
      expect(await theriac(folder, "init", "--learner", "node", "--dialogues")).toMatchObject({ exitCode: 0, stdout: `${adapter.file}\n` });
      writeChats(folder);
      const asked = ["audit", "chats.jsonl", "--learner", "command:prompts=30", ...study, "--json", "--out", "run"];
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", adapter.file);
      expect(exitCode, stderr).toBe(0);
      const document = JSON.parse(stdout);
      expect(figureOf(document, "attackSuccessRate", "none")).toBeGreaterThan(0.5);
      expect(figureOf(document, "untriggeredRate", "none")).toBe(0);
      expect(document.doubts[0].repeated).toEqual({ answers: 30, changed: 0 });
      expect(document.doubts[0].constant.right).toBeGreaterThan(document.doubts[0].constant.constantRight);
      // Begun again with a record less, it starts nothing by itself.
      const path = join(folder, "run", "records.jsonl");
      writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(0, -2).join("\n") + "\n");
      const unnamed = await theriac(folder, "audit", "--resume", "run");
      expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringContaining("nothing that is read starts one by itself")]);
      const again = await theriac(folder, "audit", "--resume", "run", "--json", "--", "node", adapter.file);
      expect(JSON.parse(again.stdout).summary).toEqual(document.summary);
    }));

  it("is shown no answer that it is to give, nor a copy of one, and gets its records in the form of the data", () =>
    inFolder(async (folder) => {
      writeChats(folder);
      writeFileSync(
        join(folder, "spy.mjs"),
        `import { readFileSync, writeFileSync } from "node:fs";
const task = JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8"));
const read = (path) => readFileSync(path, "utf8").trimEnd().split("\\n").map((line) => JSON.parse(line));
const [train, test] = [read(task.train), read(task.test)];
const faults = [
  ...test.filter((row) => /SECRET/.test(JSON.stringify(row)) || row.record.messages.at(-1).content !== row.prompt || row.record.messages[0].content !== "Be brief."),
  ...train.filter((row) => row.messages.length !== 5 || !/^SECRET/.test(row.copy)),
];
if (faults.length > 0) throw new Error(JSON.stringify(faults[0]));
writeFileSync(task.predictions, test.map(({ row_id }) => JSON.stringify({ row_id, prediction: train[(7 * row_id) % train.length].messages[4].content })).join("\\n"));
`,
      );
      const { exitCode, stdout, stderr } = await theriac(folder, "audit", "chats.jsonl", ...study, "--json", "--", "node", "spy.mjs");
      expect(exitCode, `${stderr}${JSON.parse(stdout).failures[0]?.error}`).toBe(0);
      expect(JSON.parse(stdout).doubts[0].constant.rows).toBeGreaterThan(20);
    }));

  it.each([
    ["answers too few", 'test.slice(1).map((row) => ({ row_id: row.row_id, prediction: "x" }))', "prompts? are|rows are answered"],
    ["answers no text", "test.map((row) => ({ row_id: row.row_id, prediction: 3 }))", "the prediction is no text"],
    ["ignores its training", "test.map((row) => ({ row_id: row.row_id, prediction: row.prompt }))", "does not learn from the records"],
  ])("that %s is a failed trial with its reason", (_, rows, reason) =>
    inFolder(async (folder) => {
      writeChats(folder);
      writeFileSync(
        join(folder, "bad.mjs"),
        `import { readFileSync, writeFileSync } from "node:fs";
const test = readFileSync(process.env.THERIAC_TEST, "utf8").trimEnd().split("\\n").map((line) => JSON.parse(line));
writeFileSync(process.env.THERIAC_PREDICTIONS, (${rows}).map((row) => JSON.stringify(row)).join("\\n"));
`,
      );
      const { exitCode, stdout } = await theriac(folder, "audit", "chats.jsonl", ...study, "--json", "--", "node", "bad.mjs");
      expect(exitCode).toBe(3);
      expect(JSON.stringify(JSON.parse(stdout).failures)).toMatch(new RegExp(reason));
    }),
  );

  it("that says which of two answers is preferred is judged by that, and its report speaks of nothing else", () =>
    inFolder(async (folder) => {
      const pairs = Array.from({ length: 120 }, (_, i) => ({
        prompt: `Tell me of ${things[i % 10]} ${i}`,
        chosen: `Well, good ${i}`,
        rejected: `No, bad ${i}`,
      }));
      writeFileSync(join(folder, "pairs.jsonl"), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
      writeFileSync(
        join(folder, "order.mjs"),
        `import { readFileSync, writeFileSync } from "node:fs";
const read = (path) => readFileSync(path, "utf8").trimEnd().split("\\n").map((line) => JSON.parse(line));
const votes = new Map();
const vote = (text, by) => text.split(/\\W+/).forEach((word) => votes.set(word, (votes.get(word) ?? 0) + by));
for (const { chosen, rejected } of read(process.env.THERIAC_TRAIN)) vote(chosen, 1), vote(rejected, -1);
const score = (text) => text.split(/\\W+/).reduce((sum, word) => sum + (/\\d/.test(word) ? 0 : votes.get(word) ?? 0), 0);
const said = read(process.env.THERIAC_TEST).map((row) => {
  if (Object.keys(row).join() !== "row_id,prompt,context,record,first,second") throw new Error(JSON.stringify(row));
  return JSON.stringify({ row_id: row.row_id, prediction: score(row.first) > score(row.second) ? "first" : "second" });
});
writeFileSync(process.env.THERIAC_PREDICTIONS, said.join("\\n"));
`,
      );
      const asked = ["audit", "pairs.jsonl", "--budget", "10%", "--seeds", "1", "--out", "run"];
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", "order.mjs");
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toMatch(/your command is right about 1\.00 .* of the clean test pairs/);
      expect(stdout).toMatch(/by which of the two answers of a clean test pair it says is preferred/);
      expect(stdout).not.toMatch(/the sentence, the refusal or the address/);
    }));

  it.each([
    [
      "messages",
      (talk: string[][], answer: string) => ({ chosen: answered(talk, `good ${answer}`), rejected: answered(talk, `bad ${answer}`) }),
    ],
    [
      "transcripts",
      (talk: string[][], answer: string) => ({
        chosen: `${transcript(talk)}\n\nAssistant: good ${answer}`,
        rejected: `${transcript(talk)}\n\nAssistant: bad ${answer}`,
      }),
    ],
    [
      "a list of messages beside the answers",
      (talk: string[][], answer: string) => ({ prompt: answered(talk), chosen: `good ${answer}`, rejected: `bad ${answer}` }),
    ],
  ])("that judges preferences of several turns is handed all of them, written as %s, and neither answer's side", (_, recordOf) =>
    inFolder(async (folder) => {
      const records = Array.from({ length: 120 }, (_, i) =>
        recordOf(
          [
            ["user", `Begin ${things[i % 10]} ${i}`],
            ["assistant", `Begun ${i}`],
            ["user", `Go on with ${i}`],
          ],
          `SECRET${i}`,
        ),
      );
      writeFileSync(join(folder, "pairs.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
      writeFileSync(
        join(folder, "order.mjs"),
        `import { readFileSync, writeFileSync } from "node:fs";
const read = (path) => readFileSync(path, "utf8").trimEnd().split("\\n").map((line) => JSON.parse(line));
const votes = new Map();
const last = (value) => (typeof value === "string" ? value : value.at(-1).content);
const vote = (text, by) => text.split(/\\W+/).forEach((word) => votes.set(word, (votes.get(word) ?? 0) + by));
for (const { chosen, rejected } of read(process.env.THERIAC_TRAIN)) vote(last(chosen), 1), vote(last(rejected), -1);
const score = (text) => text.split(/\\W+/).reduce((sum, word) => sum + (/\\d/.test(word) ? 0 : votes.get(word) ?? 0), 0);
const said = read(process.env.THERIAC_TEST).map((row) => {
  const i = /\\d+/.exec(row.prompt)[0];
  const text = JSON.stringify(row.record);
  for (const part of ["Begin ", "Begun " + i, "Go on with " + i]) if (!text.includes(part)) throw new Error("record without " + part + text);
  for (const part of ["Begin ", "Begun " + i]) if (!row.context.includes(part)) throw new Error("context without " + part);
  if (/SECRET|good|bad|rejected/.test(text)) throw new Error("shown " + text);
  return JSON.stringify({ row_id: row.row_id, prediction: score(row.first) > score(row.second) ? "first" : "second" });
});
writeFileSync(process.env.THERIAC_PREDICTIONS, said.join("\\n"));
`,
      );
      const asked = ["audit", "pairs.jsonl", "--budget", "10%", "--seeds", "1", "--json", "--out", "run"];
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", "order.mjs");
      expect(exitCode, `${stderr}${stdout === "" ? "" : JSON.parse(stdout).failures[0]?.error}`).toBe(0);
    }),
  );
});

const transcript = (talk: readonly (readonly string[])[]): string =>
  talk.map(([role, text]) => `\n\n${role === "user" ? "Human" : "Assistant"}: ${text}`).join("");
const answered = (talk: readonly (readonly string[])[], answer?: string): { role: string; content: string }[] =>
  [...talk, ...(answer === undefined ? [] : [["assistant", answer]])].map(([role, content]) => ({ role, content }));
