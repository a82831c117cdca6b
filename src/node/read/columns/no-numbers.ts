import { type Oddity, quoted } from "./oddity.ts";

/** A column that is largely of numbers and is used as a category. */
export const noNumbers: Oddity = ({ profile, use }) => {
  if (profile.kind !== "text" || profile.noNumbers === undefined || profile.isDate) return [];
  const how = `is read as ${use === "classes" ? "classes" : "a category"} of ${profile.distinct} values and not as a number`;
  return [
    { level: "warning", text: `${quoted(profile.name)} ${how}: ${profile.noNumbers}; write its numbers alike to use them as numbers` },
  ];
};
