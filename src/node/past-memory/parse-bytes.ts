import { UsageError } from "../../core/errors.ts";

const units: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
/** Less does not hold the program, the models and the counts. */
const leastBytes = 1e9;

/** Bytes of `2GB`, `1.5 GiB`. @param option whose value it is, for the message @throws UsageError where it is none, or less than 1 GB */
export function parseMemory(text: string, option: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]i?b)\s*$/i.exec(text) ?? [null, "", ""];
  const bytes = Number(number) * (units[unit.toLowerCase()] ?? NaN);
  if (!(bytes > 0)) throw new UsageError(`${option} must be a size such as 2GB or 1500MiB, got "${text}"`);
  if (bytes < leastBytes) throw new UsageError(`${option} must be 1GB at least, got "${text}": the models and the counts take as much`);
  return Math.floor(bytes);
}
