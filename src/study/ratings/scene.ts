import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import type { AccountPoison } from "../../core/poison.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { applyPoison, findBreach } from "../../core/patch.ts";
import { type StudyBudgets, countedAt } from "../budgets.ts";
import { type AttackChoice, type Chosen, methodOf } from "../config.ts";
import type { Ground, Repair, Scene } from "../kind.ts";
import type { DetectionCut } from "../record.ts";
import type { RatingsStudyInput } from "./config.ts";
import { type Searched, runSearch } from "../until/run-search.ts";
import { attackerEstimate, measureRecommender, measureWithoutTaste, ratingQuantities } from "./metrics.ts";
import { checkAccountScores } from "./check-account-scores.ts";
import type { RatingsSetup } from "./setup.ts";
import type { KnownSuspicion } from "./suspicion-memo.ts";
import { type AccountScan, searchUnnoticedAccounts } from "./search-unnoticed.ts";
import { attackerObjective, scoreTargets } from "./target-exposure.ts";

/** How many accounts a budget buys: those counted, else floor(fraction × genuine users), at least 1. */
export function accountsOf(fraction: number, users: number, counted: StudyBudgets["counted"]): number {
  return countedAt(counted, fraction)?.count ?? Math.max(1, Math.floor(fraction * users + 1e-9));
}

/**
 * A seed of a study of a recommender.
 *
 * @param knownUnder what detectors said under the same accounts before, which new answers are added to
 */
export function ratingsScene(
  input: RatingsStudyInput,
  setup: RatingsSetup,
  knownUnder: (poison: AccountPoison | null) => KnownSuspicion,
): Scene<AccountPoison> {
  const { train, goal, engine, victim, rng } = setup;
  const users = train.users.length;
  const poisonWith = async ({ id, params }: Chosen, accounts: number, context: Omit<RunContext, "rng">): Promise<AccountPoison> => {
    const attack = methodOf("attack", input.methods.attacks, id);
    const budget = { accounts, fillers: input.config.fillers };
    const made = [{ ...engine, victim }, ...setup.surrogates].filter(
      ({ recommender }) => setup.surrogates.length === 0 || recommender !== engine.recommender,
    );
    const on = made.find(({ recommender, params: own }) => (attack.refuses?.({ recommender, params: own }) ?? null) === null);
    if (on === undefined)
      throw new NumericalError(`${id} can be made on none of ${made.map(({ recommender }) => recommender.id).join(", ")}`);
    const given = {
      ...{ clean: train, goal, budget },
      engine: { recommender: on.recommender, params: on.params },
      victim: () => Promise.resolve(on.victim),
    };
    const poison = await attack.poison(given, { ...context, rng: rng.fork("attack").fork(attack.id), params });
    const breach = findBreach({ poison, clean: train, goal, budget });
    if (breach !== null) throw new NumericalError(`the guard refused the accounts: ${breach}`);
    return poison;
  };
  const searchHere = (context: Omit<RunContext, "rng">): Promise<Searched<AccountPoison>> => {
    const { until: asked } = input.config;
    const aim = input.aims?.[engine.recommender.id] ?? null;
    if (asked === undefined || aim === null) throw new NumericalError("no attack has ended that a search could be of");
    return runSearch({
      goal: asked,
      quantities: ratingQuantities(goal.goal),
      clean: measureRecommender(victim, setup).metrics,
      guess: aim.fraction * users,
      most: Math.max(1, Math.floor(users / 2)),
      async attempt(accounts) {
        const poison = await poisonWith(aim.attack, accounts, context);
        const model = await learn(input, setup, applyPoison(train, poison), null, unasked, context);
        return { poison, metrics: measureRecommender(model, setup).metrics };
      },
    });
  };
  const keepUnseen = (fraction: number, context: Omit<RunContext, "rng">): ReturnType<typeof searchUnnoticedAccounts> => {
    const choices: readonly AttackChoice[] = input.unnoticedAims?.[engine.recommender.id] ?? [];
    const scanWith = async (poison: AccountPoison, known: KnownSuspicion, seen: RatingsSetup): Promise<AccountScan> => {
      const suspicion = memoSuspicion(input, seen, applyPoison(train, poison), known, context);
      return flagsOf(input, users, suspicion);
    };
    return searchUnnoticedAccounts({
      ...{ clean: train, choices, rng: rng.fork("unnoticed") },
      targets: goal.goal === "availability" ? new Int32Array(0) : goal.targets,
      accounts: accountsOf(fraction, users, input.config.counted),
      make: (choice, accounts) => poisonWith(choice, accounts, context),
      scan: (poison) => scanWith(poison, knownUnder(poison), setup),
      scanAgain: async (poison) =>
        (await scanWith(poison, new Map(), { ...setup, rng: rng.fork("another scan") })).flagged.reduce((sum, is) => sum + is, 0),
      async harmOf(poison) {
        const breach = findBreach({ poison, clean: train, goal, budget: { accounts: users, fillers: input.config.fillers } });
        if (breach !== null) throw new NumericalError(`the guard refused the accounts: ${breach}`);
        const model = await learn(input, setup, applyPoison(train, poison), null, unasked, context);
        return attackerEstimate(scoreTargets(model, train, goal), model, setup);
      },
    });
  };
  let searched: Searched<AccountPoison> | null = null;
  let unseen: Awaited<ReturnType<typeof searchUnnoticedAccounts>> | null = null;
  return {
    learnerParams: shownParams(setup),
    budgetRows: ({ until }, fraction) => (until === true ? 0 : accountsOf(fraction, users, input.config.counted)),
    async poison(choice, fraction, _, context) {
      if (choice.until === true) {
        searched = await searchHere(context);
        return searched.poison;
      }
      if (choice.unseen === true) {
        unseen = await keepUnseen(fraction, context);
        return unseen.poison;
      }
      return poisonWith(choice, accountsOf(fraction, users, input.config.counted), context);
    },
    ground(poison, choice, context) {
      const under = groundUnder(input, setup, poison, knownUnder(poison), context);
      if (choice?.unseen === true && unseen !== null) {
        const { result } = unseen;
        // What the scan at home flags has been told; to rank it by every detector once more would only take time.
        return Promise.resolve({
          ...under,
          poisoned: null,
          look: async (trial) => ({
            ...(await under.look(trial)),
            ...(result.attack === null ? {} : { attack: result.attack, access: result.access }),
            unnoticed: result,
          }),
        });
      }
      if (choice?.until !== true || searched === null) return Promise.resolve(under);
      const { result, rows } = searched;
      return Promise.resolve({ ...under, look: async (trial) => ({ ...(await under.look(trial)), budgetRows: rows, until: result }) });
    },
  };
}

