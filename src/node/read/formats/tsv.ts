import { loadDelimited } from "../delimited/load-delimited.ts";
import type { Reader } from "../reader.ts";
import { delimitedRewriter } from "../rewrite/rewrite-delimited.ts";

/** Cells with tabs between them. */
export const tsvReader: Reader = {
  format: "tsv",
  title: "text with tabs between the cells",
  endings: ["tsv", "tab", "inter"],
  options: ["delimiter", "header", "quoted", "missing", "notMissing"],
  memoryFactor: 5,
  hasLines: true,
  load: ({ found, request, limitBytes, numbersAs }) => loadDelimited(found, request, limitBytes, numbersAs),
  rewrite: delimitedRewriter,
};
