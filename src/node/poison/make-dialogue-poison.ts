import { catalog } from "../../catalog.ts";
import type { DialogueAttack, DialoguePoison } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import { findDialogueBreach } from "../../core/guard/dialogues.ts";
import { budgetOf } from "../../core/threat.ts";
import { makeRng } from "../../numeric/random.ts";
import { countOf } from "../../report/words/words.ts";
import { type AskedBudget, readCount } from "../../study/budgets.ts";
import { methodOf } from "../../study/config.ts";
import { choose } from "../config/choose-method.ts";
import { defaults } from "../config/options/study-defaults.ts";
import { parseBudgetIn } from "../config/parse-budget.ts";
import type { DialoguesAttackConfig } from "../config/dialogues-config.ts";
import type { DialoguesRead } from "../read/dialogues/read-dialogues.ts";
import type { PoisonOfFile } from "./poison-of-file.ts";

/** @throws UsageError on a count of accounts */
export function recordsBudget(budget: number | string): AskedBudget {
  return parseBudgetIn("a budget", budget, ["rows"], "what is touched are records");
}

/**
 * Poisons records of fine-tuning data, all of which are within reach.
 *
 * @param config with one attack and one budget
 * @throws UsageError where these data give the attack nothing to work on
 */
export async function makeDialoguePoison(
  { dialogues, form }: DialoguesRead,
  { attacks, budgets, seed = defaults.seed }: DialoguesAttackConfig,
  progress?: (share: number) => void,
): Promise<PoisonOfFile<DialoguePoison>> {
  const chosen = choose("attack", catalog.dialogues.attacks, attacks[0]);
  const attack = methodOf<DialogueAttack>("attack", catalog.dialogues.attacks, chosen.id);
  const refusal = attack.refuses?.(dialogues) ?? null;
  if (refusal !== null) throw new UsageError(`attack "${attack.id}" cannot be used here: ${refusal}`);
  const asked = recordsBudget(budgets[0]);
  const budget = recordsOf(asked, dialogues.records);
  const rng = makeRng(seed).fork("attack").fork(attack.id);
  const poison = await attack.poison({ clean: dialogues, budget }, { rng, params: chosen.params, progress });
  const breach = findDialogueBreach({ poison, clean: dialogues, threat: attack.threat, budget });
  if (breach !== null) throw new Error(`the guard refused the patch of ${attack.id}: ${breach}`);
  const changed = [...new Set([...poison.edit.map(({ turn }) => dialogues.record[turn]), ...poison.swap])].sort((a, b) => a - b);
  const { insert } = poison;
  if (changed.length + insert.length === 0) throw new UsageError(`attack "${attack.id}" found nothing to change in these data`);
  const about = {
    attack: attack.id,
    params: chosen.params,
    threat: attack.threat,
    ...(typeof asked === "number" ? { budgetFraction: asked } : { budgetFraction: budget / dialogues.records, budget: asked }),
    budgetRecords: budget,
    seed,
    form: form.id,
    // Nothing in the copy tells them from the others. From 1, as a scan of the copy counts them.
    poisonedRecords: [...changed.map((record) => record + 1), ...insert.map((_, k) => dialogues.records + k + 1)],
  };
  const told = `${countOf(changed.length, "record")} changed, ${insert.length} inserted, with a budget of ${budget}`;
  return { poison, about, told, notes: [] };
}

/** @throws UsageError where that is more than there are */
function recordsOf(asked: AskedBudget, records: number): number {
  if (typeof asked === "number") return budgetOf(asked, records).rows;
  const { count } = readCount(asked)!;
  if (count > records) throw new UsageError(`a budget of ${asked} is more than the ${records} records`);
  return count;
}
