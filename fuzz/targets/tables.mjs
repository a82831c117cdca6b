// Tables as people write them: delimited, JSON lines and JSON, vectors. Half of the inputs are sound and odd, the others damaged.
import { gzipSync } from "node:zlib";
import { readTable } from "../../dist/node/read/read-table.js";
import { mutateOften, mutateJson, pick } from "../mutate.mjs";

const cellsOf = [
  (rng) => (rng.normal() * 10 ** (rng.integer(9) - 4)).toFixed(rng.integer(5)),
  (rng) => String(rng.integer(5)),
  (rng) => pick(rng, ["a", "b", "A ", "NA", "", "true"]),
  (rng) => pick(rng, ["1,5", "2,25", "1.234,5", "12 kg", "5%", "$3", "−4", "n/a"]),
  (rng) => pick(rng, ["2026-01-01", "2026-02-03T04:05:06Z", "1/2/2026", ""]),
  (rng) => Array.from({ length: rng.integer(9) }, () => pick(rng, ["good", "bad", "手机", "😀", "не", "x\ny", '"', "ok,"])).join(" "),
  (rng) => String(9007199254740990n + BigInt(rng.integer(9))),
  (rng) => `user${rng.integer(12)}`,
];
const labels = [(rng) => pick(rng, ["pos", "neg"]), (rng) => String(rng.integer(2)), (rng) => (rng.normal() * 3).toFixed(2)];

function makeRows(rng) {
  const columns = 1 + rng.integer(5);
  const kinds = [...Array.from({ length: columns }, () => pick(rng, cellsOf)), pick(rng, labels)];
  const usual = ["x", "text", "id", "account", ""];
  const names = kinds.map((_, j) => (j === columns ? pick(rng, ["label", "y", "class"]) : `${pick(rng, usual)}${j}`));
  const rows = Array.from({ length: rng.integer(4) === 0 ? rng.integer(12) : 12 + rng.integer(30) }, () => kinds.map((kind) => kind(rng)));
  return { names, rows };
}

function delimited(rng) {
  const { names, rows } = makeRows(rng);
  const separator = pick(rng, [",", ";", "\t", "|", " ", "::"]);
  const newline = pick(rng, ["\n", "\n", "\r\n", "\r"]);
  const quote = (cell) => (cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = [...(rng.integer(5) === 0 ? [] : [names]), ...rows].map((cells) => cells.map(quote).join(separator));
  if (rng.integer(8) === 0) lines.unshift(pick(rng, ["sep=;", "# made by a tool", "A title", ""]));
  const text = lines.join(newline) + (rng.integer(3) === 0 ? "" : newline);
  return Buffer.from(text, pick(rng, ["utf8", "utf8", "utf8", "latin1", "utf16le"]));
}

function jsonLines(rng) {
  const { names, rows } = makeRows(rng);
  // One column, if any, holds what is no plain value.
  const odd = rng.integer(3 * names.length);
  const value = (cell, j) => {
    if (j === odd && rng.integer(3) === 0) return pick(rng, [null, true, [1, 2], [0.5, 1.5, 2], { a: 1 }]);
    return isNaN(cell) ? cell : Number(cell);
  };
  const objects = rows.map((cells) => Object.fromEntries(names.map((name, j) => [name, value(cells[j], j)])));
  return pick(rng, [
    () => objects.map((object) => JSON.stringify(object)).join("\n") + "\n",
    () => JSON.stringify(objects),
    () => (rng.integer(4) === 0 ? JSON.stringify({ data: objects }) : objects.map((object) => JSON.stringify(object)).join("\n")),
  ])();
}

function vectors(rng) {
  const rows = Array.from({ length: 8 + rng.integer(30) }, () => {
    const pairs = Array.from({ length: rng.integer(5) }, (_, j) => `${2 * j + 1 + rng.integer(2)}:${rng.normal().toFixed(3)}`);
    return [pick(rng, ["1", "-1", "+1", "2.5"]), ...pairs, ...(rng.integer(9) === 0 ? ["# note"] : [])].join(" ");
  });
  return Buffer.from(rows.join("\n"));
}

const endings = { delimited: ["csv", "tsv", "txt", "data", "dat"], lines: ["jsonl", "json", "ndjson"], vectors: ["svm", "libsvm"] };

async function read(path) {
  await readTable({ data: path, labels: [], text: [], features: [], drop: [], memoryLimitBytes: 2 ** 28 });
}

function target(id, share, kind, make, mutate) {
  return {
    id,
    share,
    make(rng) {
      const sound = make(rng);
      const bytes = rng.integer(2) === 0 ? Buffer.from(sound) : mutate(sound, rng);
      const isPacked = rng.integer(20) === 0;
      const name = `data.${pick(rng, endings[kind])}${isPacked ? ".gz" : ""}`;
      const packed = isPacked ? gzipSync(bytes) : bytes;
      return { name, bytes: isPacked && rng.integer(3) === 0 ? mutateOften(packed, rng) : packed };
    },
    async run({ name, bytes }, place) {
      await read(place.write(name, bytes));
    },
  };
}

export const targets = [
  target("delimited", 8, "delimited", delimited, mutateOften),
  target("json", 4, "lines", jsonLines, (text, rng) =>
    rng.integer(2) === 0 ? mutateJson(text, rng) : mutateOften(Buffer.from(text), rng),
  ),
  target("svmlight", 15, "vectors", vectors, mutateOften),
];
