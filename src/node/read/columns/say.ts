/** A name or a cell between quotation marks, shortened: a report leaves out what stands between them. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

export function cellsOf(count: number): string {
  return count === 1 ? "1 cell" : `${count} cells`;
}

/** The first row that holds one of these codes, −1 = none. */
export function firstRowOf(codes: Int32Array, wanted: readonly number[]): number {
  const set = new Set(wanted);
  return codes.findIndex((code) => set.has(code));
}

/** Rows of each code. Shape: [codes]. */
export function countCodes(codes: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}
