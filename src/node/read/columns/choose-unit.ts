import type { NumberParts } from "./number-parts.ts";
import { cellsOf, quoted } from "./say.ts";

/** A distinct text that may be a number. */
export interface NumberCell {
  readonly code: number;
  readonly rows: number;
  readonly parts: NumberParts;
}

const multipliers: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9, bn: 1e9, mn: 1e6 };
/** Share of the cells that a unit must have to be sure. */
const sureShare = 0.95;

export interface UnitChoice {
  accepts(parts: NumberParts): boolean;
  factor(parts: NumberParts): number;
  readonly prefix: string;
  readonly suffix: string;
  readonly doubt: string | null;
  /** Said where the column is no number: it holds several units. */
  readonly several: string | null;
}

/** One unit for the column: the one of most cells. Cells without one are taken to be in it, but never among percentages. */
export function chooseUnit(cells: readonly NumberCell[]): UnitChoice {
  const keyOf = ({ prefix, unit }: NumberParts): string => `${prefix}|${foldUnit(unit)}`;
  const rowsOf = new Map<string, { rows: number; parts: NumberParts }>();
  for (const { rows, parts } of cells) {
    const known = rowsOf.get(keyOf(parts));
    if (known === undefined) rowsOf.set(keyOf(parts), { rows, parts });
    else known.rows += rows;
  }
  const bare = rowsOf.get("|")?.rows ?? 0;
  const units = [...rowsOf.entries()].filter(([key]) => key !== "|").sort(([, a], [, b]) => b.rows - a.rows);
  const none = { prefix: "", suffix: "", doubt: null, several: null };
  const factor = ({ unit }: NumberParts): number => multipliers[unit] ?? 1;
  if (units.length === 0) return { ...none, accepts: () => true, factor };
  const areMultipliers = units.every(([, { parts }]) => parts.unit in multipliers);
  const prefixes = new Set(units.map(([, { parts }]) => parts.prefix).filter((prefix) => prefix !== ""));
  if (areMultipliers && prefixes.size <= 1) return { ...none, prefix: [...prefixes][0] ?? "", accepts: () => true, factor };

  const all = bare + units.reduce((sum, [, { rows }]) => sum + rows, 0);
  const several =
    units.length < 2
      ? null
      : `they have several units: ${units
          .slice(0, 4)
          .map(([, { rows, parts }]) => `${quoted((parts.prefix + parts.unit).trim())} (${rows})`)
          .join(", ")}`;
  const [mainKey, main] = units[0];
  const { prefix, unit } = main.parts;
  const isShare = unit === "%" || unit === "‰";
  // A single letter, or a word that is no known unit, may as well be part of a name.
  const isSure = main.rows >= sureShare * all;
  const mixes = bare > 0 && !isShare && (isSure || unit.length !== 1) && (isSure || units.length === 1);
  const bareWins = bare > main.rows && !mixes;
  const accepts = (parts: NumberParts): boolean => {
    const key = keyOf(parts);
    return key === "|" ? bareWins || mixes : !bareWins && key === mainKey;
  };
  const doubt = mixes ? `${cellsOf(bare)} without ${prefix + unit} ${bare === 1 ? "is" : "are"} taken to be in it` : null;
  const suffix = unit === "" ? "" : `${main.parts.isApart ? " " : ""}${unit}`;
  return { accepts, factor: () => 1, doubt, several, ...(bareWins ? { prefix: "", suffix: "" } : { prefix, suffix }) };
}

/** `star` and `stars` are one unit. */
function foldUnit(unit: string): string {
  const folded = unit.toLowerCase().replace(/\.$/, "");
  return folded.length > 3 ? folded.replace(/s$/, "") : folded;
}
