import { withoutUndefined } from "./audit-config.ts";
import type { ConfigOf, DataConfigOf } from "./options/options.ts";
import type { RatingsRequest } from "../read/ratings/read-ratings.ts";

/** Who rated what; columns by name, or by 1-based position where no column bears that name. */
export type RatingsDataConfig = DataConfigOf<"audit", "ratings">;

/** All that an audit of a recommender can be asked for, as the table of options has it; what is left out has a default. */
export type RatingsAuditConfig = ConfigOf<"audit", "ratings"> & { readonly data: RatingsDataConfig };

export function ratingsRequestOf({ kind: _, path, user, item, rating, time, scale, ...plain }: RatingsDataConfig): RatingsRequest {
  const named = Object.entries({ user, item, rating, time }).flatMap(([role, name]) => (name === undefined ? [] : [[role, String(name)]]));
  return withoutUndefined({ data: path ?? "", ...plain, scale, ...(Object.fromEntries(named) as Partial<RatingsRequest>) });
}
