import type { NumberCell } from "./choose-unit.ts";
import type { NumberParts } from "./number-parts.ts";
import { numberOf } from "./number-style.ts";
import { cellsOf } from "./say.ts";

/** The decimal mark that most cells must have; where none must have either, points are decimal and commas separate thousands. */
export function chooseDecimal(
  cells: readonly NumberCell[],
  prefersComma: boolean,
): { mark: "." | ","; isMixed: boolean; doubt: string | null } {
  let onlyPoint = 0;
  let onlyComma = 0;
  let either = 0;
  let example: string | null = null;
  for (const { rows, parts } of cells) {
    const [point, comma] = [numberOf(parts, "."), numberOf(parts, ",")];
    if (Number.isNaN(point) && Number.isNaN(comma)) continue;
    if (Number.isNaN(comma)) onlyPoint += rows;
    else if (Number.isNaN(point)) onlyComma += rows;
    else if (point !== comma) {
      either += rows;
      example ??= parts.digits;
    }
  }
  if (onlyPoint > 0 && onlyComma > 0) {
    const mark = onlyComma > onlyPoint ? "," : ".";
    return { mark, isMixed: true, doubt: `${cellsOf(onlyPoint)} with a decimal point, ${cellsOf(onlyComma)} with a decimal comma` };
  }
  const mark = onlyComma > 0 || (onlyPoint === 0 && prefersComma) ? "," : ".";
  if (onlyPoint + onlyComma > 0 || either === 0 || example === null) return { mark, isMixed: false, doubt: null };
  const cell: NumberParts = { ...cells[0].parts, digits: example, isNegative: false, exponent: "" };
  return {
    mark,
    isMixed: false,
    doubt: `${example} is taken for ${numberOf(cell, mark)}, though it could be ${numberOf(cell, mark === "." ? "," : ".")}`,
  };
}
