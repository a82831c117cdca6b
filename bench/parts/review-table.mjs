// Rows of reviews as a table in memory and as encoded data: what a scan would read from their file.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { listExamples, taskNames, targetOf } from "../../dist/core/examples.js";
import { resolveParams } from "../../dist/core/params.js";
import { encoderParams, makeEncoder } from "../../dist/data/encoder.js";
import { allRows } from "../../dist/core/examples.js";
import { makeRng } from "../../dist/numeric/random.js";
import { readReviews } from "../campaigns/plant.mjs";

const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

/** The reviews, or null where they are not. */
export function genuineReviews() {
  const path = resolve(folder, "reviews/reviews.csv");
  return existsSync(path) ? readReviews(path) : null;
}

/** Messages with the labels ham and spam; null where they are not. */
export function messages() {
  const path = resolve(folder, "sms/sms.tsv");
  if (!existsSync(path)) return null;
  return readFileSync(path, "utf8")
    .split(/\r?\n/)
    .map((line) => line.split("\t"))
    .filter(([label]) => label === "ham" || label === "spam")
    .map(([label, text]) => ({ label, text }));
}

/** A random part of the rows. */
export function partOf(rows, count, seed) {
  return count >= rows.length ? rows : Array.from(makeRng("part").fork(seed).sample(rows.length, count), (i) => rows[i]);
}

export function reviewTable(rows) {
  const columns = ["title", "text", "label", "account", "date", "product"]
    .filter((name) => name in rows[0])
    .map((name) => namedColumn(name, rows));
  const has = (name) => (name in rows[0] ? name : null);
  const roles = { labels: ["label"], features: ["title", "text"].filter(has), task: null, source: has("account"), id: null };
  return { rows: rows.length, columns, roles };
}

function namedColumn(name, rows) {
  const kind = { title: "text", text: "text", date: "date" }[name] ?? "category";
  const codeOf = new Map();
  const codes = Int32Array.from(rows, (row) => {
    const value = row[name] ?? "";
    if (value === "") return -1;
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value);
  });
  return { kind, name, codes, names: [...codeOf.keys()] };
}

/** Encoded as a learner of words has it. */
export function encoded(table) {
  return makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, allRows(table)).encode(table, allRows(table));
}

/** The same rows without features: quick, for detectors that read the text alone. */
export function bare(table) {
  const { row, task, y } = listExamples(table);
  const column = table.columns.find(({ name }) => name === table.roles.source);
  return {
    x: {
      kind: "sparse",
      rows: row.length,
      cols: 0,
      indptr: new Int32Array(row.length + 1),
      indices: new Int32Array(0),
      values: new Float64Array(0),
    },
    ...{ y, task, row, weight: null, target: targetOf(table), tasks: taskNames(table) },
    source: Int32Array.from(row, (r) => column?.codes[r] ?? -1),
    sources: column?.names ?? [],
    features: { names: [], kinds: [], groups: [] },
  };
}
