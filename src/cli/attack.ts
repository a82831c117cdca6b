import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { parseParamText } from "../core/params.ts";
import { type AuditConfig, readRequestOf } from "../node/config/audit-config.ts";
import { methodOf } from "../study/config.ts";
import { type Given, addOptions } from "./add-options.ts";
import { noteTeller, printLine } from "./output.ts";
import { readConfig, readFlags } from "./read-options.ts";

export function addAttack(program: Command, showsAll: boolean): void {
  const command = program
    .command("attack")
    .summary("write a poisoned copy of the data and its patch")
    .description(
      "Poisons a copy of your own data, so that you can try your own training, checks and people on it. All labelled rows are within reach.",
    )
    .argument("<data>", "one file");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac attack reviews.csv --label stars --text review --attack label-flip --budget 1% --out poisoned
  theriac attack sensors.csv --label temperature --attack flipped-copies --budget 0.05 --seed 7 --out poisoned
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json

Writes two files into the folder: the poisoned copy, whose name says what it is, and the patch that undoes it. Nothing is written over.
Exit codes: 0 written, 2 the request was wrong, 3 the attack failed.`;

async function run(data: string, given: Given): Promise<void> {
  const { attack, budget, out, set = [], quiet = false } = readFlags("attack", given);
  const asked = readConfig("attack", "table", data, given);
  const { makePoison } = await import("../node/poison/make-poison.ts");
  const { checkPoisonedCopy, writePoisonedCopy } = await import("../node/poison/poison-file.ts");
  const { readTable } = await import("../node/read/read-table.ts");
  const { checkConfig } = await import("../node/config/resolve-study.ts");
  const config: AuditConfig = { ...asked, attacks: [{ id: attack, params: await parseSettings(attack, set) }], budgets: [budget] };
  checkConfig(config);
  const { notesOf } = await import("../node/read/request.ts");
  const request = readRequestOf(config.data ?? {});
  const read = await readTable(request);
  const tell = noteTeller(quiet);
  notesOf(read, "warning").forEach(tell);
  checkPoisonedCopy({ request, read, outFolder: out, about: { attack, budgetFraction: budget } });
  const { poison, about, budgetRows, notes } = await makePoison(read.table, config);
  const { copyPath, patchPath, sourceSha256, note } = await writePoisonedCopy({ request, read, poison, outFolder: out, about });
  [...notesOf(read, "info"), ...notes, ...(note === undefined ? [] : [{ level: "info", text: note } as const])].forEach(tell);
  const touched = new Set([...poison.relabel, ...poison.edit].map((change) => change.row)).size;
  printLine(`${copyPath}: ${touched} rows changed, ${poison.insert.length} inserted, with a budget of ${budgetRows}`);
  printLine(`${patchPath}: takes it back with theriac undo ${patchPath} --sha256 ${sourceSha256}`);
}

async function parseSettings(attackId: string, settings: readonly string[]): Promise<Record<string, unknown>> {
  const { catalog } = await import("../catalog.ts");
  const { params } = methodOf("attack", catalog.attacks, attackId);
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf("=");
      if (at < 1) throw new UsageError(`--set must look like name=value, got "${setting}"`);
      const name = setting.slice(0, at).trim();
      return [name, parseParamText(params[name], setting.slice(at + 1).trim())];
    }),
  );
}
