import type { Oddity } from "./oddity.ts";
import { cellsOf, countCodes, firstRowOf, quoted } from "./say.ts";

/** A label that holds its own name, as where files were joined with their headers. */
export const repeatedHeader: Oddity = ({ profile, use }, { place }) => {
  if (use !== "classes" || profile.kind !== "text") return [];
  const code = profile.names.findIndex((name) => name.trim() === profile.name.trim());
  if (code < 0) return [];
  const count = countCodes(profile.codes, profile.names.length)[code];
  const text = `${quoted(profile.name)} holds its own name in ${cellsOf(count)} (first in ${place(firstRowOf(profile.codes, [code]))}), which counts as a class: where the header stands again among the data, take it out`;
  return [{ level: "warning", text }];
};
