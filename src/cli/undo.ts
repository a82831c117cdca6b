import type { Command } from "commander";
import { printLine } from "./output.ts";

export function addUndo(program: Command): void {
  program
    .command("undo")
    .summary("take the poison out of a copy again")
    .description("Restores, byte for byte, the data that a patch was made from, out of the poisoned copy beside it.")
    .argument("<patch>", "the patch that theriac attack wrote")
    .option("--out <file>", "what to write (default: a new file beside the patch)")
    .addHelpText("after", help)
    .action(run);
}

const help = `
Examples:
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json --out reviews-again.csv

Writes one file and prints its name. Nothing is written over.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(patch: string, { out }: { readonly out?: string }): Promise<void> {
  const { undoPatch } = await import("../node/poison-file.ts");
  const { restoredPath } = await undoPatch(patch, out === undefined ? {} : { out });
  printLine(restoredPath);
}
