import type { Effort } from "../../core/method.ts";
import type { RatingGoal } from "../../core/recommender.ts";
import type { Access, Knowledge } from "../../core/threat.ts";
import type { ColumnChoice, MethodChoice, RepairChoice } from "../config/audit-config.ts";
import { withoutUndefined } from "../config/audit-config.ts";
import type { RatingsRequest } from "../read/ratings/read-ratings.ts";
import type { Format } from "../read/request.ts";

export interface RatingsDataConfig {
  readonly path?: string;
  readonly user?: ColumnChoice;
  readonly item?: ColumnChoice;
  readonly rating?: ColumnChoice;
  readonly time?: ColumnChoice;
  readonly format?: Format;
  readonly header?: boolean;
  readonly delimiter?: string;
  readonly quoted?: boolean;
  /** What ratings may be; default: as found. */
  readonly scale?: { readonly low: number; readonly high: number; readonly clip?: boolean } | undefined;
  /** What stands where there is no rating, a number or a word, "empty" for empty cells; such rows are left out. */
  readonly notRated?: readonly (number | string)[];
}

/** All that an audit of a recommender can be asked for; what is left out has a default. */
export interface RatingsAuditConfig {
  readonly data: RatingsDataConfig;
  readonly effort?: Effort;
  /** Engines under attack. */
  readonly learners?: readonly MethodChoice[];
  readonly attacks?: readonly MethodChoice[];
  readonly access?: readonly Access[];
  readonly knowledge?: readonly Knowledge[];
  readonly detectors?: readonly MethodChoice[];
  readonly repairs?: readonly RepairChoice[];
  /** Fake accounts over genuine users: fractions, or texts such as "1%". */
  readonly budgets?: readonly (number | string)[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly goal?: RatingGoal["goal"];
  /** Names of items; default: five that hardly anybody rated, or for "demote" five that many did. */
  readonly targets?: readonly string[];
  /** Names of items: the attacker aims at users who like at least half of them; default: at all users. */
  readonly audience?: readonly string[];
  readonly fillers?: number;
  readonly flagFraction?: number;
  readonly limits?: readonly string[];
  readonly strict?: boolean;
  readonly out?: string;
}

export function ratingsRequestOf({ path, user, item, rating, time, scale, ...plain }: RatingsDataConfig): RatingsRequest {
  const named = Object.entries({ user, item, rating, time }).flatMap(([role, name]) => (name === undefined ? [] : [[role, String(name)]]));
  return withoutUndefined({ data: path ?? "", ...plain, scale, ...(Object.fromEntries(named) as Partial<RatingsRequest>) });
}
