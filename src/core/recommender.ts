import type { UnitCosts } from "./certificate.ts";
import type { RunContext } from "./context.ts";
import type { Campaign } from "./detector.ts";
import type { MethodInfo } from "./method.ts";
import type { AccountPoison } from "./poison.ts";
import type { RatingScale, Ratings } from "./ratings.ts";
import type { Goal, ThreatModel } from "./threat.ts";

/** A trained recommender. */
export interface RecommenderModel {
  /** Whether scores are predicted ratings, or only an order. */
  readonly unit: "rating" | "preference";
  /** It gives lists alone: whatever is on no list shares one score, so that places beyond the lists, and differences of scores, mean nothing. */
  readonly listsOnly?: true;
  /** Scores of every item for each of these users; not clipped to the scale. Shapes: users [n], out [n, items]. */
  scoresInto(out: Float64Array, users: Int32Array): void;
  /** Follows what accounts do to everybody's score of one item; absent where training leaves nothing to follow. Shape: accounts [accounts]. */
  trace?(target: number, accounts: Int32Array): AccountTrace;
}

/**
 * By how much accounts lift the score of a target: the score less what it were if the target's own row (its factors, or its neighbours) were fitted
 * without all of these accounts, everything else of the model held. Parts of single accounts add up to that.
 */
export interface AccountTrace {
  /** Shape: out [accounts, users]. */
  liftsInto(out: Float64Array, users: Int32Array): void;
  /** What of the lift of the k-th account goes through an item that both it and the user rated; items without effect are left out. */
  through(k: number, user: number): readonly { readonly item: number; readonly lift: number }[];
}

/** A recommender whose scores are inner products: score = mean + userBias_u + itemBias_i + userFactors_u · itemFactors_i. */
export interface FactorModel extends RecommenderModel {
  readonly factors: Factors;
}

/** Shapes: userFactors [users, rank], itemFactors [items, rank], userBias [users], itemBias [items]. */
export interface Factors {
  readonly rank: number;
  readonly mean: number;
  readonly userFactors: Float64Array;
  readonly itemFactors: Float64Array;
  readonly userBias: Float64Array;
  readonly itemBias: Float64Array;
}

export function isFactorModel(model: RecommenderModel): model is FactorModel {
  return "factors" in model;
}

/** Learns from ratings what each user would think of what they have not rated. */
export interface Recommender<P = any> extends MethodInfo<P> {
  readonly kind: "recommender";
  readonly feedback: "explicit" | "implicit";
  fit(ratings: Ratings, options: RecommenderOptions<P>): Promise<RecommenderModel>;
  /** Present where it learns outside of this program, and nobody looks into it. */
  readonly outside?: OutsideRecommending<P>;
  /** Where it factorises what was rated by alternating least squares: λ of a user or item for each of its ratings. */
  leastSquares?(params: P): { readonly decay: number };
  /** Where it relates users: with what. */
  relation?(params: P): UserRelation;
}

/** What users are related with, as tasks are (see learner.ts), and λ of the least squares that the items come from. */
export interface UserRelation {
  readonly itemDecay: number;
  readonly relationDecay: number;
  readonly weightDecay: number;
  readonly epsilon: number;
}

/** A recommender into which nobody looks. */
export interface OutsideRecommending<P = any> {
  /** Engines of the catalog that may stand for it where an attack needs one, the first of equals first. */
  surrogates(params: P, scale: RatingScale): readonly string[];
  /** The parameters as a record and a report may show them. */
  shown(params: P): unknown;
}

export interface RecommenderOptions<P = any> extends RunContext {
  readonly params: P;
  /** Of one that learns outside: it is asked again though the answer is known. */
  readonly isRepeated?: boolean;
  /** A model of the same engine to go on from. It may know fewer users than the ratings: accounts that came since begin cold. */
  readonly start?: RecommenderModel | null;
  /** How much each user counts for what the others get, in [0, 1]; null = 1 each. Users of weight 0 still get scores. Shape: [users]. */
  readonly userWeight?: Float64Array | null;
}

/** Items that the attacker wants seen more, or less, by some of the genuine users (null = all of them). */
export interface RatingGoal {
  readonly goal: Extract<Goal, "promote" | "demote" | "availability">;
  readonly targets: Int32Array;
  readonly audience: Int32Array | null;
}

export interface RatingAttackInput {
  readonly clean: Ratings;
  readonly goal: RatingGoal;
  /** How many accounts may be registered, and how many items each may rate besides the targets. */
  readonly budget: { readonly accounts: number; readonly fillers: number };
  /** The engine under attack and its parameters, for an attacker who may know it. */
  readonly engine: { readonly recommender: Recommender; readonly params: unknown };
  victim(): Promise<RecommenderModel>;
}

