import type { Recommender } from "../../core/recommender.ts";

/** Why a repair that looks at errors of ratings cannot train an engine. */
export function needsRatings({ recommender }: { readonly recommender: Recommender }): string | null {
  return recommender.feedback === "explicit" ? null : "it needs an engine that predicts ratings, and this one only orders items";
}
