import { makeAccounts } from "../poison/make-accounts.ts";
import { type RatingsAuditConfig, ratingsRequestOf } from "../config/ratings-audit-config.ts";
import { checkRatingsConfig } from "../ratings/resolve-ratings-study.ts";
import { type RatingRows, type RatingsRequest, readRatingRows } from "../read/ratings/read-ratings.ts";
import type { Attackable } from "./attackable.ts";

/** Ratings, to which fake accounts add theirs. */
export const attackRatings: Attackable<RatingsAuditConfig, RatingsRequest, RatingRows> = {
  checkConfig: checkRatingsConfig,
  requestOf: ({ data }) => ratingsRequestOf(data),
  read: readRatingRows,
  makePoison: makeAccounts,
};
