import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** The words of a command as they are started from anywhere: one that names a file, seen from `from`, is that file's path; a plain name is looked for on the path. */
export function absoluteWords(words: readonly string[], from: string): string[] {
  return words.map((word, i) => {
    if (i === 0 && !/[\\/]/.test(word)) return word;
    return isFile(resolve(from, word)) ? resolve(from, word) : word;
  });
}

/** SHA-256 over the words and the bytes of the files among them: another script is another learner. What these files load is not looked at. */
export function digestOfCommand(words: readonly string[], from: string): string {
  const hash = createHash("sha256");
  words.forEach((word, i) => {
    hash.update(`${JSON.stringify(word)}\n`);
    const path = resolve(from, word);
    if ((i > 0 || /[\\/]/.test(word)) && isFile(path)) hash.update(createHash("sha256").update(readFileSync(path)).digest("hex"));
  });
  return hash.digest("hex");
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
