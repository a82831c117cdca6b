import { type Oddity, cellsOf, quoted } from "./oddity.ts";

/** Whole numbers too long for a double, used as quantities: neighbours become one. */
export const longNumbers: Oddity = ({ profile, use }, { place }) => {
  if (profile.kind !== "number" || use !== "feature" || !profile.allIntegers) return [];
  if (Math.max(-profile.low, profile.high) <= Number.MAX_SAFE_INTEGER || profile.high > 1e21) return [];
  let count = 0;
  for (const value of profile.values) if (Math.abs(value) > Number.MAX_SAFE_INTEGER) count++;
  const first = profile.values.findIndex((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
  const text = `${quoted(profile.name)}: ${cellsOf(count)} (first in ${place(first)}) hold whole numbers beyond 2^53, which are rounded where they are used as quantities; name the column with --source, --id or --drop if they are names`;
  return [{ level: "warning", text }];
};