/** Chooses the ratings of fake accounts. */
export interface RatingAttack<P = any> extends MethodInfo<P> {
  readonly kind: "attack";
  readonly data: "ratings";
  readonly goals: readonly RatingGoal["goal"][];
  readonly threat: Omit<ThreatModel, "goal">;
  /** Why it cannot attack such an engine, in words; absent or null where it can. */
  refuses?(engine: RatingAttackInput["engine"]): string | null;
  /** Parameters with which it is tried unasked at quick effort, where those of its own take too long. */
  atQuick?(): Partial<P>;
  poison(input: RatingAttackInput, options: RunContext & { readonly params: P }): Promise<AccountPoison>;
}

/** Gives every account a suspicion score, higher = more suspicious; finite. */
export interface AccountDetector<P = any> extends MethodInfo<P> {
  readonly kind: "detector";
  readonly data: "ratings";
  /** Accounts that score at least this are held for fake; absent where scores only rank. */
  readonly cut?: number;
  /** Whether it goes by when ratings were given, and says nothing where that is not known. An attack says what accounts rate, never when, so that audits do not ask it. */
  readonly readsTimes?: true;
  /** Shape: [users]. */
  score(ratings: Ratings, options: RunContext & { readonly params: P }): Promise<Float64Array>;
  /** The same scores with why, in words that a moderator understands; absent where its title is all there is to say. */
  explain?(ratings: Ratings, options: RunContext & { readonly params: P }): Promise<AccountScores>;
}

/** Shape: values [users]. */
export interface AccountScores {
  readonly values: Float64Array;
  /** Chance that an account is innocent although the detector's cut flags it, in [0, 1]; absent where the rule cannot say. Shape: [users]. */
  readonly innocence?: Float64Array;
  /** Accounts that belong together, the surest first; absent where it looks at each alone. */
  readonly campaigns?: readonly Campaign[];
  /** Why it could look at nobody, so that its silence says nothing; absent where it looked. */
  readonly silence?: string;
  /** null where there is nothing to say of an account. */
  reason(account: number): string | null;
}

/** Trains an engine in a way that suspicious accounts count less, or not at all. Suspicion [users] is in [0, 1]. */
export interface RatingRepair<P = any> extends MethodInfo<P> {
  readonly kind: "repair";
  readonly data: "ratings";
  /** Why it cannot train such an engine, in words; absent or null where it can. */
  refuses?(engine: RatingAttackInput["engine"]): string | null;
  fit(
    ratings: Ratings,
    suspicion: Float64Array,
    options: RunContext & {
      readonly params: P;
      /** Trains the engine with each user's ratings weighted (null = 1 each). Shape: weights [users]. */
      train(ratings: Ratings, weights: Float64Array | null): Promise<RecommenderModel>;
    },
  ): Promise<RecommenderModel>;
}

/** What a certificate of recommendations is about. */
export interface RatingCertificateInput {
  /** Of genuine users and of whoever is among them; accounts may come, change and go. */
  readonly train: Ratings;
  /** Users whose lists are certified; what they rated themselves is taken as it is. */
  readonly users: Int32Array;
  /** Items that each of these users rated and that were held back, ascending. Same length as `users`. */
  readonly wanted: readonly Int32Array[];
  /** Items that an attacker may want to be seen. */
  readonly targets: Int32Array;
  /** Length of a list. */
  readonly top: number;
}

/** Lists of recommendations that stay as they are. */
export interface RatingBound {
  readonly unit: "accounts";
  readonly costs: UnitCosts;
  readonly confidence: number | null;
  readonly assumes: readonly string[];
  readonly made: string;
  /** The parameters that it was made with, what was chosen among them. */
  readonly settled: unknown;
  /** How many wanted items are among the first `top` of each user as the ratings are. Shape: [users]. */
  readonly found: Int32Array;
  /** The same however `radius` accounts are added, changed or taken away; to the radius at which all are 0. Shape: [radii from 0 on, users]. */
  readonly kept: readonly Int32Array[];
  /**
   * The fewest accounts that may bring a target into the first `top` of a user; 0 = it may be there already, Infinity = no number that was looked at. Of users who rated it, nothing.
   * Shape: [targets, users].
   */
  readonly needed: readonly Float64Array[];
}

/** A bound that holds for all fake or captured accounts up to a number, not only for the attacks that were tried. */
export interface RatingCertificate<P = any> extends MethodInfo<P> {
  readonly kind: "certificate";
  certify(input: RatingCertificateInput, context: RunContext & { readonly params: P }): Promise<RatingBound>;
}
