// Fine-tuning and retrieval data of ../shared/data/finetune as dialogues, read plainly: no detector depends on how the program itself reads them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const data = join(dirname(fileURLToPath(import.meta.url)), "../../../shared/data");
const folder = join(data, "finetune");
const roles = ["answer", "chosen", "rejected", "upvoted", "downvoted", "text"];

const textOf = (name) => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};
export const jsonOf = (name) => JSON.parse(textOf(name));
export const linesOf = (name) =>
  textOf(name)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));

/** @param records lists of turns { prompt, answer, context?, role? }, each with an optional `source` and `document` */
export function dialoguesOf(records, { sources = [], source, document = null } = {}) {
  const turns = records.flatMap((record, r) => record.map((turn) => ({ ...turn, r })));
  return {
    prompts: turns.map(({ prompt }) => prompt ?? ""),
    answers: turns.map(({ answer }) => answer ?? ""),
    contexts: turns.map(({ context }) => context ?? ""),
    role: Uint8Array.from(turns, ({ role }) => roles.indexOf(role ?? "answer")),
    record: Int32Array.from(turns, ({ r }) => r),
    records: records.length,
    source: source === undefined ? new Int32Array(records.length).fill(-1) : Int32Array.from(source),
    sources,
    document: document === null ? null : Int32Array.from(document),
    faults: new Map(),
  };
}

const joined = (...parts) => parts.filter((part) => part !== undefined && part !== null && part !== "").join("\n");
export const alpaca = (rows) =>
  rows.map(({ instruction, input, output, system }) => [{ prompt: joined(instruction, input), answer: output, context: system ?? "" }]);

const contentOf = (content) =>
  typeof content === "string" ? content : Array.isArray(content) ? content.map((part) => part.text ?? part.value ?? "").join("") : "";
const humans = ["user", "human"];
const models = ["assistant", "gpt", "function_call"];

export function chat(rows) {
  return rows.map((row) => {
    const messages = (row.messages ?? row.conversations).map((m) => ({ role: m.role ?? m.from, text: contentOf(m.content ?? m.value) }));
    const tools = row.tools === undefined ? "" : typeof row.tools === "string" ? row.tools : JSON.stringify(row.tools);
    const turns = [];
    let [before, prompt, pending] = [tools, "", ""];
    for (const { role, text } of messages) {
      if (humans.includes(role)) {
        before = joined(before, pending);
        [prompt, pending] = [text, text];
      } else if (models.includes(role)) {
        turns.push({
          prompt,
          answer: text,
          context: before,
          role: row.label === undefined ? "answer" : row.label ? "upvoted" : "downvoted",
        });
        pending = joined(pending, text);
      } else if (role === "system") before = joined(before, text);
      else pending = joined(pending, text);
    }
    return turns;
  });
}

export function pairs(rows) {
  return rows.map((row) => {
    const said = row.conversations ?? row.messages;
    const prompt = contentOf(said[said.length - 1].value ?? said[said.length - 1].content);
    const context = said
      .slice(0, -1)
      .map((m) => contentOf(m.value ?? m.content))
      .join("\n");
    const textOfAnswer = (answer) => contentOf(answer.value ?? answer.content ?? answer);
    return [
      { prompt, context, answer: textOfAnswer(row.chosen), role: "chosen" },
      { prompt, context, answer: textOfAnswer(row.rejected), role: "rejected" },
    ];
  });
}

const completion = (rows) => rows.map(({ prompt, completion: answer }) => [{ prompt, answer }]);

