import type { Command } from "commander";
import { methodKinds } from "./method-kinds.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addList(program: Command, showsAll: boolean): void {
  const command = program
    .command("list")
    .summary("what there is: attacks, detectors, repairs, certificates, learners, recommenders, metrics")
    .description("Lists the methods of the catalog with their sources and parameters.")
    .argument("[kind]", methodKinds.join(", "));
  addOptions(command, showsAll)
    .addHelpText("after", help)
    .action(async (kind: string | undefined, given: Given) => (await import("./run-list.ts")).runList(kind, readFlags("list", given)));
}

const help = `
Examples:
  theriac list
  theriac list attacks
  theriac list repairs --json

Writes nothing.
Exit codes: 0 listed, 2 the request was wrong.`;
