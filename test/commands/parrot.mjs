// Answers each row with the label of the training row of that number, once it has read both files exactly as PARROT_EXPECTS says.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname } from "node:path";

for await (const line of createInterface({ input: process.stdin })) {
  let error = null;
  try {
    answer(JSON.parse(line));
  } catch (fault) {
    error = String(fault.stack);
  }
  console.log(JSON.stringify(error === null ? { ok: true } : { ok: false, error }));
}

function answer(task) {
  const { words, train, test } = JSON.parse(readFileSync(process.env.PARROT_EXPECTS, "utf8"));
  same(process.argv.slice(2), words);
  for (const path of [task.train, task.test, task.predictions]) same(dirname(path), task.folder);
  const read = task.format === "csv" ? parseCsv : parseLines;
  same(read(readFileSync(task.train, "utf8")), train);
  const rows = read(readFileSync(task.test, "utf8"));
  same(
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== task.id))),
    test,
  );
  const quote = (text) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row, k) =>
    task.format === "csv"
      ? `${row[task.id]},${quote(train[k][task.label])}`
      : JSON.stringify({ [task.id]: row[task.id], prediction: train[k][task.label] }),
  );
  writeFileSync(task.predictions, [...(task.format === "csv" ? [`${quote(task.id)},prediction`] : []), ...lines].join("\n"));
}

function same(given, expected) {
  if (JSON.stringify(given) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(given)} is not ${JSON.stringify(expected)}`);
}

function parseLines(text) {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function parseCsv(text) {
  const records = [];
  let record = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  const [header, ...rows] = records;
  return rows.map((row) => Object.fromEntries(header.map((name, j) => [name, row[j] === "" ? null : row[j]])));
}
