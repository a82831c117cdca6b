import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const data = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../shared/data");
const file = resolve(data, "../reference/certificates.json");

export const hasVectors = existsSync(file);
/** Says in the name of a skipped test why it was. */
export const theVectors = hasVectors
  ? "reference/certificates.json"
  : "reference/certificates.json (skipped: the file is not on this machine)";

let read: Record<string, any[]> | undefined;

/** Cases of one certificate; infinite numbers are strings in the file. */
export function vectorsOf(certificate: string): any[] {
  read ??= JSON.parse(readFileSync(file, "utf8"), (_, value) => (value === "inf" ? Infinity : value === "-inf" ? -Infinity : value));
  return read![certificate];
}
