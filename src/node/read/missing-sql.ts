import { literal } from "../open-database.ts";
import { type MissingRules, missingWords } from "./missing.ts";

/** Whether a cell that is no number means "missing". @param cell a column of texts */
export function missingSql(cell: string, rules: MissingRules): string {
  const words = ["", ...missingWords.filter(rules.isMissingName), ...rules.asked].map(literal).join(", ");
  return `CASE WHEN ${cell} IS NULL THEN true WHEN strlen(${cell}) < 64 THEN trim(${cell}, E' \\t\\r\\n') IN (${words}) ELSE false END`;
}
