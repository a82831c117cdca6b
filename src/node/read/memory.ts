import { statSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";

const packedFactor = 5;

/** What reading these files takes, guessed from their sizes. @param factor bytes of memory per byte of file */
export function estimateBytes(paths: readonly string[], factor: number): number {
  return paths.reduce((sum, path) => sum + statSync(path).size * factor * (path.toLowerCase().endsWith(".gz") ? packedFactor : 1), 0);
}

/** Refuses what would not fit, before it is loaded. */
export function checkMemory(paths: readonly string[], neededBytes: number, limitBytes: number): void {
  if (neededBytes <= limitBytes) return;
  const what = paths.length === 1 ? paths[0] : `${paths[0]} and ${paths.length - 1} more`;
  throw new UsageError(
    `${what} would need about ${printBytes(neededBytes)} of memory and the limit is ${printBytes(limitBytes)}: scan reviews piece by piece with --memory 2GB --spill FOLDER, take a sample of the rows, or use a larger machine`,
  );
}

export function printBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}
