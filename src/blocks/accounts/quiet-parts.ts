import type { Ratings } from "../../core/ratings.ts";

interface QuietPart {
  readonly part: Ratings;
  readonly scores: Float64Array;
}

/** Larger ratings are not kept, nor more parts than this. */
const [mostRatings, mostParts] = [1_000_000, 3];
let kept: readonly QuietPart[] = [];

/**
 * What was said of these very ratings when no group was found in them; null = not known. An audit looks at the same genuine ratings again and again, once under each attack whose accounts
 * were all found. Whether it is known changes nothing but the time. Shape: result [users].
 */
export function quietScores(part: Ratings): Float64Array | null {
  return kept.find((entry) => areAlike(entry.part, part))?.scores ?? null;
}

export function keepQuiet(part: Ratings, scores: Float64Array): void {
  if (part.user.length > mostRatings) return;
  kept = [{ part, scores }, ...kept.slice(0, mostParts - 1)];
}

function areAlike(one: Ratings, other: Ratings): boolean {
  const [a, b] = [one.scale, other.scale];
  return (
    one.users.length === other.users.length &&
    one.items.length === other.items.length &&
    a.low === b.low &&
    a.high === b.high &&
    a.step === b.step &&
    haveSame(one.user, other.user) &&
    haveSame(one.item, other.item) &&
    haveSame(one.value, other.value)
  );
}

function haveSame(one: Int32Array | Float64Array, other: Int32Array | Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let p = 0; p < one.length; p++) if (one[p] !== other[p]) return false;
  return true;
}
