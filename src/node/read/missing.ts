/** Cells that mean "not there" in any column that is not text, blanks around them aside. */
export const missingWords: readonly string[] = ["", "NA", "NaN", "nan", "N/A", "null", "NULL"];

const missing = new Set(missingWords);

export function isMissing(cell: string): boolean {
  return missing.has(cell.trim());
}

/** Whether a cell is a number to us: what a decimal literal is, and the infinities that are refused later. */
export function isNumeric(cell: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) || /^\s*[+-]?inf(inity)?\s*$/i.test(cell);
}
