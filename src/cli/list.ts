import type { Command } from "commander";
import { type ListFlags, methodKinds } from "./method-kinds.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .summary("what there is: attacks, detectors, repairs, learners, recommenders, metrics")
    .description("Lists the methods of the catalog with their sources and parameters.")
    .argument("[kind]", methodKinds.join(", "))
    .option("--json", "one JSON document on standard output instead of text")
    .addHelpText("after", help)
    .action(async (kind: string | undefined, flags: ListFlags) => (await import("./run-list.ts")).runList(kind, flags));
}

const help = `
Examples:
  theriac list
  theriac list attacks
  theriac list repairs --json

Writes nothing.
Exit codes: 0 listed, 2 the request was wrong.`;
