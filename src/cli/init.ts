import { join } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import type { AdapterLanguage } from "../node/command/adapters.ts";
import { printLine, say } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addInit(program: Command, showsAll: boolean): void {
  const command = program
    .command("init")
    .summary("write a commented configuration to start from")
    .description(
      "Writes theriac.config.yaml, with every key explained, and the JSON Schema that editors check it against; or a training command to put your own model into.",
    )
    .argument("[folder]", "where to write", ".");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac init
  theriac init audits
  theriac init --ratings
  theriac audit --config theriac.config.yaml
  theriac init --learner python

Writes theriac.config.yaml and theriac.config.schema.json into the folder, or with --learner one file that trains and predicts (docs/training-commands.md);
nothing is written over.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(folder: string, given: Given): Promise<void> {
  const { ratings = false, learner } = readFlags("init", given);
  if (learner !== undefined) return writeAdapter(folder, learner, ratings);
  const { writeStarter } = await import("../node/config/config-starter.ts");
  const { configPath, schemaPath } = writeStarter(folder, ratings ? "ratings" : "table");
  printLine(configPath);
  printLine(schemaPath);
}

async function writeAdapter(folder: string, language: AdapterLanguage, isOfRatings: boolean): Promise<void> {
  if (isOfRatings)
    throw new UsageError("--learner goes with tables: a recommender is audited with the engines of theriac list recommenders");
  const { adapters } = await import("../node/command/adapters.ts");
  const { writeFiles } = await import("../node/write/write-files.ts");
  const { file, text, typed, needs } = adapters[language];
  const path = join(folder, file);
  writeFiles([{ path, content: text }]);
  printLine(path);
  say(`it needs: ${needs}`);
  say(`audit it: ${typed}`);
}
