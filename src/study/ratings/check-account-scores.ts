import type { Ratings } from "../../core/ratings.ts";

/** What a detector says of accounts, held against its contract. Shape: values [accounts]. @throws Error, since it is a fault of the detector */
export function checkAccountScores(detector: string, values: Float64Array, { users }: Ratings): Float64Array {
  if (values.length !== users.length || !values.every(Number.isFinite))
    throw new Error(`${detector} must give one finite score for each account`);
  return values;
}
