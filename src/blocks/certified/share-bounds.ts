import { lowerBinomialBound, upperBinomialBound } from "../../numeric/statistics/binomial-bounds.ts";

export interface ShareBounds {
  readonly low: number;
  readonly high: number;
}

/** Bounds on the share behind each count of `trials`, each side wrong with a chance of at most `risk`; every count is bounded once. */
export function makeShareBounds(trials: number, risk: number): (count: number) => ShareBounds {
  const known = new Map<number, ShareBounds>();
  return (count) => {
    let bounds = known.get(count);
    if (bounds === undefined) {
      bounds = { low: lowerBinomialBound(count, trials, risk), high: upperBinomialBound(count, trials, risk) };
      known.set(count, bounds);
    }
    return bounds;
  };
}
