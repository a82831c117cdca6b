import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { taskNames } from "../../core/examples.ts";
import { resolveParams } from "../../core/params.ts";
import type { DataPoison } from "../../core/poison.ts";
import type { Chosen } from "../config.ts";
import type { StudyKind } from "../kind.ts";
import { type TaskAims, aimOf, aimsOf, noAims } from "../tasks/aims.ts";
import { defence, few, price, search } from "../tasks/config.ts";
import type { TasksInput } from "../tasks/input.ts";
import { makeTaskTools } from "../tasks/make-tools.ts";
import { tasksScene } from "../tasks/scene.ts";

const isOfSearch = (attack: Pick<Chosen, "id"> | null): boolean => attack?.id === search || attack?.id === few;

/** What a slot of the plan is to hurt. */
function targetsOf(aims: TaskAims, slot: string): readonly number[] {
  if (slot === search || slot === few) return aims.few?.targets ?? [];
  const target = slot === price || slot === defence ? aims.exposed : (aimOf(aims, slot)?.to ?? null);
  return target === null ? [] : [target];
}

/** Tables of several tasks: who helps whom, who can hurt whom through what they share, and what that costs. */
export const tasksKind: StudyKind<TasksInput, DataPoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner }) => [learner],
    attacksOn: ({ attacks }) => attacks,
    trialsOf: () => [{ repair: null }],
    keyOf(
      { attacks: _, budgets: __, repairs: ___, defence: plan, search: looked, seeds, firstSeed, ...shared },
      { seed, attack, budgetFraction },
    ) {
      // What is attacked is chosen by what all seeds show; how many pairs are asked for changes no baseline.
      const chosenBy = attack === null ? {} : { attack: attack.id, budgetFraction, seeds, firstSeed };
      return {
        shared,
        seed,
        ...chosenBy,
        ...(attack?.id === defence ? { defence: plan } : {}),
        ...(isOfSearch(attack) ? { search: looked } : {}),
      };
    },
  },
  // Every seed is tuned once, before its attacks begin.
  isTuned: false,
  later: {
    // The few tasks are known once the search is done.
    stageOf: ({ attack }) => (attack === null ? 0 : attack.id === few ? 2 : 1),
    aim: (input, records) => ({ ...input, aims: aimsOf(input.config, records) ?? noAims(input.config) }),
  },
  detection: () => ({ detectors: [], flagFraction: 1 }),
  threatOf({ table, aims }, { attack }) {
    if (attack === null) return { attack: null, access: null, goal: null, knowledge: null, reach: null, target: null };
    const targets = aims === null ? [] : targetsOf(aims, attack.id);
    return {
      attack: attack.id,
      access: "inject",
      goal: "availability",
      knowledge: "white-box",
      reach: "indirect",
      target: targets.length === 0 ? null : targets.map((target) => taskNames(table)[target]).join(", "),
    };
  },
  open(input) {
    const encoder = makeEncoder(resolveParams("encoder", encoderParams, { fittedOn: "frozen" }), input.table);
    const tools = makeTaskTools(input);
    return (at, context) => tasksScene(input, encoder, tools, at, context);
  },
};
