import { makeRng } from "../../numeric/random.ts";
import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import type { Effort } from "../../core/method.ts";
import { resolveParams } from "../../core/params.ts";
import type { RatingScale, Ratings } from "../../core/ratings.ts";
import type { RatingAttack, RatingGoal, RatingRepair } from "../../core/recommender.ts";
import { type AskedBudget, type BudgetCount, askedAs, settleBudgets } from "../../study/budgets.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import type { RatingMethods, RatingsStudyConfig } from "../../study/ratings/config.ts";
import { goalOf } from "../../study/ratings/setup.ts";
import { choose, joining, unique } from "../config/choose-method.ts";
import { settleCommand } from "../config/outside-learner.ts";
import type { MethodChoice } from "../config/options/choices.ts";
import { parseBudgetIn } from "../config/parse-budget.ts";
import { parseGoal } from "../config/parse-goal.ts";
import { ratingQuantities } from "../../study/ratings/metrics.ts";
import type { Note } from "../read/request.ts";
import { ratingsDefaults, searchedSplits } from "../config/options/study-defaults.ts";
import type { RatingsAuditConfig } from "../config/ratings-audit-config.ts";

const methods: RatingMethods = catalog.ratings;

/** Engines, budgets and seeds that are tried unasked; methods say for themselves at which effort they join in. */
const effortDefaults: Readonly<
  Record<Effort, { readonly budgets: readonly string[]; readonly seeds: number; readonly engines: readonly string[] }>
> = {
  quick: { budgets: ["1%", "5%"], seeds: 3, engines: ["als-explicit", "item-knn"] },
  standard: { budgets: ["1%", "3%", "5%"], seeds: 5, engines: ["als-explicit", "item-knn", "als-implicit"] },
  full: { budgets: ["1%", "3%", "5%", "10%"], seeds: 10, engines: ["als-explicit", "item-knn", "als-implicit", "bpr", "mtrl-users"] },
};

/** The same where all ratings are one value, so that only who rated what can be learned. */
const implicitEngines: Readonly<Record<Effort, readonly string[]>> = {
  quick: ["item-knn-implicit", "als-implicit"],
  standard: ["item-knn-implicit", "als-implicit", "bpr"],
  full: ["item-knn-implicit", "als-implicit", "bpr"],
};

/** The engine that an attack is made for where none is named: the first that it can attack, else the first of all. */
export function engineFor(attack: MethodChoice | undefined, { scale }: Ratings): string {
  const engines = scale.step === 0 ? implicitEngines.full : effortDefaults.full.engines;
  if (attack === undefined) return engines[0];
  const { id } = choose("attack", methods.attacks, attack);
  const { refuses } = methodOf("attack", methods.attacks, id);
  const canBe = (engine: string): boolean => {
    const { id: of, params } = choose("engine", methods.recommenders, engine);
    return (refuses?.({ recommender: methodOf("engine", methods.recommenders, of), params }) ?? null) === null;
  };
  return engines.find(canBe) ?? engines[0];
}

/** @throws UsageError */
export function refuseFewRatings({ users, items }: Ratings, where: string): void {
  if (users.length < 3 || items.length < 3)
    throw new UsageError(
      `${where}: a recommender needs three users and three items at least; there are ${users.length} and ${items.length}`,
    );
}

/** Those named, or all that join in at such an effort. */
export function chooseAccountDetectors({ detectors }: Pick<RatingsAuditConfig, "detectors">, effort: Effort): Chosen[] {
  const asked = detectors ?? joining(methods.detectors, effort);
  return unique(
    "detector",
    asked.map((choice) => choose("detector", methods.detectors, choice)),
  );
}

/** What can be held against the catalog before any data are read. @throws UsageError */
export function checkRatingsConfig(config: RatingsAuditConfig): void {
  if (config.learners?.length === 0) throw new UsageError("no engine was named, and nothing is learned without one");
  for (const choice of config.learners ?? []) choose("engine", methods.recommenders, choice);
  for (const choice of config.attacks ?? []) choose("attack", methods.attacks, choice);
  for (const choice of config.detectors ?? []) choose("detector", methods.detectors, choice);
  for (const choice of config.repairs ?? []) {
    choose("repair", methods.repairs, choice);
    if (typeof choice === "object" && choice.detector !== undefined) choose("detector", methods.detectors, choice.detector);
  }
  for (const choice of config.certificates ?? []) choose("certificate", catalog.ratings.certificates, choice);
  for (const budget of config.budgets ?? []) accountBudget(budget);
}

