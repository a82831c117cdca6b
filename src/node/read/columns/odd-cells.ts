import { type Oddity, cellsOf, countCodes, firstRowOf, quoted } from "./oddity.ts";

/** A few cells of a column of numbers that are none. */
export const oddCells: Oddity = ({ profile }, { rows, place }) => {
  if (profile.kind !== "number" || profile.reading === undefined || profile.written === undefined) return [];
  const { odd } = profile.reading;
  if (odd.length === 0) return [];
  const { codes, names } = profile.written;
  const counts = countCodes(codes, names.length);
  const count = odd.reduce((sum, code) => sum + counts[code], 0);
  const row = firstRowOf(codes, odd);
  const many = odd.length > 1 ? `, of ${odd.length} spellings` : "";
  const are = count === 1 ? "is no number and counts" : "are no numbers and count";
  const text = `${quoted(profile.name)}: ${count} of ${rows} cells ${are} as missing: ${quoted(names[codes[row]])} in ${place(row)}${many}`;
  return [{ level: "warning", text: count === rows ? `${quoted(profile.name)}: ${cellsOf(count)} are no numbers` : text }];
};
