import { catalog } from "../../catalog.ts";
import type { DialogueAttack, DialogueDetector, Dialogues } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import { countOf } from "../../report/words/words.ts";
import { type AskedBudget, type BudgetCount, askedAs, settleBudgets } from "../../study/budgets.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import { type DialoguesStudyConfig, dropFindings, isStandIn, type standIns } from "../../study/dialogues/config.ts";
import { areTexts } from "../../study/dialogues/nearest-texts.ts";
import { trainingRecords } from "../../study/dialogues/scene.ts";
import { pairTurns } from "../../study/dialogues/stand-in.ts";
import type { Note } from "../read/request.ts";
import { choose, joining, unique } from "./choose-method.ts";
import { type DialoguesAuditConfig, chooseDialogueDetectors } from "./dialogues-config.ts";
import { settleCommand } from "./outside-learner.ts";
import { defaults, effortDefaults } from "./options/study-defaults.ts";
import { parseBudgetIn } from "./parse-budget.ts";

const { attacks, detectors, learners } = catalog.dialogues;

/** What can be held against the catalog before any data are read. @throws UsageError */
export function checkDialoguesConfig(config: DialoguesAuditConfig): void {
  for (const choice of config.attacks ?? []) choose("attack", attacks, choice);
  for (const choice of config.learners ?? []) choose("learner", learners, choice);
  if ((config.learners?.length ?? 1) !== 1) throw new UsageError("fine-tuning data are learned by one learner: name one, or none");
  for (const choice of config.repairs ?? []) choose("repair", [dropFindings], choice);
  for (const budget of config.budgets ?? []) recordBudget(budget);
  chooseDialogueDetectors(config.detectors, config.effort ?? defaults.effort);
}

/** @throws UsageError on a count of accounts */
function recordBudget(budget: number | string): AskedBudget {
  return parseBudgetIn("a budget", budget, ["rows"], "what is dosed here are records");
}

/** Fills in all that was not asked for. @throws UsageError where something asked for cannot be done */
export function resolveDialoguesStudy(config: DialoguesAuditConfig, dialogues: Dialogues): { study: DialoguesStudyConfig; notes: Note[] } {
  const effort = config.effort ?? defaults.effort;
  const testFraction = config.testFraction ?? defaults.testFraction;
  const trained = trainingRecords(dialogues.records, testFraction);
  const share = ({ count, unit }: BudgetCount): { fraction: number } => {
    if (count > trained)
      throw new UsageError(`a budget of ${askedAs({ count, unit })} is more than the ${trained} records that are learned from`);
    return { fraction: count / trained };
  };
  const study: DialoguesStudyConfig = {
    learner: learnerOf(config, dialogues),
    attacks: attacksOn(config, dialogues),
    detectors: detectorsFor(config, dialogues),
    repairs: (config.repairs ?? [dropFindings.id]).map((choice) => ({ ...choose("repair", [dropFindings], choice), detector: null })),
    ...settleBudgets((config.budgets ?? effortDefaults[effort].budgets).map(recordBudget), share),
    seeds: config.seeds ?? effortDefaults[effort].seeds,
    firstSeed: config.seed ?? defaults.seed,
    testFraction,
    flagFraction: config.flagFraction ?? defaults.flagFraction,
  };
  const texts: Record<(typeof standIns)[number], string> = {
    "preference-order": `${countOf(pairTurns(dialogues).length, "pair")} of preferences: what stands in for a model learns which of two answers is liked, and looks at no prompt`,
    "answer-kinds":
      "what stands in for a fine-tuned model is a linear model of the words of a prompt, which learns the kind of answer that it gets",
    "nearest-texts":
      "what stands in for retrieval is a search by the words of a question, which hands on the five nearest texts; no model reads them",
  };
  const text = isStandIn(study.learner)
    ? texts[standInFor(dialogues)]
    : `${study.learner.id} is handed records and asked ${standInFor(dialogues) === "preference-order" ? "which of two answers is preferred" : "for answers"}: what poison does is measured on what it says`;
  return { study, notes: [{ level: "info", text }] };
}

function learnerOf({ learners: asked = [] }: DialoguesAuditConfig, dialogues: Dialogues): Chosen {
  const [choice] = asked;
  if (choice === undefined) return { id: standInFor(dialogues), params: {} };
  if (areTexts(dialogues))
    throw new UsageError("--learner command: texts for retrieval are not trained on; an audit asks a search in their place");
  return settleCommand(choose("learner", learners, choice));
}

function standInFor(dialogues: Dialogues): (typeof standIns)[number] {
  if (2 * pairTurns(dialogues).length > dialogues.records) return "preference-order";
  return areTexts(dialogues) ? "nearest-texts" : "answer-kinds";
}

/** Those named, or all that the data give something to work on. @throws UsageError */
function attacksOn({ attacks: asked, access, effort = defaults.effort }: DialoguesAuditConfig, dialogues: Dialogues): Chosen[] {
  const chosen = unique(
    "attack",
    (asked ?? joining(attacks, effort)).map((choice) => choose("attack", attacks, choice)),
  );
  const able = chosen.filter(({ id }) => {
    const attack = methodOf<DialogueAttack>("attack", attacks, id);
    const why = attack.refuses?.(dialogues) ?? null;
    if (asked !== undefined && why !== null) throw new UsageError(`attack "${id}" cannot be used here: ${why}`);
    return why === null && (access === undefined || access.includes(attack.threat.access));
  });
  if (able.length === 0 && asked === undefined)
    throw new UsageError(
      access === undefined
        ? "no attack has anything to work on in these data: they hold no answer to a prompt, no tools, no preferences and no texts to retrieve"
        : `no attack that suits these data has access ${access.join(" or ")}`,
    );
  return able;
}

function detectorsFor(config: DialoguesAuditConfig, dialogues: Dialogues): Chosen[] {
  return chooseDialogueDetectors(config.detectors, config.effort ?? defaults.effort).filter(({ id }) => {
    const why = methodOf<DialogueDetector>("detector", detectors, id).refuses?.(dialogues) ?? null;
    if (config.detectors !== undefined && why !== null) throw new UsageError(`detector "${id}" cannot be used here: ${why}`);
    return why === null;
  });
}
