import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, RatingAttack, RatingGoal, RatingRepair, Recommender } from "../../core/recommender.ts";
import type { StudyBudgets } from "../budgets.ts";
import type { AttackChoice, Chosen, UnnoticedAsked } from "../config.ts";
import type { UntilAsked } from "../until/goal.ts";
import type { UntilAims } from "../until/run-search.ts";

/** The methods that a study of a recommender may use; `catalog.ratings` is one. */
export interface RatingMethods {
  readonly recommenders: readonly Recommender[];
  readonly attacks: readonly RatingAttack[];
  readonly detectors: readonly AccountDetector[];
  readonly repairs: readonly RatingRepair[];
}

/** Everything that shapes the results of a study of a recommender, apart from the ratings. Budgets are fake accounts over genuine users. Plain data: it is stored in the manifest and hashed into trial ids. */
export interface RatingsStudyConfig extends StudyBudgets {
  /** Each is attacked by itself: the order of the attacks differs from engine to engine. */
  readonly engines: readonly (Chosen & {
    /** Those of `attacks` that can attack it, by name. */
    readonly attacks: readonly string[];
    /** Those of `repairs` that can train it, by name; absent where all can. */
    readonly repairs?: readonly string[];
  })[];
  readonly attacks: readonly Chosen[];
  readonly detectors: readonly Chosen[];
  /** A repair names the detector whose suspicion it uses. */
  readonly repairs: readonly (Chosen & { readonly detector: Chosen })[];
  /** What is proven once the trials have ended; absent = nothing. */
  readonly certificates?: readonly Chosen[];
  /** What is asked how few accounts bring it about; absent = nothing. */
  readonly until?: UntilAsked;
  /** What of attackers who keep below the cut of a scan is asked; absent = nothing. */
  readonly unnoticed?: UnnoticedAsked;
  /** Seeds are `firstSeed`, `firstSeed` + 1, … */
  readonly seeds: number;
  readonly firstSeed: number;
  readonly goal: RatingGoal["goal"];
  /** Names of the items that the attacker wants seen more, or less. */
  readonly targets: readonly string[];
  /** Names of items that the users like whom the attacker aims at, as in `audienceOf`; absent for all users. */
  readonly audience?: readonly string[];
  /** Items that a fake account rates besides the targets. */
  readonly fillers: number;
  /** Share of the accounts that a detector's precision and recall look at. */
  readonly flagFraction: number;
}

export interface RatingsStudyInput {
  readonly ratings: Ratings;
  readonly config: RatingsStudyConfig;
  readonly methods: RatingMethods;
  /** What searches are of, by engine; absent until all else is recorded. */
  readonly aims?: UntilAims;
  /** The attacks that are to go unnoticed, by engine, the strongest first; absent until all else is recorded. */
  readonly unnoticedAims?: Readonly<Record<string, readonly AttackChoice[]>>;
}
