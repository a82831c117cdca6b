import { existsSync, readFileSync } from "node:fs";
import { recordsAt } from "./turns.mjs";

/** Sets that hold no poison, by name; those at the end are tables of short texts with their labels as answers. */
export async function cleanSets(data) {
  const clean = (name) => recordsAt(`${data}/clean/${name}`);
  const webqa = await recordsAt(`${data}/webqa/generativebadnets.jsonl.gz`);
  return {
    alpaca: await clean("alpaca_en_demo.json"),
    alpacaZh: await clean("alpaca_zh_demo.json"),
    dpo: await clean("dpo_en_demo.json"),
    kto: await clean("kto_en_demo.json"),
    glaive: await clean("glaive_toolcall_en_demo.json"),
    chats: await clean("v1_sft_demo.jsonl"),
    refusal: await recordsAt(`${data}/refusal/clean.jsonl`),
    sst2: await recordsAt(`${data}/sst2/clean.jsonl`),
    webqa: webqa.filter(([{ answer }]) => !answer.includes("malicious_url")),
    ...tables(data),
  };
}

function tables(data) {
  const [sms, reviews] = [`${data}/../sms/sms.tsv`, `${data}/../reviews/reviews.csv`];
  return {
    ...(existsSync(sms) ? { sms: smsOf(readFileSync(sms, "utf8")) } : {}),
    ...(existsSync(reviews) ? { titles: titlesOf(readFileSync(reviews, "utf8")) } : {}),
  };
}

const smsOf = (text) =>
  text
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t"))
    .map(([answer, prompt]) => [{ prompt, answer }]);

/** Titles of reviews with their label. */
function titlesOf(text) {
  const rows = [];
  let row = [""];
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      if (isQuoted && text[i + 1] === '"') row[row.length - 1] += text[i++];
      else isQuoted = !isQuoted;
    } else if (!isQuoted && c === ",") row.push("");
    else if (!isQuoted && c === "\n") {
      rows.push(row);
      row = [""];
    } else if (c !== "\r") row[row.length - 1] += c;
  }
  const [title, label] = ["title", "label"].map((name) => rows[0].indexOf(name));
  return rows
    .slice(1)
    .filter((cells) => cells.length === rows[0].length && cells[title] !== "")
    .map((cells) => [{ prompt: cells[title], answer: cells[label] }]);
}
