import { loadDelimited } from "../delimited/load-delimited.ts";
import type { Reader } from "../reader.ts";
import { delimitedRewriter } from "../rewrite/rewrite-delimited.ts";

/** Cells with commas or something else between them. */
export const csvReader: Reader = {
  format: "csv",
  title: "delimited text",
  endings: ["csv"],
  options: ["delimiter", "header", "quoted", "missing", "notMissing"],
  memoryFactor: 5,
  hasLines: true,
  load: ({ found, request, limitBytes, numbersAs }) => loadDelimited(found, request, limitBytes, numbersAs),
  rewrite: delimitedRewriter,
};
