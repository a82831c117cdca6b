import type { Oddity } from "./oddity.ts";
import { firstRowOf, quoted } from "./say.ts";

/** A column that is largely of numbers and is used as a category. */
export const noNumbers: Oddity = ({ profile, use }, { place }) => {
  if (profile.kind !== "text" || profile.noNumbers === undefined || profile.isDate) return [];
  const how = `is read as ${use === "classes" ? "classes" : "a category"} of ${profile.distinct} values and not as a number`;
  const { why, example } = profile.noNumbers;
  const shown = example < 0 ? "" : `, such as ${quoted(profile.names[example])} in ${place(firstRowOf(profile.codes, [example]))}`;
  return [{ level: "warning", text: `${quoted(profile.name)} ${how}: ${why}${shown}; write its numbers alike to use them as numbers` }];
};
