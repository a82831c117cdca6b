import { isMissing } from "../missing.ts";
import { type Oddity, countCodes, firstRowOf, quoted } from "./oddity.ts";

/** Words among numbers that were taken to mean "missing", beyond those that always do. */
export const missingNumbers: Oddity = ({ profile }, { place }) => {
  if (profile.kind !== "number" || profile.reading === undefined || profile.written === undefined) return [];
  const { codes, names } = profile.written;
  const unusual = profile.reading.missing.filter((code) => !isMissing(names[code]));
  if (unusual.length === 0) return [];
  const counts = countCodes(codes, names.length);
  const words = unusual.slice(0, 5).map((code) => `${quoted(names[code])} (${counts[code]}, first in ${place(firstRowOf(codes, [code]))})`);
  return [{ level: "warning", text: `${quoted(profile.name)}: taken to mean that the number is missing: ${words.join(", ")}` }];
};
