import type { Command } from "commander";
import { type Given, addOptions } from "./options/add-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { print, printJson } from "./output.ts";
import { readFlags } from "./options/read-options.ts";

export function addCompare(program: Command, showsAll: boolean): void {
  const command = program
    .command("compare")
    .summary("say what changed between two runs, or two scans")
    .description(
      "Holds two runs of one kind on the same data against each other: findings that are new, fixed and unchanged, and figures that are told to have changed, by paired tests over the seeds that both have. Of two scans, whose data may differ, rows and groups are known again by their content. Nothing is trained.",
    )
    .argument("<before>", "the folder of a run or a scan")
    .argument("<after>", "the folder of another of the same kind");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac compare theriac-runs/reviews-20260301-101500 theriac-runs/reviews-20260401-101500
  theriac compare last-release this-release --strict --json > changes.json
  theriac compare scan-of-march scan-of-april

Writes nothing. Where no figure changed, anything is called changed with a chance of at most 5 %. Five seeds or more tell changes of a few points; three tell large ones only.
Exit codes: 0 compared, whatever changed; 1 the run after breaks a limit that the one before did not or, with --strict, a figure is worse or a finding is new;
2 the request was wrong, or the two cannot be compared; 3 trials of one of them failed or are missing.`;

async function run(before: string, after: string, given: Given): Promise<void> {
  const flags = readFlags("compare", given);
  const { compareAny } = await import("../node/compare-any.ts");
  const { document, text, isWorse, isNewlyBroken, isIncomplete } = await compareAny(before, after);
  if (flags.json === true) printJson(document);
  else print(text);
  const isBroken = isNewlyBroken || (flags.strict === true && isWorse);
  process.exitCode = isBroken ? exitCodes.brokenLimit : isIncomplete ? exitCodes.incomplete : 0;
}