/** @throws UsageError on a count of rows */
function accountBudget(budget: number | string): AskedBudget {
  return parseBudgetIn("a budget", budget, ["accounts"], "what is added to ratings are whole accounts");
}

/** The share of the users that so many accounts are. @throws UsageError where they are more than the users */
function shareOfUsers(budget: BudgetCount, users: number): { fraction: number } {
  if (budget.count > users) throw new UsageError(`a budget of ${askedAs(budget)} is more than the ${users} users`);
  return { fraction: budget.count / users };
}

/** Fills in all that was not asked for. @throws UsageError where something asked for cannot be done */
export function resolveRatingsStudy(
  config: RatingsAuditConfig,
  ratings: Ratings,
  where = "the ratings",
): { study: RatingsStudyConfig; notes: Note[] } {
  const effort = config.effort ?? ratingsDefaults.effort;
  const seed = config.seed ?? ratingsDefaults.seed;
  const goal = config.goal ?? ratingsDefaults.goal;
  refuseFewRatings(ratings, where);
  const targets = [...new Set(config.targets ?? defaultTargets(ratings, goal, seed))];
  const audience = config.audience === undefined || config.audience.length === 0 ? {} : { audience: [...new Set(config.audience)] };
  const aimedAt = goalOf(ratings, { goal, targets, ...audience }, where).audience;
  const attacks = chooseAttacks(config, goal, effort);
  const isImplicit = ratings.scale.step === 0;
  const unasked = isImplicit ? implicitEngines[effort] : effortDefaults[effort].engines;
  const engines = unique(
    "engine",
    (config.learners ?? unasked).map((choice) => settled(choose("engine", methods.recommenders, choice))),
  );
  if (config.until !== undefined && engines.some(isOutsideEngine))
    throw new UsageError('learner "command": --until would train it for every step of a search, which is not done yet: give the budgets');
  if (isImplicit) refuseExplicit(engines, ratings.scale.low);
  const detectors = chooseAccountDetectors(config, effort).filter(
    ({ id }) => config.detectors !== undefined || methodOf("detector", methods.detectors, id).readsTimes !== true,
  );
  const repairs = chooseRepairs(config, detectors, effort);
  const withMethods = engines.map((engine) => ({
    ...engine,
    attacks: possibleOn(engine, ratings.scale, "attack", methods.attacks, attacks, config.attacks !== undefined),
    ...repairsOf(engine, ratings.scale, repairs, config.repairs !== undefined),
  }));
  const budgets = settleBudgets((config.budgets ?? effortDefaults[effort].budgets).map(accountBudget), (budget) =>
    shareOfUsers(budget, ratings.users.length),
  );
  const study: RatingsStudyConfig = {
    engines: withMethods,
    attacks,
    detectors,
    repairs,
    ...budgets,
    ...certificatesOf(config, ratings),
    ...unnoticedWithin(config, { detectors, budgets: budgets.budgets, engines }),
    ...(config.until === undefined ? {} : { until: { ...parseGoal(config.until, ratingQuantities(goal)), seeds: searchedSplits } }),
    seeds: config.seeds ?? effortDefaults[effort].seeds,
    firstSeed: seed,
    goal,
    targets,
    ...audience,
    fillers: config.fillers ?? ratingsDefaults.fillers,
    flagFraction: config.flagFraction ?? ratingsDefaults.flagFraction,
  };
  const notes: Note[] = [];
  if (isImplicit && config.learners === undefined)
    notes.push({
      level: "info",
      text: `engines: ${engines.map(({ id }) => id).join(", ")}, which learn from who rated what (override with --learner)`,
    });
  if (isImplicit && goal === "demote")
    notes.push({
      level: "warning",
      text: "each row counts as liking, so an account cannot speak against a target: what demotes it here are only rows that raise others",
    });
  if (config.targets === undefined)
    notes.push({ level: "info", text: `targets: ${targets.join(", ")} (chosen; name others with --target)` });
  if (aimedAt !== null)
    notes.push({
      level: "info",
      text: `audience: ${aimedAt.length} of ${ratings.users.length} users, who like at least half of ${(audience.audience ?? []).join(", ")}`,
    });
  return { study, notes };
}

