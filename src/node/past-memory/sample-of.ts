import { everyRow, recordColumn } from "./source-rows.ts";

/** A condition that about `wanted` of so many rows meet, by a keyed hash of their place. */
export function sampleOf(rows: number, wanted: number, key: number): string {
  const share = Math.min(1, wanted / Math.max(1, rows));
  return share === 1 ? everyRow : `hash(${recordColumn} + ${key}) % 1000003 < ${Math.ceil(1000003 * share)}`;
}
