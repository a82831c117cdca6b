import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { withoutUndefined } from "../node/config/audit-config.ts";
import type { CleanConfig } from "../node/clean.ts";
import { countOf } from "../report/words/words.ts";
import { printJson, printLine, say } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addClean(program: Command, showsAll: boolean): void {
  const command = program
    .command("clean")
    .summary("write what stays and what is quarantined, after a scan")
    .description(
      "Splits the data into two files: the rows or records that stay and those that a scan flagged (of ratings, all rows of the accounts that it flagged). Of delimited text and JSON lines each keeps the bytes that it had, and together they are exactly the input; other formats are written anew or refused. The input itself is left alone.",
    )
    .argument("<data>", "the data that were scanned");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac clean reviews.csv --scan theriac-runs/reviews-20260314-101500
  theriac clean reviews.csv --scan scan --review scan/review.csv --out cleaned

A scan leaves a review.csv in its folder: write keep or remove into its column decision and pass it with --review. Its column row counts from 1
among the data rows (the first after the header is 1), and its column scan says of which scan it is: decisions on another one are refused.
--decisions takes those that were made with theriac view, which lie in the folder of the scan: rows decided "poison" are quarantined and "fine" ones kept;
"unsure" and undecided ones go as the scan flagged them, or stay with --only-decided.
A line with a group and no row decides on all rows of that group on which no line decides by itself. Any other decision counts for its row alone; of
ratings too, where all rows of an account are flagged together.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(data: string, given: Given): Promise<void> {
  const { scan, review, decisions, onlyDecided, top, out, json } = readFlags("clean", given);
  const ways = [review !== undefined && "--review", decisions === true && "--decisions", top !== undefined && "--top"].filter(
    (way) => way !== false,
  );
  if (ways.length > 1) throw new UsageError(`${ways.join(" and ")}: decide by one of them`);
  if (onlyDecided === true && decisions !== true)
    throw new UsageError("--only-decided needs --decisions: it is about what they leave open");
  const { clean } = await import("../node/clean.ts");
  const { noun, ...result } = await clean(withoutUndefined<CleanConfig>({ data, scan, review, decisions, onlyDecided, top, out }));
  if (!result.isReviewMarked)
    say(`warning: ${review} has no column scan, so nothing shows that its rows are those of this scan; they count from 1`);
  if (json === true) {
    printJson({ ...result });
    return;
  }
  for (const { cleaned, quarantined } of result.files) {
    printLine(cleaned);
    printLine(quarantined);
  }
  const isLines = result.files.some(({ cleaned }) => cleaned.endsWith(".jsonl"));
  const converted = result.isConverted ? `; both are written as ${isLines ? "JSON lines" : "CSV"}` : "";
  const overruled = result.overruled === 0 ? "" : `; the review overruled the scan on ${countOf(result.overruled, noun)}`;
  say(`${countOf(result.kept, noun)} kept, ${result.quarantined} quarantined${overruled}${converted}`);
}
