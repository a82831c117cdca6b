import { basename } from "node:path";

/** What follows the last dot of a name, in small letters; of a packed file what stands before `.gz`. */
export function endingOf(path: string): string {
  const plain = basename(path).toLowerCase().replace(/\.gz$/, "");
  return plain.includes(".") ? plain.slice(plain.lastIndexOf(".") + 1) : "";
}

export function isGzip(path: string): boolean {
  return path.toLowerCase().endsWith(".gz");
}
