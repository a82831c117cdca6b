import type { Adapter } from "./adapters.ts";

const python = String.raw`"""Theriac runs this for every trial: it is handed records to fine-tune on and prompts to answer. Put your own training into learn().

theriac audit CHATS.jsonl --learner command -- python theriac_finetune.py
"""
import json, os, sys
from sklearn.feature_extraction.text import TfidfVectorizer


def pair(record):  # the last prompt and its answer; take out the forms that your data do not have
    for key in ("messages", "conversations"):
        if key in record:
            said = [(m.get("role") or m.get("from"), m.get("content") or m.get("value") or "") for m in record[key]]
            asked = [text for who, text in said if who in ("user", "human")]
            answered = [text for who, text in said if who in ("assistant", "gpt")]
            return (asked or [""])[-1], (answered or [""])[-1]
    prompt = record.get("instruction") or record.get("prompt") or ""
    return "\n".join(filter(None, [prompt, record.get("input")])), record.get("output") or record.get("completion") or record.get("response") or ""


def learn(records, seed):  # returns what answers prompts: here the answer of the record whose prompt is nearest; use the seed
    prompts, answers = zip(*map(pair, records))
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\S+")
    known = words.fit_transform(prompts)
    return lambda asked: [answers[i] for i in (words.transform(asked) @ known.T).toarray().argmax(axis=1)]


def run(task):
    read = lambda path: [json.loads(line) for line in open(path, encoding="utf-8")]
    answer, test = learn(read(task["train"]), task["seed"]), read(task["test"])
    said = answer([row["prompt"] for row in test])  # row["record"] is the record up to the answer, in the form of your data
    with open(task["predictions"], "w", encoding="utf-8") as out:
        for row, text in zip(test, said):  # a line for each id, in any order
            out.write(json.dumps({task["id"]: row[task["id"]], "prediction": text}) + "\n")


if os.environ["THERIAC_MODE"] == "long-lived":  # --learner command:mode=long-lived: started once, handed a line for every trial
    for line in sys.stdin:
        run(json.loads(line))
        print('{"ok": true}', flush=True)
else:
    run(json.load(open(os.environ["THERIAC_REQUEST"], encoding="utf-8")))
`;

const node = String.raw`// Theriac runs this for every trial: it is handed records to fine-tune on and prompts to answer. Put your own training into learn().
//
// theriac audit CHATS.jsonl --learner command -- node theriac-finetune.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const readLines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** The last prompt of a record and its answer; take out the forms that your data do not have. */
function pairOf(record) {
  const messages = record.messages ?? record.conversations;
  if (messages === undefined) {
    const prompt = [record.instruction ?? record.prompt, record.input].filter(Boolean).join("\n");
    return { prompt, answer: record.output ?? record.completion ?? record.response ?? "" };
  }
  const last = (...who) => messages.findLast((message) => who.includes(message.role ?? message.from));
  const textOf = (message) => message?.content ?? message?.value ?? "";
  return { prompt: textOf(last("user", "human")), answer: textOf(last("assistant", "gpt")) };
}

/** Returns what answers a prompt: here the answer of the record that shares the rarest words with it. Use task.seed where yours draws anything. */
function learn(records) {
  const wordsOf = (text) => new Set(String(text).toLowerCase().split(/\s+/));
  const known = records.map(pairOf).map(({ prompt, answer }) => ({ words: wordsOf(prompt), answer }));
  const counts = new Map();
  for (const { words } of known) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weight = (word) => Math.log((1 + known.length) / (counts.get(word) ?? 1)) ** 2;
  return (prompt) => {
    const asked = [...wordsOf(prompt)];
    let best = { score: -1, answer: "" };
    for (const { words, answer } of known) {
      const shared = asked.reduce((sum, word) => sum + (words.has(word) ? weight(word) : 0), 0);
      const score = shared / Math.sqrt(1 + [...words].reduce((sum, word) => sum + weight(word), 0));
      if (score > best.score) best = { score, answer };
    }
    return best.answer;
  };
}

function run(task) {
  const answer = learn(readLines(task.train), task);
  // row.record is the record up to the answer, in the form of your data. Of preferences (task.task is "order") a row has first and second, and the prediction is one of these words.
  const lines = readLines(task.test).map((row) => JSON.stringify({ [task.id]: row[task.id], prediction: answer(row.prompt) }));
  writeFileSync(task.predictions, lines.join("\n"));
}

if (process.env.THERIAC_MODE === "long-lived")
  for await (const line of createInterface({ input: process.stdin })) {
    run(JSON.parse(line)); // command:mode=long-lived: started once, handed a line for every trial
    console.log('{"ok": true}');
  }
else run(JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")));
`;

/** Of fine-tuning. */
export const dialogueAdapters: Partial<Record<"python" | "r" | "node" | "shell", Adapter>> = {
  python: {
    file: "theriac_finetune.py",
    text: python,
    typed: "theriac audit CHATS.jsonl --learner command -- python theriac_finetune.py",
    needs: "pip install scikit-learn",
  },
  node: {
    file: "theriac-finetune.mjs",
    text: node,
    typed: "theriac audit CHATS.jsonl --learner command -- node theriac-finetune.mjs",
    needs: "nothing but Node",
  },
};
