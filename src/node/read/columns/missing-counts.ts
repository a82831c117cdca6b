import type { Note } from "../request.ts";
import { type SeenColumn, quoted } from "./oddity.ts";

/** How many cells are missing, of the features that miss any. */
export function countsMissing(columns: readonly SeenColumn[]): Note[] {
  const some = columns.filter(({ profile, use }) => use === "feature" && profile.missing > 0);
  if (some.length === 0) return [];
  const listed = some.slice(0, 20).map(({ profile }) => `${quoted(profile.name)} (${profile.missing})`);
  const more = some.length > listed.length ? ` and ${some.length - listed.length} more columns` : "";
  return [{ level: "info", text: `missing cells: ${listed.join(", ")}${more}` }];
}
