import { catalog } from "../../catalog.ts";
import { noDataPoison } from "../../core/poison.ts";
import { findBreach } from "../../core/patch.ts";
import { makeRng } from "../../numeric/random.ts";
import { countOf } from "../../report/words/words.ts";
import { methodOf } from "../../study/config.ts";
import { accountsOf } from "../../study/ratings/scene.ts";
import { goalOf } from "../../study/ratings/setup.ts";
import type { PoisonOfFile } from "./poison-of-file.ts";
import type { RatingsAuditConfig } from "../config/ratings-audit-config.ts";
import { engineFor, resolveRatingsStudy } from "../ratings/resolve-ratings-study.ts";
import type { RatingRows } from "../read/ratings/read-ratings.ts";
import { aboutBudget } from "./about-budget.ts";
import { accountRows } from "./account-rows.ts";

/**
 * Adds fake accounts to all ratings at once, as somebody would who registers them; in an audit each user's last rating is held out.
 *
 * @param config with one attack, one budget and at most one engine
 */
export async function makeAccounts(
  read: RatingRows,
  config: RatingsAuditConfig,
  progress?: (share: number) => void,
): Promise<PoisonOfFile> {
  const { ratings, files } = read;
  const learners = config.learners ?? [engineFor(config.attacks?.[0], ratings)];
  const { study, notes } = resolveRatingsStudy({ ...config, learners, detectors: [], repairs: [] }, ratings, files[0].path);
  const { attacks, engines, budgets, counted, firstSeed, fillers } = study;
  const [chosen, { id: engineId, params: engineParams }] = [attacks[0], engines[0]];
  const attack = methodOf("attack", catalog.ratings.attacks, chosen.id);
  const engine = { recommender: methodOf("engine", catalog.ratings.recommenders, engineId), params: engineParams };
  const rng = makeRng(firstSeed);
  const goal = goalOf(ratings, study);
  const budget = { accounts: accountsOf(budgets[0], ratings.users.length, counted), fillers };
  const victim = () => engine.recommender.fit(ratings, { rng: rng.fork("fit"), params: engineParams });
  const input = { clean: ratings, goal, budget, engine, victim };
  const poison = await attack.poison(input, { rng: rng.fork("attack").fork(attack.id), params: chosen.params, progress });
  const breach = findBreach({ poison, clean: ratings, goal, budget });
  if (breach !== null) throw new Error(`the guard refused the accounts of ${attack.id}: ${breach}`);
  const { accounts, rows } = accountRows(read, poison, rng.fork("rows"));
  const about = {
    attack: attack.id,
    params: chosen.params,
    threat: { ...attack.threat, goal: study.goal },
    ...aboutBudget(study),
    budgetAccounts: budget.accounts,
    fillers,
    seed: firstSeed,
    learner: engineId,
    targets: study.targets,
    ...(study.audience === undefined ? {} : { audience: study.audience }),
    // Nothing in the copy tells them from the others.
    accounts,
  };
  const told = `${countOf(rows.length, "row")} inserted, by ${countOf(accounts.length, "account")} of a budget of ${budget.accounts}`;
  return { poison: { ...noDataPoison, insert: rows }, about, told, notes };
}