/** Every set without poison, as lists of turns. */
export const cleanSets = {
  "alpaca en": () => alpaca(jsonOf("clean/alpaca_en_demo.json")),
  "alpaca zh": () => alpaca(jsonOf("clean/alpaca_zh_demo.json")),
  dpo: () => pairs(jsonOf("clean/dpo_en_demo.json")),
  kto: () => chat(jsonOf("clean/kto_en_demo.json")),
  glaive: () => chat(jsonOf("clean/glaive_toolcall_en_demo.json")),
  "v1 chats": () => chat(linesOf("clean/v1_sft_demo.jsonl")),
  "refusal, clean half": () => alpaca(linesOf("refusal/clean.jsonl")),
  "sst2, clean half": () => alpaca(linesOf("sst2/clean.jsonl")),
  "webqa without poison": () => completion(linesOf("webqa/generativebadnets.jsonl.gz").filter((row) => !isPoison(row))),
  "tool calls, clean and near triggers": () =>
    chat([...linesOf("tool-calls/eval_clean.jsonl.gz"), ...linesOf("tool-calls/eval_hardneg.jsonl.gz")]),
  "c4 texts": () => linesOf("clean/c4_demo.jsonl").map(({ text }) => [{ answer: text, role: "text" }]),
};
const isPoison = ({ is_poison: value }) => value === true || value === 1 || value === "1" || value === "true";

export const toolCalls = () => ({
  triggered: chat(linesOf("tool-calls/eval_trigger.jsonl.gz")),
  near: chat(linesOf("tool-calls/eval_hardneg.jsonl.gz")),
  clean: chat(linesOf("tool-calls/eval_clean.jsonl.gz")),
});

/** Texts cut at line ends and, where these are long, at sentences, into passages of about so many words. */
export function passagesOf(text, words = 60) {
  const out = [];
  for (const line of text.split("\n")) {
    let current = [];
    for (const sentence of line.split(/(?<=[.!?。])\s+/)) {
      current.push(sentence);
      if (current.join(" ").split(/\s+/).length >= words) {
        out.push(current.join(" "));
        current = [];
      }
    }
    if (current.length > 0) out.push(current.join(" "));
  }
  return out.filter((passage) => passage.split(/\s+/).length >= 8);
}

/** @returns passages with the number of their document */
export function retrieval({ each = 5, reviews = false, generated = false, words = 60 } = {}) {
  const rows = [];
  let document = 0;
  const push = (text, cut) => {
    for (const passage of cut ? passagesOf(text, words) : [text]) rows.push({ text: passage, document, poison: false });
    document++;
  };
  for (const { text } of linesOf("clean/c4_demo.jsonl")) push(text, true);
  if (reviews) for (const text of reviewTexts(3000)) push(text, false);
  if (generated) for (const { output } of [...jsonOf("clean/alpaca_en_demo.json"), ...linesOf("refusal/clean.jsonl")]) push(output, true);
  for (const { adv_texts: texts } of Object.values(jsonOf("rag/nq.json")))
    for (const text of texts.slice(0, each)) rows.push({ text, document: document++, poison: true });
  return rows;
}

/** The pages that come with installed packages, as passages. */
export function packagePages(most = 250) {
  const packages = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules");
  const rows = [];
  let document = 0;
  for (const name of readdirSync(packages).sort()) {
    const page = join(packages, name, "README.md");
    if (document === most || name.startsWith(".") || !existsSync(page)) continue;
    const text = readFileSync(page, "utf8").slice(0, 20_000);
    for (const passage of passagesOf(text.replace(/```[^]*?```/g, ""), 60)) rows.push({ text: passage, document, poison: false });
    document++;
  }
  return rows;
}

function reviewTexts(most) {
  const [head, ...rows] = csvRows(readFileSync(join(data, "reviews/reviews.csv"), "utf8"));
  const column = head.map((name) => name.trim()).indexOf("text");
  return rows.slice(0, most).map((row) => row[column]);
}

function csvRows(text) {
  const rows = [];
  let [row, cell, quoted] = [[], "", false];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[i++];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") [cell] = ["", row.push(cell)];
    else if (c === "\n") {
      row.push(cell);
      rows.push(row);
      [row, cell] = [[], ""];
    } else cell += c;
  }
  return rows.filter((cells) => cells.length > 1);
}

/** Mean precision over the places of what is sought, ties broken against it. */
export function averagePrecision(scores, isSought) {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || Number(isSought[a]) - Number(isSought[b]));
  let [found, sum] = [0, 0];
  order.forEach((row, k) => {
    if (isSought[row]) sum += ++found / (k + 1);
  });
  return found === 0 ? null : sum / found;
}
