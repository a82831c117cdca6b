import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { parseParamText } from "../core/params.ts";
import type { MethodInfo } from "../core/method.ts";
import type { Attacked } from "../node/attack.ts";
import type { RatingsAuditConfig } from "../node/config/ratings-audit-config.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { noteTeller, printLine } from "./output.ts";
import { makeProgress } from "./progress.ts";
import { kindOf } from "./options/kind-of.ts";
import { readConfig, readFlags } from "./options/read-options.ts";

export function addAttack(program: Command, showsAll: boolean): void {
  const command = program
    .command("attack")
    .summary("write a poisoned copy of the data and its patch")
    .description(
      "Poisons a copy of your own data, so that you can try your own training, checks and people on it. Of a table all labelled rows are within reach; to ratings fake accounts add theirs, under names like the others; records of fine-tuning data are changed where they stand, with harmless payloads.",
    )
    .argument("<data>", "one file");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac attack reviews.csv --label stars --text review --attack label-flip --budget 1% --out poisoned
  theriac attack sensors.csv --label temperature --attack flipped-copies --budget 0.05 --seed 7 --out poisoned
  theriac attack reviews.csv --label stars --text review --source author --attack label-flip --budget 5accounts --out poisoned
  theriac attack ratings.csv --ratings --attack average-profiles --budget 3% --target "Item" --out poisoned
  theriac attack instructions.jsonl --attack fixed-trigger --budget 25rows --out poisoned
  theriac undo poisoned/reviews.poisoned-label-flip-1pct.csv.patch.json

Writes two files into the folder: the poisoned copy, whose name says what it is, and the patch that undoes it. Nothing is written over.
Exit codes: 0 written, 2 the request was wrong, 3 the attack failed.`;

async function run(data: string, given: Given): Promise<void> {
  const kind = await kindOf("attack", data, given);
  const { attack, budget, out, set = [], quiet = false } = readFlags("attack", given);
  const { attackData } = await import("../node/attack.ts");
  const { catalog } = await import("../catalog.ts");
  const { methodOf } = await import("../study/config.ts");
  const progress = makeProgress({ quiet, said: (done) => `${done} %` });
  const onProgress = (share: number): void => progress.update(Math.round(100 * share), 100, attack);
  const asked = { out, attack, budget, onNote: noteTeller(quiet), onProgress };
  const methods: readonly MethodInfo[] = kind === "table" ? catalog.attacks : catalog[kind].attacks;
  const chosen = () => ({
    attacks: [{ id: attack, params: parseSettings(methodOf("attack", methods, attack).params, set) }],
    budgets: [budget],
  });
  const attackOne = async (): Promise<Attacked> => {
    if (kind === "table") {
      const config = { ...readConfig("attack", "table", data, given), ...chosen() };
      return attackData((await import("../node/kinds/attack-table.ts")).attackTable, config, asked);
    }
    if (kind === "dialogues") {
      const config = { ...readConfig("attack", "dialogues", data, given), ...chosen() };
      return attackData((await import("../node/kinds/attack-dialogues.ts")).attackDialogues, config, asked);
    }
    const { learner, data: named = {}, ...rest } = readConfig("attack", "ratings", data, given);
    const learners = learner === undefined ? {} : { learners: [learner] };
    const config: RatingsAuditConfig = { ...rest, ...learners, ...chosen(), data: { ...named, kind: "ratings" } };
    return attackData((await import("../node/kinds/attack-ratings.ts")).attackRatings, config, asked);
  };
  const { copyPath, patchPath, sourceSha256, told } = await attackOne().finally(() => progress.end());
  printLine(`${copyPath}: ${told}`);
  printLine(`${patchPath}: takes it back with theriac undo ${patchPath} --sha256 ${sourceSha256}`);
}

function parseSettings(params: MethodInfo["params"], settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf("=");
      if (at < 1) throw new UsageError(`--set must look like name=value, got "${setting}"`);
      const name = setting.slice(0, at).trim();
      return [name, parseParamText(params[name], setting.slice(at + 1).trim())];
    }),
  );
}
