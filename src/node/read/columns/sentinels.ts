import { type Oddity, cellsOf, quoted } from "./oddity.ts";

const suspects = new Set(
  [
    99, 999, 9999, 99999, 999999, 9999999, 8888, 88888, 7777, 77777, 999.9, 9999.9, 999.25, 32767, 32768, 65535, 2147483647, 2147483648,
    1e30, 1e36,
  ]
    .flatMap((value) => [value, -value])
    .concat(4294967295),
);

/** A number far from all others that often stands for "missing", such as -999. */
export const sentinels: Oddity = ({ profile, use }, { rows, place }) => {
  if (profile.kind !== "number" || (use !== "feature" && use !== "label") || profile.distinct < 3) return [];
  return [profile.low, profile.high].flatMap((suspect) => {
    if (!suspects.has(suspect)) return [];
    let count = 0;
    let [low, high] = [Infinity, -Infinity];
    for (const value of profile.values) {
      if (value === suspect) count++;
      else if (!suspects.has(value)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const distance = suspect < low ? low - suspect : suspect - high;
    if (low > high || distance < Math.max(high - low, 1) || count < 2) return [];
    const text = `${quoted(profile.name)}: ${suspect} in ${cellsOf(count)} of ${rows} (first in ${place(profile.values.indexOf(suspect))}) lies far from the others, ${low} to ${high}, and may stand for "missing"; --missing=${suspect} reads it so`;
    return [{ level: "warning", text }];
  });
};
