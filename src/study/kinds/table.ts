import { reachKind } from "../../core/threat.ts";
import { arrivals, starts } from "../arrival.ts";
import { keyOfCount } from "../budgets.ts";
import { type AttackChoice, methodOf, resolveReach, studyOf } from "../config.ts";
import type { StudyKind, TrialSpec } from "../kind.ts";
import type { TablePoison } from "../../core/poison.ts";
import { tableScene } from "../table/scene.ts";
import { type StudyInput, makeStudyEncoder, setUpSeed } from "../table/seed-setup.ts";

/** Rows with features and labels, of one task or several. */
export const tableKind: StudyKind<StudyInput, TablePoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner, learners }) => learners?.map(({ id, params }) => ({ id, params })) ?? [learner],
    attacksOn: (config, learner) => studyOf(config, learner).attacks,
    trialsOf: (config, learner, attack) =>
      attack?.lasting === true
        ? lastingTrials
        : [null, ...studyOf(config, learner).repairs].filter(isMet(attack)).map((repair) => ({ repair })),
    // A trial is the same whatever other learners there are.
    keyOf(config, { seed, learner, attack, budgetFraction }, { repair, arrival }) {
      const { attacks: _, repairs: __, budgets: ___, seeds: ____, firstSeed: _____, counted, ...shared } = studyOf(config, learner);
      return { shared, seed, attack, budgetFraction, ...(arrival ?? { repair }), ...keyOfCount(counted, budgetFraction) };
    },
  },
  isTuned: true,
  detection: ({ config }, learner) => studyOf(config, learner),
  threatOf({ table, config, methods }, { attack: choice }) {
    const attack = choice === null ? null : methodOf("attack", methods.attacks, choice.id);
    return {
      encoder: config.encoder.fittedOn,
      attack: attack?.id ?? null,
      access: attack?.threat.access ?? null,
      goal: attack?.threat.goal ?? null,
      knowledge: choice?.knowledge ?? attack?.threat.knowledge ?? null,
      ...(choice?.against === undefined ? {} : { adaptive: true as const }),
      reach: attack === null ? null : reachKind(resolveReach(table, config)),
      target: attack?.threat.goal === "targeted" ? (config.target?.join(" or ") ?? null) : null,
    };
  },
  open(input) {
    const encoder = makeStudyEncoder(input);
    return async ({ seed, learner }, context, tuned) => {
      const own = { ...input, config: studyOf(input.config, learner) };
      return tableScene(own, await setUpSeed(own, encoder, seed, context, tuned));
    };
  },
};

const lastingTrials = arrivals.flatMap((times) => starts.map((start) => ({ repair: null, arrival: { times, start } })));

/** An attack that plans around a repair meets that one alone. */
function isMet(attack: AttackChoice | null): (repair: TrialSpec["repair"]) => boolean {
  return (repair) => attack?.against === undefined || repair?.id === attack.against;
}
