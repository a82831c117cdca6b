import type { Command } from "commander";
import { type Given, addOptions } from "./options/add-options.ts";

export function addMerge(program: Command, showsAll: boolean): void {
  const command = program
    .command("merge")
    .summary("join the shards of a study into one run")
    .description("Joins runs of one plan, such as those that --shard made on several machines, into a new run. Nothing is trained.")
    .argument("<run...>", "the folders that theriac audit --shard or theriac tasks --shard wrote");
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action(async (runs: readonly string[], given: Given) => (await import("./run-merge.ts")).runMerge(runs, given));
}

const help = `
Examples:
  theriac audit reviews.csv --label stars --shard 1/2 --out part-1
  theriac audit reviews.csv --label stars --shard 2/2 --out part-2
  theriac merge part-1 part-2 --out whole
  theriac audit --resume whole

Runs of other data, other studies or another version are refused. Trials that wait for what all the others show are in no shard: --resume of the joined
run computes them, and whatever else is missing.
Exit codes: 0 pass or not judged, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing.`;
