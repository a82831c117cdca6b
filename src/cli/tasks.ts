import type { Command } from "commander";
import { type Given, addOptions } from "./options/add-options.ts";
import { dataArgument } from "./data-argument.ts";

export function addTasks(program: Command, showsAll: boolean): void {
  const command = program
    .command("tasks")
    .summary("who helps whom, who can hurt whom, and what sharing costs")
    .description(
      "For data in several tasks (products, users, sites, sensors): trains each task alone, all as one, and all with a relation between them that is learned too (mtrl). Tells what sharing gains, which tasks are tied to which, who can hurt whom through those ties, and what that costs.",
    )
    .argument("[data]", dataArgument);
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action(async (data: string | undefined, given: Given) => (await import("./run-audit.ts")).runTasks(data, given));
}

const help = `
Examples:
  theriac tasks reviews.csv --label label --text text --task product
  theriac tasks robot.csv --label torque1 --label torque2 --label torque3 --out torques
  theriac tasks sensors.csv --label fault --task site --budget 5% --pairs 5 --seeds 10
  theriac tasks sensors.csv --label fault --task site --pairs 0 --no-price --json
  theriac tasks --resume theriac-runs/sensors-20260301-101500

Writes a run folder: report.html with heat maps, junit.xml, manifest.json, records.jsonl (one trial a line) and poison/. Ctrl-C stops and says how to go on.

How to read it: the relation says who learns from whom. Entry i, j of the vulnerability matrix says how fast the loss of task j rises as poison is added
to task i, to first order; the strongest pairs are then attacked for real, and test rows show the damage. A damage whose interval holds 0 (of a drop) or
1 (of a ratio) cannot be told from none.

All of this is measured, of the attacks that were tried. What no attack can do is proven by theriac certify --task COLUMN: other-task-partitions counts rows of
other tasks that cannot change an answer, linear-label-flips flipped labels (reach=own, others or anywhere). Sharing makes the labels of the own task harder to
turn and lets those of the others in; both are proven for a fixed sharing, not for a relation that is learned from the data.
Exit codes: 0 done (nothing is judged), 2 the request was wrong, 3 trials failed or are missing, 130 stopped with Ctrl-C.`;
