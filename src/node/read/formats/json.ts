import { basename, extname } from "node:path";
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
  noCopy: (path) =>
    `${path} holds one JSON document, of which no changed copy is written: make JSON lines of it, for instance with jq -c '.[]' ${basename(path)} > ${basename(path, extname(path))}.jsonl`,
};
