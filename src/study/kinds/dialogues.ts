import type { DialoguePoison } from "../../core/dialogues.ts";
import type { Quantity } from "../../core/metric.ts";
import { keyOfCount } from "../budgets.ts";
import { methodOf } from "../config.ts";
import type { DialoguesStudyInput } from "../dialogues/config.ts";
import { dialogueScene } from "../dialogues/scene.ts";
import type { StudyKind } from "../kind.ts";

/** Fine-tuning data: records are poisoned, detectors look for them, and a model that trains in seconds shows what would be learned. */
export const dialoguesKind: StudyKind<DialoguesStudyInput, DialoguePoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner }) => [learner],
    attacksOn: ({ attacks }) => attacks,
    trialsOf: ({ repairs }) => [null, ...repairs].map((repair) => ({ repair })),
    keyOf({ attacks: _, repairs: __, budgets: ___, seeds: ____, firstSeed: _____, counted, ...shared }, at, { repair }) {
      const { seed, attack, budgetFraction } = at;
      return { shared, seed, attack, budgetFraction, repair, ...keyOfCount(counted, budgetFraction) };
    },
  },
  isTuned: false,
  detection: ({ config }) => config,
  threatOf({ methods }, { attack: asked }) {
    const threat = asked === null ? null : methodOf("attack", methods.attacks, asked.id).threat;
    return {
      attack: asked?.id ?? null,
      access: threat?.access ?? null,
      goal: threat?.goal ?? null,
      knowledge: threat?.knowledge ?? null,
      reach: null,
      target: null,
    };
  },
  open:
    (input) =>
    ({ seed }, context) =>
      dialogueScene(input, seed, context),
};

/** What is measured of every model, and what an attack alone has. */
export const dialogueQuantities: readonly Quantity[] = [
  { id: "accuracy", better: "higher", damage: { id: "accuracyDrop", as: "drop" }, range: [0, 1], isRate: true },
];
export const dialogueAttackQuantities: readonly Quantity[] = [
  { id: "attackSuccessRate", better: "lower", damage: null, range: [0, 1], isRate: false },
  { id: "untriggeredRate", better: "lower", damage: null, range: [0, 1], isRate: false },
];
