import type { Oddity } from "./oddity.ts";
import { quoted } from "./say.ts";

const minDistinct = 50;
const minShare = 0.1;

/** A category of very many values that begin like numbers, such as times of day, fractions or 0x1f: hardly anything can be learned from it. */
export const manyCategories: Oddity = ({ profile, use }, { rows, place }) => {
  if (use !== "feature" || profile.kind !== "text" || profile.noNumbers !== undefined || profile.isDate) return [];
  if (profile.distinct <= Math.max(minDistinct, minShare * rows)) return [];
  // A zero before other digits says that this is a code.
  const isQuantity = (name: string): boolean => /^\s*[+\-~<>≈]*\s*\d/.test(name) && !/^\s*0\d+\s*$/.test(name);
  const present = profile.names.filter((name) => name.trim() !== "");
  if (present.filter(isQuantity).length < 0.9 * present.length) return [];
  const row = profile.codes.findIndex((code) => code >= 0 && isQuantity(profile.names[code]));
  const example = quoted(profile.names[profile.codes[row]]);
  const text = `${quoted(profile.name)} is read as a category of ${profile.distinct} values and not as a number, such as ${example} in ${place(row)}: write plain numbers to use it as one, or --drop it`;
  return [{ level: "warning", text }];
};