function groundUnder(
  input: RatingsStudyInput,
  setup: RatingsSetup,
  poison: AccountPoison | null,
  known: KnownSuspicion,
  context: Omit<RunContext, "rng">,
): Ground {
  const { train, test, goal, victim } = setup;
  const genuine = train.users.length;
  const ratings = poison === null ? train : applyPoison(train, poison);
  const suspicion = memoSuspicion(input, setup, ratings, known, context);
  return {
    trainingRows: ratings.user.length,
    touchedRows: poison?.accounts.length ?? 0,
    // Fake accounts come after the genuine ones.
    poisoned: Uint8Array.from(ratings.users, (_, account) => Number(account >= genuine)),
    suspicion,
    async look({ repair }) {
      const isBaseline = poison === null && repair === null;
      const model = isBaseline ? victim : await learn(input, setup, ratings, repair, suspicion, context);
      const { exposures, metrics } = measureRecommender(model, setup);
      return {
        testRows: test.user.length,
        metrics: { ...metrics, ...(isBaseline ? measureWithoutTaste(setup) : {}) },
        attackerObjective: attackerObjective(exposures, goal),
        ...(poison === null || repair !== null ? {} : { attackerEstimate: attackerEstimate(exposures, model, setup) }),
        ...(isBaseline && setup.doubts !== undefined ? { doubts: setup.doubts } : {}),
        ...(repair === null ? { cuts: await cutAccounts(input, genuine, suspicion) } : {}),
      };
    },
  };
}