/**
 * Accounts that keep below the cut of a scan: of what `theriac scan` asks unasked and of the detectors of the study, those with a cut. With one budget, the largest of at most 5 %, else the smallest.
 *
 * @returns empty where nobody asked and it is not to be had either
 * @throws UsageError where it was asked for and is not to be had
 */
function unnoticedWithin(
  { unnoticed, effort = ratingsDefaults.effort }: RatingsAuditConfig,
  { detectors, budgets, engines }: Pick<RatingsStudyConfig, "detectors" | "budgets"> & { readonly engines: readonly Chosen[] },
): Pick<RatingsStudyConfig, "unnoticed"> {
  if (!(unnoticed ?? effort !== "quick")) return {};
  const others = chooseAccountDetectors({}, "quick").filter(({ id }) => detectors.every((own) => own.id !== id));
  const watchers = [...detectors, ...others].filter(({ id }) => methodOf("detector", methods.detectors, id).cut !== undefined);
  const reason =
    watchers.length === 0
      ? "no detector flags accounts"
      : engines.some(isOutsideEngine)
        ? 'learner "command" would be trained for every step of a search, which is not done yet'
        : null;
  if (reason !== null && unnoticed === true) throw new UsageError(`--unnoticed keeps attackers below the cut of a scan: ${reason}`);
  if (reason !== null) return {};
  const fair = budgets.filter((budget) => budget <= 0.05 + 1e-9);
  return { unnoticed: { budgetFraction: fair.length > 0 ? Math.max(...fair) : Math.min(...budgets), watchers } };
}

/** Ratings up to which certificates are computed unasked. */
const mostToCertify = 1_000_000;

/** Those named, or where the data are not too many those that are quick. */
function certificatesOf({ certificates }: RatingsAuditConfig, ratings: Ratings): Pick<RatingsStudyConfig, "certificates"> {
  const known = catalog.ratings.certificates;
  const asked = certificates ?? (ratings.user.length > mostToCertify ? [] : joining(known, "quick"));
  if (asked.length === 0) return {};
  return {
    certificates: unique(
      "certificate",
      asked.map((choice) => choose("certificate", known, choice)),
    ),
  };
}

function isOutsideEngine({ id }: Chosen): boolean {
  return methodOf("engine", methods.recommenders, id).outside !== undefined;
}

function settled(engine: Chosen): Chosen {
  return isOutsideEngine(engine) ? settleCommand(engine) : engine;
}

/** @throws UsageError on an engine that would predict the one rating for everything, so that no attack could be seen */
function refuseExplicit(engines: readonly Chosen[], rating: number): void {
  const isExplicit = (id: string): boolean => {
    const { feedback, outside } = methodOf("engine", methods.recommenders, id);
    return feedback === "explicit" && outside === undefined;
  };
  const wrong = engines.find(({ id }) => isExplicit(id));
  if (wrong === undefined) return;
  const others = methods.recommenders.filter(({ id }) => !isExplicit(id)).map(({ id }) => id);
  throw new UsageError(
    `engine "${wrong.id}" learns how much people like things, and these ratings do not say (all are ${rating}): those that learn from who rated what are ${others.join(", ")}`,
  );
}

/**
 * Five items that few people rated and nobody much liked (5 to 50 ratings, on average in the lower half of the scale; fewer where there are none), drawn by
 * the seed; for "demote" the five most rated.
 */
