import { join } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import type { Adapter, AdapterLanguage } from "../node/command/adapters.ts";
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
  theriac init --learner node --ratings
  theriac init --learner python --dialogues

Writes theriac.config.yaml and theriac.config.schema.json into the folder, or with --learner one file that trains and predicts (docs/training-commands.md);
nothing is written over.
Exit codes: 0 written, 2 the request was wrong.`;

async function run(folder: string, given: Given): Promise<void> {
  const { ratings = false, dialogues = false, learner } = readFlags("init", given);
  if (ratings && dialogues) throw new UsageError("--ratings and --dialogues are two kinds of data: give one of them");
  if (learner !== undefined) return writeAdapter(folder, learner, ratings ? "ratings" : dialogues ? "dialogues" : "table");
  if (dialogues)
    throw new UsageError(
      "--dialogues goes with --learner: a configuration for fine-tuning data needs no more than data: { kind: dialogues, path: FILE }",
    );
  const { writeStarter } = await import("../node/config/config-starter.ts");
  const { configPath, schemaPath } = writeStarter(folder, ratings ? "ratings" : "table");
  printLine(configPath);
  printLine(schemaPath);
}

async function writeAdapter(folder: string, language: AdapterLanguage, kind: "table" | "ratings" | "dialogues"): Promise<void> {
  const { adapters } = await import("../node/command/adapters.ts");
  const { ratingAdapters } = await import("../node/command/rating-adapters.ts");
  const { dialogueAdapters } = await import("../node/command/dialogue-adapters.ts");
  const { writeFiles } = await import("../node/write/write-files.ts");
  const own: Partial<Record<AdapterLanguage, Adapter>> = { table: adapters, ratings: ratingAdapters, dialogues: dialogueAdapters }[kind];
  const adapter = own[language];
  if (adapter === undefined)
    throw new UsageError(
      `there is no adapter for ${language} and ${kind === "ratings" ? "ratings" : "fine-tuning data"} yet; there are ${Object.keys(own).join(" and ")}, and docs/training-commands.md says what any program has to do`,
    );
  const { file, text, typed, needs } = adapter;
  const path = join(folder, file);
  writeFiles([{ path, content: text }]);
  printLine(path);
  say(`it needs: ${needs}`);
  say(`audit it: ${typed}`);
}
