import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { parseParamText } from "../core/params.ts";
import { type AuditConfig, readRequestOf, withoutUndefined } from "../node/config/audit-config.ts";
import { methodOf } from "../study/config.ts";
import { type DataFlags, addDataOptions, dataConfigOf } from "./data-options.ts";
import { noteTeller, printLine } from "./output.ts";
import { budgets, listed, oneOf, several, wholeNumber } from "./parse-options.ts";

export function addAttack(program: Command): void {
  const command = program
    .command("attack")
    .summary("write a poisoned copy of the data and its patch")
    .description(
      "Poisons a copy of your own data, so that you can try your own training, checks and people on it. All labelled rows are within reach.",
    )
    .argument("<data>", "one file")
    .optionsGroup("Attack:")
    .requiredOption("--attack <id>", "what to do (see theriac list attacks)")
    .requiredOption("--budget <fraction>", "share of the rows that may be touched: 1% or 0.01", budgets("--budget"))
    .requiredOption("--out <folder>", "where the copy and its patch are written")
    .option("--set <name=value>", "a parameter of the attack; repeatable", several)
    .option("--seed <number>", "default: 0", wholeNumber("--seed", 0))
    .option("--learner <id>", "what an attacker who knows it attacks (default: logistic for classes, ridge for a number)")
    .option("--sharing <how>", "pooled: one model for all tasks; separate: one for each", oneOf("--sharing", ["pooled", "separate"]))
    .option("--attack-tasks <names>", "tasks that receive poison (default: all)", listed)
    .option("--target-tasks <names>", "tasks meant to suffer (default: all)", listed)
    .option("--target <condition>", "rows that a targeted attack is to harm; repeatable", several)
    .option("--quiet", "no notes; warnings stay");
  addDataOptions(command).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac attack reviews.csv --label stars --text review --attack label-flip --budget 1% --out poisoned
  theriac attack sensors.csv --label temperature --attack flipped-copies --budget 0.05 --seed 7 --out poisoned
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json

Writes two files into the folder: the poisoned copy, whose name says what it is, and the patch that undoes it. Nothing is written over.
Exit codes: 0 written, 2 the request was wrong, 3 the attack failed.`;

interface AttackFlags extends DataFlags {
  readonly attack: string;
  readonly budget: number[];
  readonly out: string;
  readonly set?: string[];
  readonly seed?: number;
  readonly learner?: string;
  readonly sharing?: "pooled" | "separate";
  readonly attackTasks?: string[];
  readonly targetTasks?: string[];
  readonly target?: string[];
  readonly quiet?: boolean;
}

async function run(data: string, flags: AttackFlags): Promise<void> {
  if (flags.budget.length > 1) throw new UsageError(`--budget: a poisoned copy has one budget, got ${flags.budget.join(", ")}`);
  const { makePoison } = await import("../node/poison/make-poison.ts");
  const { checkPoisonedCopy, writePoisonedCopy } = await import("../node/poison/poison-file.ts");
  const { readTable } = await import("../node/read/read-table.ts");
  const { checkConfig } = await import("../node/config/resolve-study.ts");
  const config = withoutUndefined<AuditConfig>({
    data: dataConfigOf(data, flags),
    attacks: [{ id: flags.attack, params: await parseSettings(flags.attack, flags.set ?? []) }],
    budgets: flags.budget,
    seed: flags.seed,
    learner: flags.learner,
    sharing: flags.sharing,
    attackTasks: flags.attackTasks,
    targetTasks: flags.targetTasks,
    target: flags.target?.length ? flags.target : undefined,
  });
  checkConfig(config);
  const { notesOf } = await import("../node/read/request.ts");
  const request = readRequestOf(config.data ?? {});
  const read = await readTable(request);
  const tell = noteTeller(flags.quiet ?? false);
  notesOf(read, "warning").forEach(tell);
  checkPoisonedCopy({ request, read, outFolder: flags.out, about: { attack: flags.attack, budgetFraction: flags.budget[0] } });
  const { poison, about, budgetRows, notes } = await makePoison(read.table, config);
  const { copyPath, patchPath, sourceSha256, note } = await writePoisonedCopy({ request, read, poison, outFolder: flags.out, about });
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
