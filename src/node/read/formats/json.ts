import { findJsonRecords } from "../dialogues/record-spans.ts";
import { asJsonLines } from "../json/as-json-lines.ts";
import { loadJsonl } from "../json/load-jsonl.ts";
import type { Reader } from "../reader.ts";

/** One document that holds a list of objects. */
export const jsonReader: Reader = {
  format: "json",
  title: "JSON",
  endings: ["json"],
  options: ["missing", "notMissing"],
  memoryFactor: 8,
  hasLines: true,
  load: ({ found, limitBytes }) => loadJsonl(found, limitBytes),
  linesOf: (path, bytes) => findJsonRecords(path, bytes).spans.map(({ line }) => line),
  copiesAsLines: (path, bytes) => asJsonLines(path, bytes),
};
