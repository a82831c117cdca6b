import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { taskNames } from "../../core/examples.ts";
import { resolveParams } from "../../core/params.ts";
import type { DataPoison } from "../../core/poison.ts";
import type { StudyKind } from "../kind.ts";
import { aimOf, aimsOf, noAims } from "../tasks/aims.ts";
import { defence, price } from "../tasks/config.ts";
import type { TasksInput } from "../tasks/input.ts";
import { makeTaskTools } from "../tasks/make-tools.ts";
import { tasksScene } from "../tasks/scene.ts";

/** Tables of several tasks: who helps whom, who can hurt whom through what they share, and what that costs. */
export const tasksKind: StudyKind<TasksInput, DataPoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner }) => [learner],
    attacksOn: ({ attacks }) => attacks,
    trialsOf: () => [{ repair: null }],
    keyOf({ attacks: _, budgets: __, repairs: ___, defence: plan, seeds, firstSeed, ...shared }, { seed, attack, budgetFraction }) {
      // What is attacked is chosen by what all seeds show; how many pairs are asked for changes no baseline.
      const chosenBy = attack === null ? {} : { attack: attack.id, budgetFraction, seeds, firstSeed };
      return { shared, seed, ...chosenBy, ...(attack?.id === defence ? { defence: plan } : {}) };
    },
  },
  // Every seed is tuned once, before its attacks begin.
  isTuned: false,
  later: {
    isLater: ({ attack }) => attack !== null,
    aim: (input, records) => ({ ...input, aims: aimsOf(input.config, records) ?? noAims(input.config) }),
  },
  detection: () => ({ detectors: [], flagFraction: 1 }),
  threatOf({ table, aims }, { attack }) {
    if (attack === null) return { attack: null, access: null, goal: null, knowledge: null, reach: null, target: null };
    const target =
      aims === null ? null : attack.id === price || attack.id === defence ? aims.exposed : (aimOf(aims, attack.id)?.to ?? null);
    return {
      attack: attack.id,
      access: "inject",
      goal: "availability",
      knowledge: "white-box",
      reach: "indirect",
      target: target === null ? null : taskNames(table)[target],
    };
  },
  open(input) {
    const encoder = makeEncoder(resolveParams("encoder", encoderParams, { fittedOn: "frozen" }), input.table);
    const tools = makeTaskTools(input);
    return (at, context) => tasksScene(input, encoder, tools, at, context);
  },
};
