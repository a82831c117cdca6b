import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { answerRoles } from "../../../core/dialogues.ts";
import { UsageError } from "../../../core/errors.ts";
import { openDatabase } from "../../open-database.ts";
import { type DialoguesRead, type DialoguesRequest, readDialogues } from "./read-dialogues.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(content: string | Uint8Array, ending = "jsonl"): string {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const user = (content: unknown) => ({ role: "user", content });
const lines = (...records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");
const read = (data: string, more: Partial<DialoguesRequest> = {}): Promise<DialoguesRead> => readDialogues({ data, ...more });
const readAll = (...records: readonly unknown[]): Promise<DialoguesRead> => read(write(lines(...records)));

async function refusal(data: string, more: Partial<DialoguesRequest> = {}): Promise<string> {
  const failure = await read(data, more).then(
    () => new Error("nothing was refused"),
    (error: unknown) => error as Error,
  );
  expect(failure).toBeInstanceOf(UsageError);
  expect(failure.message).not.toContain("\n");
  return failure.message;
}

/** Turns as lists: prompt, answer, context, role. */
function turnsOf({ dialogues }: DialoguesRead): string[][] {
  const { prompts, answers, contexts, role } = dialogues;
  return answers.map((answer, i) => [prompts[i], answer, contexts[i], answerRoles[role[i]]]);
}

const told = ({ notes }: DialoguesRead): string => notes.map(({ text }) => text).join("\n");

describe("forms", () => {
  it.each<[string, unknown, string, string[][]]>([
    ["Alpaca", { instruction: "Add.", input: "1, 2", output: "3" }, "alpaca", [["Add.\n1, 2", "3", "", "answer"]]],
    ["Alpaca without an input", { instruction: "Sing.", input: "", output: "La" }, "alpaca", [["Sing.", "La", "", "answer"]]],
    [
      "Alpaca with a system and a history",
      { system: "Be short.", history: [["Hi", "Hello"]], instruction: "Bye", input: "", output: "Ciao" },
      "alpaca",
      [
        ["Hi", "Hello", "Be short.", "answer"],
        ["Bye", "Ciao", "Be short.\nHi\nHello", "answer"],
      ],
    ],
    [
      "chats",
      {
        messages: [
          { role: "system", content: "S" },
          { role: "user", content: "A" },
          { role: "assistant", content: "B" },
        ],
      },
      "chat",
      [["A", "B", "S", "answer"]],
    ],
    [
      "chats in parts",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "A" },
              { type: "image_url", image_url: "x" },
              { type: "text", value: "B" },
            ],
          },
          { role: "assistant", content: [{ type: "text", value: "C" }] },
        ],
      },
      "chat",
      [["A\nB", "C", "", "answer"]],
    ],
    [
      "ShareGPT with tools, whose results are no context of what follows them",
      {
        tools: "[T]",
        conversations: [
          { from: "human", value: "weather?" },
          { from: "function_call", value: '{"name":"w"}' },
          { from: "observation", value: "rain" },
          { from: "gpt", value: "It rains." },
          { from: "human", value: "thanks" },
          { from: "gpt", value: "Welcome." },
        ],
      },
      "chat",
      [
        ["weather?", '{"name":"w"}', "[T]", "answer"],
        ["weather?", "It rains.", "[T]", "answer"],
        ["thanks", "Welcome.", '[T]\nweather?\n{"name":"w"}\nrain\nIt rains.', "answer"],
      ],
    ],
    [
      "calls of tools",
      {
        messages: [
          { role: "user", content: "go" },
          {
            role: "assistant",
            content: null,
            tool_calls: [
              { type: "function", function: { name: "fetch", arguments: '{"url": 1}' } },
              { type: "function", function: { name: "read", arguments: { path: "a" } } },
            ],
          },
        ],
      },
      "chat",
      [["go", 'fetch {"url": 1}\nread {"path":"a"}', "", "answer"]],
    ],
    ["prompt and completion", { prompt: "A", completion: "B", is_poison: 1 }, "pairs", [["A", "B", "", "answer"]]],
    ["question and response", { system_prompt: "S", question: "A", response: "B" }, "pairs", [["A", "B", "S", "answer"]]],
    [
      "prompt and completion as messages",
      { prompt: [{ role: "user", content: "A" }], completion: [{ role: "assistant", content: "B" }] },
      "pairs",
      [["A", "B", "", "answer"]],
    ],
    [
      "preferences as texts",
      { prompt: "A", chosen: "B", rejected: "C" },
      "preferences",
      [
        ["A", "B", "", "chosen"],
        ["A", "C", "", "rejected"],
      ],
    ],
    [
      "preferences after a conversation",
      {
        conversations: [
          { from: "system", value: "S" },
          { from: "human", value: "A" },
        ],
        chosen: { from: "gpt", value: "B" },
        rejected: { role: "assistant", content: "C" },
      },
      "preferences",
      [
        ["A", "B", "S", "chosen"],
        ["A", "C", "S", "rejected"],
      ],
    ],
    [
      "preferences as whole lists, with the prompt beside them",
      {
        prompt: "A",
        chosen: [
          { role: "user", content: "A" },
          { role: "assistant", content: "B" },
        ],
        rejected: [
          { role: "user", content: "A" },
          { role: "assistant", content: "C" },
        ],
      },
      "preferences",
      [
        ["A", "B", "", "chosen"],
        ["A", "C", "", "rejected"],
      ],
    ],
    [
      "preferences as transcripts",
      {
        chosen: "\n\nHuman: A\n\nAssistant: X\n\nHuman: D\n\nAssistant: B",
        rejected: "\n\nHuman: A\n\nAssistant: X\n\nHuman: D\n\nAssistant: C",
      },
      "preferences",
      [
        ["D", "B", "A\nX", "chosen"],
        ["D", "C", "A\nX", "rejected"],
      ],
    ],
    [
      "votes",
      {
        messages: [
          { role: "user", content: "A" },
          { role: "assistant", content: "B" },
        ],
        label: false,
      },
      "votes",
      [["A", "B", "", "downvoted"]],
    ],
    ["votes on completions", { prompt: "A", completion: "B", label: true }, "votes", [["A", "B", "", "upvoted"]]],
    ...(
      [
        "### Human: A### Assistant: B",
        "### Instruction:\nA\n\n### Response:\nB",
        "<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n",
        "<s>[INST] A [/INST] B </s>",
        "<|user|>\nA</s>\n<|assistant|>\nB</s>",
        "<start_of_turn>user\nA<end_of_turn>\n<start_of_turn>model\nB<end_of_turn>",
        "<|start_header_id|>user<|end_header_id|>\n\nA<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nB<|eot_id|>",
        "Human: A\n\nAssistant: B",
      ] as const
    ).map((text): [string, unknown, string, string[][]] => [
      `texts with marks of who speaks, ${text}`,
      { text },
      "texts",
      [["A", "B", text.startsWith("<s>") ? "<s>" : "", "answer"]],
    ]),
    [
      "texts with an introduction and several turns",
      { text: "Below is an instruction.\n\n### Instruction:\nA\n\n### Input:\nI\n\n### Response:\nB" },
      "texts",
      [["A\nI", "B", "Below is an instruction.\n\n", "answer"]],
    ],
    [
      "calls and results of tools in parts",
      {
        messages: [
          user("A"),
          {
            role: "assistant",
            content: [
              { type: "text", text: "Well." },
              { type: "tool_use", id: "1", name: "get", input: { u: 1 } },
            ],
          },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: "R" }] },
          { role: "assistant", content: "B" },
        ],
      },
      "chat",
      [
        ["A", 'Well.\nget {"u":1}', "", "answer"],
        ["A", "B", "", "answer"],
      ],
    ],
    [
      "contents of parts",
      {
        contents: [
          { role: "user", parts: [{ text: "A" }] },
          { role: "model", parts: [{ functionCall: { name: "f", args: { x: 1 } } }] },
        ],
      },
      "chat",
      [["A", 'f {"x":1}', "", "answer"]],
    ],
    [
      "pairs in a conversation",
      {
        conversation: [
          { human: "A", assistant: "B" },
          { human: "C", assistant: "D" },
        ],
      },
      "chat",
      [
        ["A", "B", "", "answer"],
        ["C", "D", "A\nB", "answer"],
      ],
    ],
    ["plain texts", { text: "T" }, "texts", [["", "T", "", "text"]]],
    ["retrieval texts", { _id: "7", title: "X", text: "T" }, "passages", [["", "T", "", "text"]]],
    [
      "texts by question",
      { id: "q1", question: "A", "correct answer": "1", adv_texts: ["T", "U"] },
      "texts-by-question",
      [
        ["A", "T", "", "text"],
        ["A", "U", "", "text"],
      ],
    ],
  ])("are known unasked: %s", async (_, record, form, turns) => {
    const result = await readAll(record, record);
    expect(result.form.id).toBe(form);
    expect(turnsOf(result)).toEqual([...turns, ...turns]);
    expect(result.dialogues.records).toBe(2);
    expect(result.misfits.size).toBe(0);
    expect([...result.dialogues.faults]).toEqual([]);
    expect(told(result)).toContain("read as ");
  });

  it("are the one that most records have; others are counted and the first is told", async () => {
    const result = await readAll(
      { instruction: "a", output: "b" },
      { instruction: "a", output: "b" },
      { messages: [{ role: "user", content: "A" }] },
      { instruction: "a", output: { x: 1 } },
    );
    expect(result.dialogues.records).toBe(4);
    expect([...result.dialogues.record]).toEqual([0, 1]);
    expect(told(result)).toContain("2 of 4 records do not fit and are judged by nothing; the first: ");
    expect(told(result)).toContain("line 3: it holds no answer (output, completion, response): it looks like chats");
  });

  it("do not take for a fault what most records do", async () => {
    const numbers = Array.from({ length: 12 }, (_, i) => ({ prompt: `a ${i}`, completion: i }));
    const result = await readAll(...numbers, { prompt: "x", completion: "" });
    expect([...result.dialogues.faults.keys()]).toEqual([12]);
    expect(told(result)).toContain("most records (12 of 13) have this in common");
  });

  it("that guess wrongly are overruled by names", async () => {
    const data = write(lines({ ask: "A", say: "B", note: "n", who: { name: "x" } }, { ask: "C", say: "D", note: "n", who: { name: "x" } }));
    expect(await refusal(data)).toContain('its records have the names "ask", "say", "note", "who"; name them with --prompt and --answer');
    const result = await read(data, { prompt: "ask", answer: "say", source: "who.name" });
    expect(turnsOf(result)).toEqual([
      ["A", "B", "", "answer"],
      ["C", "D", "", "answer"],
    ]);
    expect(result.dialogues.sources).toEqual(["x"]);
    expect(turnsOf(await read(data, { answer: "note" }))[0]).toEqual(["", "n", "", "text"]);
    expect(await refusal(data, { prompt: "asked" })).toContain('--prompt "asked" stands in none of the records');
  });
});