/** The parameters of the engine; of one into which nobody looks, what stood for it. */
function shownParams({ engine: { recommender, params }, surrogates }: RatingsSetup): unknown {
  if (recommender.outside === undefined) return params;
  return {
    learner: recommender.outside.shown(params),
    surrogates: surrogates.map(({ recommender: { id }, params: own, agreement }) => ({ id, params: own, agreement })),
  };
}

/** Where no repair is, nobody is asked. */
const unasked: Ground["suspicion"] = () => Promise.reject(new Error("a model without a repair asks no detector"));

function memoSuspicion(
  { methods }: RatingsStudyInput,
  { rng }: RatingsSetup,
  ratings: Ratings,
  known: KnownSuspicion,
  context: Omit<RunContext, "rng">,
): Ground["suspicion"] {
  return (chosen) => {
    const key = JSON.stringify(chosen);
    let scores = known.get(key);
    if (scores === undefined) {
      const detector = methodOf("detector", methods.detectors, chosen.id);
      scores = detector
        // What accounts of an attack rate is known, when they do is made up.
        .score(detector.readsTimes === true ? { ...ratings, time: null } : ratings, {
          ...context,
          rng: rng.fork("detector").fork(chosen.id),
          params: chosen.params,
        })
        .then((found) => checkAccountScores(chosen.id, found, ratings));
      known.set(key, scores);
    }
    return scores;
  };
}

async function learn(
  { methods }: RatingsStudyInput,
  { rng, engine }: RatingsSetup,
  ratings: Ratings,
  repair: Repair | null,
  suspicion: Ground["suspicion"],
  context: Omit<RunContext, "rng">,
): Promise<RecommenderModel> {
  const train = (given: Ratings, userWeight: Float64Array | null): Promise<RecommenderModel> =>
    engine.recommender.fit(given, { ...context, rng: rng.fork("fit"), params: engine.params, userWeight });
  if (repair === null) return train(ratings, null);
  const method = methodOf("repair", methods.repairs, repair.id);
  const suspicions = await suspicion(repair.detector as Chosen);
  return method.fit(ratings, suspicions, { ...context, rng: rng.fork("repair"), params: repair.params, train });
}

/** What the watchers of the study flag by their cuts. */
async function flagsOf({ config, methods }: RatingsStudyInput, genuine: number, suspicion: Ground["suspicion"]): Promise<AccountScan> {
  const byDetector: { detector: string; flagged: number }[] = [];
  let together: Uint8Array | null = null;
  for (const chosen of config.unnoticed?.watchers ?? []) {
    const { cut } = methodOf("detector", methods.detectors, chosen.id);
    if (cut === undefined) continue;
    const flagged = Uint8Array.from(await suspicion(chosen), (score) => Number(score >= cut));
    byDetector.push({ detector: chosen.id, flagged: flagged.subarray(genuine).reduce((sum, is) => sum + is, 0) });
    together = together === null ? flagged : together.map((is, u) => is | flagged[u]);
  }
  if (together === null) throw new NumericalError("no detector of the study flags accounts");
  return { byDetector, flagged: together.slice(genuine), falseAlarms: together.subarray(0, genuine).reduce((sum, is) => sum + is, 0) };
}

/** What detectors with a cut flag; fake accounts come after the genuine ones. */
async function cutAccounts(
  { config, methods }: RatingsStudyInput,
  genuine: number,
  suspicion: Ground["suspicion"],
): Promise<DetectionCut[]> {
  const cuts: DetectionCut[] = [];
  for (const chosen of config.detectors) {
    const { cut } = methodOf("detector", methods.detectors, chosen.id);
    if (cut === undefined) continue;
    const scores = await suspicion(chosen);
    const fakes = scores.length - genuine;
    const hits = scores.subarray(genuine).filter((score) => score >= cut).length;
    const falseAlarms = scores.subarray(0, genuine).filter((score) => score >= cut).length;
    const flagged = hits + falseAlarms;
    cuts.push({
      detector: chosen.id,
      flagged,
      precision: flagged === 0 || fakes === 0 ? null : hits / flagged,
      recall: fakes === 0 ? null : hits / fakes,
      falseAlarmRate: falseAlarms / genuine,
    });
  }
  return cuts;
}
