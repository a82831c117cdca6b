// What the kill test kills: each scene has the folder it starts from, its command, what goes on after a kill, and what it leaves.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const data = ["reviews.csv", "--label", "label", "--text", "text", "--source", "account"];
const scan = ["scan", ...data, "--detector", "loss", "--out", "found", "--quiet"];
const attack = ["attack", ...data, "--attack", "label-flip", "--budget", "5%", "--out", "poisoned", "--quiet"];
const audit = [
  "audit",
  ...data,
  "--attack",
  "label-flip",
  "--budget",
  "5%",
  "--seeds",
  "2",
  "--repair",
  "none",
  "--detector",
  "none",
  "--jobs",
  "1",
  "--quiet",
];
const ratings = [
  "audit",
  "ratings.csv",
  "--ratings",
  "--learner",
  "item-knn",
  "--attack",
  "random-profiles",
  "--budget",
  "5%",
  "--seeds",
  "1",
  "--repair",
  "none",
  "--detector",
  "none",
  "--jobs",
  "1",
  "--quiet",
];
const onceMore = /exists already|holds another run/;

/**
 * `prepare`: commands before; `again`: what goes on after a kill, the command itself by default; `blocked`: what it says where its result is whole already.
 * `files`: the names that it may leave, and how each is made comparable (null: only whole).
 */
export const scenes = [
  { name: "init", args: ["init", "x"], blocked: onceMore },
  { name: "demo", args: ["demo", "--data-only", "--out", "x", "--quiet"], blocked: onceMore },
  { name: "new-key", args: ["attest", "--new-key", "keys/k.pem"], blocked: onceMore },
  { name: "scan", args: scan, blocked: onceMore },
  { name: "clean", prepare: [scan], args: ["clean", "reviews.csv", "--scan", "found", "--top", "9"], blocked: onceMore },
  { name: "attack", args: attack, blocked: onceMore },
  {
    name: "undo",
    prepare: [attack],
    args: ["undo", "poisoned/reviews.poisoned-label-flip-5pct.csv.patch.json", "--out", "again.csv"],
    blocked: onceMore,
  },
  {
    name: "tasks",
    args: ["tasks", ...data, "--task", "product", "--pairs", "0", "--no-price", "--seeds", "1", "--jobs", "1", "--quiet", "--out", "run"],
    again: resume,
    run: "run",
  },
  {
    name: "attest",
    prepare: [["attest", "--new-key", "k.pem"]],
    args: ["attest", ...data, "--key", "k.pem", "--out", "m", "--quiet"],
    blocked: onceMore,
  },
  {
    name: "report",
    prepare: [[...audit, "--out", "run"]],
    change: (folder) => ["report.html", "junit.xml"].forEach((name) => rmSync(join(folder, "run", name))),
    args: ["report", "run"],
  },
  { name: "audit", args: [...audit, "--out", "run"], again: resume, run: "run" },
  {
    name: "resume",
    prepare: [[...audit, "--out", "run"]],
    change: (folder) => {
      // As a run stands that was killed in the middle of its fifth line.
      const [manifest, records] = ["manifest.json", "records.jsonl"].map((name) => join(folder, "run", name));
      const { records: _, ...begun } = JSON.parse(readFileSync(manifest, "utf8"));
      writeFileSync(manifest, JSON.stringify({ ...begun, status: "started", finishedAt: null }));
      const lines = readFileSync(records, "utf8").split("\n");
      writeFileSync(records, `${lines[0]}\n${lines[1].slice(0, 50)}`);
      for (const name of ["report.html", "junit.xml"]) rmSync(join(folder, "run", name));
    },
    args: ["audit", "--resume", "run", "--quiet", "--jobs", "1"],
    run: "run",
  },
  { name: "ratings", args: [...ratings, "--out", "run"], again: resume, run: "run" },
];

/** A run whose manifest is in place goes on; before, the command begins again. */
function resume(folder, args) {
  return existsSync(join(folder, "run", "manifest.json")) ? ["audit", "--resume", "run", "--quiet", "--jobs", "1"] : args;
}

export function writeInputs(folder) {
  const words = { good: ["great", "fine", "sturdy"], bad: ["awful", "poor", "broken"] };
  const lines = Array.from({ length: 60 }, (_, i) => {
    const label = i % 2 === 0 ? "good" : "bad";
    const own = words[i % 13 === 5 ? (label === "good" ? "bad" : "good") : label];
    return `${label},p${i % 3},a${i % 20},${own[i % 3]} ${own[(i * 7) % 3]} box number ${i % 9}`;
  });
  writeFileSync(join(folder, "reviews.csv"), `label,product,account,text\n${lines.join("\n")}\n`);
  const ratings = [];
  for (let user = 0; user < 24; user++)
    for (let k = 0; k < 6; k++)
      ratings.push(`u${user},i${(user * 5 + k * 3 + ((k * k) % 4)) % 16},${1 + ((user + 2 * k) % 5)},${user * 10 + k}`);
  const unique = [...new Map(ratings.map((line) => [line.split(",", 2).join(), line])).values()];
  writeFileSync(join(folder, "ratings.csv"), `user,item,rating,time\n${unique.join("\n")}\n`);
}

/** What a file says, without what differs from run to run; throws where it is not whole. */
export function contentOf(path) {
  const text = readFileSync(path, "utf8");
  if (path.endsWith(".pem")) return createPrivateKey(text).type;
  if (path.endsWith(".pem.pub")) return createPublicKey(text).type;
  if (path.endsWith("records.jsonl")) return recordLines(text).map(timeless).join("\n");
  if (path.endsWith("manifest.json") || path.endsWith("attestation.json") || path.endsWith("harm.json"))
    return JSON.stringify(JSON.parse(text), (key, value) =>
      /^(startedAt|finishedAt|trainedAt|digest|signature|git|records)$/.test(key)
        ? null
        : key === "data" && typeof value === "string"
          ? basename(value)
          : value,
    );
  if (path.endsWith(".xml")) return mustEnd(text, /<\/testsuites?>\s*$/, path);
  if (/run.*\.html$/.test(path)) return mustEnd(text, /<\/html>\s*$/, path);
  if (path.endsWith(".jsonl"))
    text
      .trimEnd()
      .split("\n")
      .forEach((line) => JSON.parse(line));
  return text;
}

/** Whole lines of records; what follows the last line end was being written. */
export function recordLines(text) {
  return text.split("\n").slice(0, -1);
}

/** A record without its times and the digest that covers them. */
function timeless(line) {
  const { times: _, check: __, ...record } = JSON.parse(line);
  return JSON.stringify(record);
}

function mustEnd(text, ending, path) {
  if (!ending.test(text)) throw new Error(`${path} is cut`);
  return "whole";
}
