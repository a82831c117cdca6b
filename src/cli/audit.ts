import type { Command } from "commander";
import { type Given, addOptions } from "./options/add-options.ts";
import { dataArgument } from "./data-argument.ts";

export function addAudit(program: Command, showsAll: boolean, words: readonly string[]): void {
  const command = program
    .command("audit")
    .summary("measure what poisoned training data could do to a model")
    .description(
      "Trains on the data as they are, then again and again with poison of growing budgets in them, and measures what the attacks damage, which detectors see them and what repairs win back.",
    )
    .argument("[data]", dataArgument);
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action(async (data: string | undefined, given: Given) => (await import("./run-audit.ts")).runAudit(data, given, words));
}

const help = `
Examples:
  theriac audit reviews.csv --label stars --text review
  theriac audit loans.parquet --label default --budget 0.5%,1%,5% --seeds 10 --limit 'accuracyDrop@1% <= 0.05' --strict
  theriac audit sensors.csv --label temperature --task sensor --attack-tasks s1,s2 --target-tasks s9
  theriac audit loans.csv --label default --learner command -- python train.py
  theriac audit ratings.csv --user user --item movie --rating stars --time when --budget 1%,3%
  theriac audit --config theriac.config.yaml --json > audit.json
  theriac audit --resume theriac-runs/reviews-20260301-101500
  theriac audit --resume theriac-runs/loans-20260301-101500 -- python train.py

What stands after -- is your own training command, which is handed files of rows, ratings or records (docs/training-commands.md; theriac init --learner python writes an adapter).
Writes a run folder: report.html, junit.xml, manifest.json, records.jsonl (one trial a line) and poison/ (one patch for each attack, budget and seed).
Ctrl-C stops and says how to go on; a second one ends at once. Tables or JSON go to
standard output, everything else to standard error. The data themselves are never changed.
Exit codes: 0 pass or not judged, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing, 130 stopped with Ctrl-C.`;
