import { loadJsonl } from "../json/load-jsonl.ts";
import type { Reader } from "../reader.ts";
import { jsonlRewriter } from "../rewrite/rewrite-jsonl.ts";

/** One object a line. */
export const jsonlReader: Reader = {
  format: "jsonl",
  title: "JSON lines",
  endings: ["jsonl", "ndjson"],
  options: ["missing", "notMissing"],
  memoryFactor: 6,
  hasLines: true,
  load: ({ found, limitBytes }) => loadJsonl(found, limitBytes),
  rewrite: jsonlRewriter,
};
