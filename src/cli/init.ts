import type { Command } from "commander";
import { printLine } from "./output.ts";
import { type Given, addOptions } from "./add-options.ts";
import { readFlags } from "./read-options.ts";

export function addInit(program: Command, showsAll: boolean): void {
  const command = program
    .command("init")
    .summary("write a commented configuration to start from")
    .description("Writes theriac.config.yaml, with every key explained, and the JSON Schema that editors check it against.")
    .argument("[folder]", "where to write", ".");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac init
  theriac init audits
  theriac init --ratings
  theriac audit --config theriac.config.yaml

Writes theriac.config.yaml and theriac.config.schema.json into the folder; nothing is written over.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(folder: string, given: Given): Promise<void> {
  const { ratings = false } = readFlags("init", given);
  const { writeStarter } = await import("../node/config/config-starter.ts");
  const { configPath, schemaPath } = writeStarter(folder, ratings ? "ratings" : "table");
  printLine(configPath);
  printLine(schemaPath);
}
