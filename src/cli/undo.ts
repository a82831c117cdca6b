import type { Command } from "commander";
import { printLine, say } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addUndo(program: Command, showsAll: boolean): void {
  const command = program
    .command("undo")
    .summary("take the poison out of a copy again")
    .description("Restores, byte for byte, the data that a patch was made from, out of the poisoned copy beside it.")
    .argument("<patch>", "the patch that theriac attack wrote");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json --out reviews-again.csv

Writes one file and prints its name. Nothing is written over. Copy and patch are held against the digests in the patch; whoever can change both can
make them agree, which --sha256 tells.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(patch: string, given: Given): Promise<void> {
  const options = readFlags("undo", given);
  const { undoPatch } = await import("../node/poison/poison-file.ts");
  const { restoredPath, sha256, heldAgainst } = await undoPatch(patch, options);
  printLine(restoredPath);
  say(`sha256 ${sha256}, held against ${heldAgainst}`);
}
