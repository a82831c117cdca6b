import type { AccountPoison } from "../../core/poison.ts";
import { keyOfCount } from "../budgets.ts";
import { methodOf } from "../config.ts";
import type { StudyKind } from "../kind.ts";
import type { RatingsStudyInput } from "../ratings/config.ts";
import { ratingsScene } from "../ratings/scene.ts";
import { setUpRatings } from "../ratings/setup.ts";

/** Ratings of items by users, each of whom is a task: fake accounts poison what the others are shown. */
export const ratingsKind: StudyKind<RatingsStudyInput, AccountPoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ engines }) => engines.map(({ id, params }) => ({ id, params })),
    attacksOn: ({ attacks, engines }, { id }) => {
      const tried = engines.find((engine) => engine.id === id)?.attacks ?? [];
      return attacks.filter((attack) => tried.includes(attack.id));
    },
    trialsOf({ repairs, engines }, { id }) {
      const possible = engines.find((engine) => engine.id === id)?.repairs;
      return [null, ...repairs.filter((repair) => possible?.includes(repair.id) ?? true)].map((repair) => ({ repair }));
    },
    keyOf({ engines: _, attacks: __, repairs: ___, budgets: ____, seeds: _____, firstSeed: ______, counted, ...shared }, at, { repair }) {
      const { learner: engine, seed, attack, budgetFraction } = at;
      return { shared, engine, seed, attack, budgetFraction, repair, ...keyOfCount(counted, budgetFraction) };
    },
  },
  isTuned: false,
  detection: ({ config }) => config,
  threatOf({ config, methods }, { attack: choice }) {
    const attack = choice === null ? null : methodOf("attack", methods.attacks, choice.id);
    return {
      attack: attack?.id ?? null,
      access: attack?.threat.access ?? null,
      goal: attack === null ? null : config.goal,
      knowledge: attack?.threat.knowledge ?? null,
      reach: attack === null ? null : "indirect",
      target: attack === null ? null : config.targets.join(", "),
    };
  },
  open:
    (input) =>
    async ({ seed, learner }, context) =>
      ratingsScene(input, await setUpRatings(input, learner, seed, context)),
};