function defaultTargets({ item, value, items, scale }: Ratings, goal: RatingGoal["goal"], seed: number): string[] {
  const counts = new Int32Array(items.length);
  const sums = new Float64Array(items.length);
  item.forEach((i, p) => {
    counts[i]++;
    sums[i] += value[p];
  });
  const byCount = [...counts.keys()].filter((i) => counts[i] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  if (goal !== "promote") return byCount.slice(0, 5).map((i) => items[i]);
  const middle = (scale.low + scale.high) / 2;
  const unpopular = byCount.filter((i) => counts[i] >= 5 && counts[i] <= 50 && sums[i] / counts[i] <= middle);
  const from = unpopular.length >= 5 ? unpopular : byCount.slice(-Math.max(5, Math.floor(byCount.length / 4)));
  const drawn = makeRng(seed).fork("targets").sample(from.length, Math.min(5, from.length));
  return Array.from(drawn, (k) => items[from[k]]).sort();
}

function chooseAttacks(config: RatingsAuditConfig, goal: RatingGoal["goal"], effort: Effort): Chosen[] {
  const possible = methods.attacks.filter(({ goals }) => goals.includes(goal));
  const unasked = joining(possible, effort).map((id): MethodChoice => {
    const params = effort === "quick" ? methodOf("attack", possible, id).atQuick?.() : undefined;
    return params === undefined ? id : { id, params };
  });
  const asked = (config.attacks ?? unasked).map((choice) => choose("attack", methods.attacks, choice));
  for (const { id } of asked)
    if (!methodOf("attack", methods.attacks, id).goals.includes(goal))
      throw new UsageError(`attack "${id}" does not ${goal}; these do: ${possible.map((one) => one.id).join(", ")}`);
  const kept = asked.filter(({ id }) => {
    const { threat } = methodOf("attack", methods.attacks, id);
    return (config.access?.includes(threat.access) ?? true) && (config.knowledge?.includes(threat.knowledge) ?? true);
  });
  if (kept.length === 0) throw new UsageError("no attack is left to try: none has the access and knowledge asked for");
  return unique("attack", kept);
}

function possibleOn(
  engine: Chosen,
  scale: RatingScale,
  what: "attack" | "repair",
  all: readonly (RatingAttack | RatingRepair)[],
  chosen: readonly Chosen[],
  isAsked: boolean,
): string[] {
  const recommender = methodOf("engine", methods.recommenders, engine.id);
  const standIns = what === "attack" ? (recommender.outside?.surrogates(engine.params, scale) ?? []) : [];
  const given = [
    // Where others stand for it, attacks are made on them.
    ...(standIns.length > 0 ? [] : [{ recommender, params: engine.params }]),
    ...standIns.map((id) => {
      const own = methodOf("engine", methods.recommenders, id);
      return { recommender: own, params: resolveParams<object>(id, own.params) };
    }),
  ];
  const reasons = chosen.map(({ id }) => {
    const refused = given.map((one) => methodOf(what, all, id).refuses?.(one) ?? null);
    return { id, reason: refused.includes(null) ? null : refused[0] };
  });
  if (isAsked && reasons.length > 0 && reasons.every(({ reason }) => reason !== null))
    throw new UsageError(
      `no ${what} asked for can be tried on ${engine.id}: ${reasons.map(({ id, reason }) => `${id}: ${reason}`).join("; ")}`,
    );
  return reasons.filter(({ reason }) => reason === null).map(({ id }) => id);
}

/** Absent where every repair can train the engine. */
function repairsOf(engine: Chosen, scale: RatingScale, repairs: readonly Chosen[], isAsked: boolean): { repairs?: string[] } {
  const possible = possibleOn(engine, scale, "repair", methods.repairs, repairs, isAsked);
  return possible.length === repairs.length ? {} : { repairs: possible };
}

function chooseRepairs(config: RatingsAuditConfig, detectors: readonly Chosen[], effort: Effort): RatingsStudyConfig["repairs"] {
  const asked = config.repairs ?? joining(methods.repairs, effort);
  return unique(
    "repair",
    asked.flatMap((choice) => {
      const named = typeof choice === "object" && "detector" in choice ? choice.detector : undefined;
      const detector = named === undefined ? detectors[0] : choose("detector", methods.detectors, named);
      if (detector !== undefined) return [{ ...choose("repair", methods.repairs, choice), detector }];
      if (config.repairs === undefined) return [];
      throw new UsageError("a repair needs the scores of a detector, and there is none: name one with --detector");
    }),
  );
}
