import { UsageError } from "../core/errors.ts";
import type { Effort } from "../core/method.ts";
import type { RatingGoal } from "../core/recommender.ts";
import type { Access, Goal, Knowledge } from "../core/threat.ts";
import { withoutUndefined } from "../node/config/audit-config.ts";
import type { RatingsAuditConfig, RatingsDataConfig } from "../node/ratings/ratings-audit-config.ts";
import type { Format } from "../node/read/request.ts";
import { idsOrNone, refuseOptions } from "./refuse-options.ts";

/** What the command line says of an audit of a recommender. */
export interface RatingsFlags {
  readonly ratings?: boolean;
  readonly user?: string;
  readonly item?: string;
  readonly rating?: string;
  readonly time?: string;
  readonly scale?: string;
  readonly clip?: boolean;
  readonly notRated?: string[];
  readonly target?: string[];
  readonly audience?: string[];
  readonly fillers?: number;
  readonly format?: Format;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly quoted?: boolean;
  readonly budget?: number[];
  readonly attack?: string[];
  readonly access?: Access[];
  readonly goal?: Goal[];
  readonly knowledge?: Knowledge[];
  readonly learner?: string;
  readonly repair?: string[];
  readonly detector?: string[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly limit?: string[];
  readonly strict?: boolean;
  readonly out?: string;
  readonly effort?: Effort;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Whether the data are ratings: any option says so that only ratings have. */
export function isAboutRatings({ ratings, user, item, rating, time, scale, notRated, fillers, audience }: RatingsFlags): boolean {
  return ratings === true || [user, item, rating, time, scale, notRated, fillers, audience].some((value) => value !== undefined);
}

/** What was asked for. @throws UsageError on options that do not go with ratings */
export function ratingsConfigOf(path: string | undefined, flags: RatingsFlags): RatingsAuditConfig {
  if (path === undefined) throw new UsageError("audit needs data: theriac audit RATINGS --ratings");
  refuseOptions("ratings", flags);
  const { user, item, rating, time, format, delimiter, header, quoted } = flags;
  return withoutUndefined<RatingsAuditConfig>({
    data: withoutUndefined({
      path,
      user,
      item,
      rating,
      time,
      format,
      delimiter,
      header,
      quoted,
      scale: scaleOf(flags.scale, flags.clip ?? false),
      notRated: flags.notRated === undefined ? undefined : notRatedOf(flags.notRated),
    }),
    effort: flags.effort,
    learners: flags.learner?.split(",").flatMap((id) => (id.trim() === "" ? [] : [id.trim()])),
    attacks: flags.attack,
    access: flags.access,
    knowledge: flags.knowledge,
    detectors: idsOrNone("--detector", flags.detector),
    repairs: idsOrNone("--repair", flags.repair),
    budgets: flags.budget,
    seeds: flags.seeds,
    seed: flags.seed,
    goal: goalOf(flags.goal),
    targets: flags.target,
    audience: flags.audience,
    fillers: flags.fillers,
    limits: flags.limit,
    strict: flags.strict,
    out: flags.out,
  });
}

function goalOf(goals: readonly Goal[] | undefined): RatingGoal["goal"] | undefined {
  if (goals === undefined) return undefined;
  const [goal, ...others] = goals;
  if (others.length > 0 || (goal !== "promote" && goal !== "demote" && goal !== "availability"))
    throw new UsageError(`--goal: an attack on a recommender has one goal, promote, demote or availability, got ${goals.join(", ")}`);
  return goal;
}

function scaleOf(text: string | undefined, clip: boolean): RatingsDataConfig["scale"] {
  if (text === undefined) {
    if (clip) throw new UsageError("--clip needs --scale: the ends to which ratings are moved");
    return undefined;
  }
  const [low, high, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(low) && Number.isFinite(high) && low < high) return { low, high, clip };
  throw new UsageError(`--scale must be the lowest and the highest rating, such as 1,5, got "${text}"`);
}

/** Numbers as numbers, so that 0 is 0.0 too. */
function notRatedOf(values: readonly string[]): (number | string)[] {
  return values.map((text) => (Number.isFinite(Number(text)) ? Number(text) : text));
}
