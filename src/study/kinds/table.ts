import { reachKind } from "../../core/threat.ts";
import { arrivals, starts } from "../arrival.ts";
import { type AttackChoice, type StudyConfig, methodOf, resolveReach } from "../config.ts";
import type { Repair, StudyKind, TrialSpec } from "../kind.ts";
import type { Poison } from "../../core/poison.ts";
import { tableScene } from "../table/scene.ts";
import { type StudyInput, makeStudyEncoder, setUpSeed } from "../table/seed-setup.ts";

/** Rows with features and labels, of one task or several. */
export const tableKind: StudyKind<StudyInput, Poison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner, learners }) => learners?.map(({ id, params }) => ({ id, params })) ?? [learner],
    attacksOn: ({ attacks, learners }, { id }) => {
      const tried = learners?.find((learner) => learner.id === id)?.attacks;
      return tried === undefined ? attacks : attacks.filter((attack) => tried.includes(attack.id));
    },
    trialsOf: (config, { id }, attack) =>
      attack?.lasting === true ? lastingTrials : [null, ...repairsOn(config, id)].filter(isMet(attack)).map((repair) => ({ repair })),
    keyOf({ attacks: _, repairs: __, budgets: ___, seeds: ____, firstSeed: _____, learners: ______, ...shared }, at, { repair, arrival }) {
      const { seed, learner, attack, budgetFraction } = at;
      // The learner stands where the configuration of a study of one learner has it.
      return { shared: { ...shared, learner }, seed, attack, budgetFraction, ...(arrival ?? { repair }) };
    },
  },
  isTuned: true,
  detection: ({ config }) => config,
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
      const own = { ...input, config: { ...input.config, learner } };
      return tableScene(own, await setUpSeed(own, encoder, seed, context, tuned));
    };
  },
};

const lastingTrials = arrivals.flatMap((times) => starts.map((start) => ({ repair: null, arrival: { times, start } })));

function repairsOn({ repairs, learners }: StudyConfig, id: string): readonly Repair[] {
  const possible = learners?.find((learner) => learner.id === id)?.repairs;
  return possible === undefined ? repairs : repairs.filter((repair) => possible.includes(repair.id));
}

/** An attack that plans around a repair meets that one alone. */
function isMet(attack: AttackChoice | null): (repair: TrialSpec["repair"]) => boolean {
  return (repair) => attack?.against === undefined || repair?.id === attack.against;
}