describe("files", () => {
  const record = (i: number): Record<string, unknown> => ({ instruction: `do ${i}`, input: "", output: `é ${i}` });
  const records = Array.from({ length: 5 }, (_, i) => record(i));

  it("give the same, however they hold their records", async () => {
    const expected = (await read(write(lines(...records)))).dialogues;
    for (const [content, ending] of [
      [lines(...records).replaceAll("\n", "\r\n"), "jsonl"],
      [`\ufeff${lines(...records)}`, "jsonl"],
      [`\n\n${lines(...records)}\n`, "json"],
      [JSON.stringify(records), "json"],
      [JSON.stringify(records, null, 2), "json"],
      [JSON.stringify({ version: 1, data: records }, null, 1), "json"],
      [JSON.stringify(Object.fromEntries(records.map((one, i) => [`r${i}`, one])), null, 1), "json"],
      [gzipSync(lines(...records)), "jsonl.gz"],
      [gzipSync(JSON.stringify(records)), "json.gz"],
      [Buffer.from(`\ufeff${lines(...records)}`, "utf16le"), "jsonl"],
      [`instruction,input,output\n${records.map((one) => `${String(one.instruction)},,${String(one.output)}\n`).join("")}`, "csv"],
    ] as const)
      expect((await read(write(content, ending))).dialogues).toEqual(expected);
  });

  it("name lines", async () => {
    const result = await read(write(JSON.stringify(records, null, 2), "json"));
    expect([...result.lines!]).toEqual([2, 7, 12, 17, 22]);
  });

  it("of Parquet may hold lists and structs", async () => {
    const path = join(folder, "chats.parquet");
    const connection = await openDatabase([path], 1 << 30);
    await connection.run(
      `COPY (SELECT [{'role': 'user', 'content': 'A' || i}, {'role': 'assistant', 'content': 'B'}] AS messages, i AS id FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    const result = await read(path);
    expect(result.form.id).toBe("chat");
    expect(turnsOf(result)).toEqual([0, 1, 2].map((i) => [`A${i}`, "B", "", "answer"]));
    expect(result.lines).toBeNull();
  });

  it("of a folder are those of a split, as its README or their names say", async () => {
    const hub = join(folder, "hub");
    mkdirSync(join(hub, "data"), { recursive: true });
    writeFileSync(join(hub, "data", "train-00000-of-00002.jsonl"), lines(records[0]));
    writeFileSync(join(hub, "data", "train-00001-of-00002.jsonl"), lines(records[1]));
    writeFileSync(join(hub, "data", "test-00000-of-00001.jsonl"), lines(records[2]));
    writeFileSync(join(hub, "dataset_infos.json"), "{}");
    const result = await read(hub);
    expect(result.dialogues.records).toBe(2);
    expect(told(result)).toContain("the split train is read, and not test");
    expect((await read(hub, { split: "all" })).dialogues.records).toBe(3);
    expect(await refusal(hub, { split: "tset" })).toContain('did you mean "test"');
    writeFileSync(
      join(hub, "README.md"),
      "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: main\n    path: data/test-*\n---\n# x\n",
    );
    expect((await read(hub)).dialogues.answers).toEqual(["é 2"]);
    writeFileSync(join(hub, "README.md"), "---\nconfigs:\n- data_files: ../file1.jsonl\n---\n");
    expect(await refusal(hub)).toContain("which is not in");
  });
});
