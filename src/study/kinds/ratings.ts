import type { AccountPoison } from "../../core/poison.ts";
import { keyOfCount } from "../budgets.ts";
import { methodOf } from "../config.ts";
import type { StudyKind } from "../kind.ts";
import type { RatingsStudyInput } from "../ratings/config.ts";
import { aimEach, unnoticedCells } from "../unnoticed/aim.ts";
import { aimsOf, searchCells } from "../until/run-search.ts";
import { aimAccounts } from "../ratings/aim-unnoticed.ts";
import { ratingQuantities } from "../ratings/metrics.ts";
import { ratingsScene } from "../ratings/scene.ts";
import { setUpRatings } from "../ratings/setup.ts";
import { makeSuspicionMemo } from "../ratings/suspicion-memo.ts";

/** Ratings of items by users, each of whom is a task: fake accounts poison what the others are shown. */
export const ratingsKind: StudyKind<RatingsStudyInput, AccountPoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ engines }) => engines.map(({ id, params }) => ({ id, params })),
    attacksOn: ({ attacks, engines }, { id }) => {
      const tried = engines.find((engine) => engine.id === id)?.attacks ?? [];
      return attacks.filter((attack) => tried.includes(attack.id));
    },
    after: ({ until, unnoticed, ...config }) => [...searchCells(until, config), ...unnoticedCells(unnoticed, config)],
    trialsOf({ repairs, engines }, { id }, attack) {
      if (attack?.until === true || attack?.unseen === true) return [{ repair: null }];
      const possible = engines.find((engine) => engine.id === id)?.repairs;
      return [null, ...repairs.filter((repair) => possible?.includes(repair.id) ?? true)].map((repair) => ({ repair }));
    },
    keyOf(config, at, { repair }) {
      const {
        engines: _,
        certificates: ___,
        attacks,
        repairs: __,
        budgets,
        seeds,
        firstSeed,
        until,
        unnoticed,
        counted,
        ...shared
      } = config;
      const { learner: engine, seed, attack, budgetFraction } = at;
      // What is searched is chosen by what all the others show.
      if (attack?.until === true) return { shared, engine, seed, until, attacks, budgets, counted, seeds, firstSeed };
      if (attack?.unseen === true) return { shared, engine, seed, unnoticed, attacks, budgets, counted, seeds, firstSeed };
      return { shared, engine, seed, attack, budgetFraction, repair, ...keyOfCount(counted, budgetFraction) };
    },
  },
  isTuned: false,
  later: {
    stageOf: ({ attack }) => Number(attack?.until === true || attack?.unseen === true),
    aim({ config, ...input }, records) {
      const engines = config.engines.map((engine) => ({ id: engine.id, attacks: ratingsKind.plan.attacksOn(config, engine) }));
      const aims = aimsOf(config.until, engines, records, ratingQuantities(config.goal));
      const { unnoticed } = config;
      if (unnoticed === undefined) return { ...input, config, aims };
      const unnoticedAims = aimEach(engines, records, (attacks, own) => aimAccounts(unnoticed, attacks, own));
      return { ...input, config, aims, unnoticedAims };
    },
  },
  detection: ({ config }) => config,
  threatOf({ config, methods, aims, unnoticedAims }, { attack: asked, learner }) {
    const aimed = asked?.until === true ? aims?.[learner.id]?.attack : asked?.unseen === true ? unnoticedAims?.[learner.id]?.at(0) : asked;
    const choice = aimed ?? null;
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
  open(input) {
    const memo = makeSuspicionMemo();
    return async ({ seed, learner }, context) => {
      const setup = await setUpRatings(input, learner, seed, context);
      return ratingsScene(input, setup, (poison) => memo.under(seed, poison));
    };
  },
};
