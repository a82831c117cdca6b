import { isUnspacedToken, type TokenNumbers } from "./token-numbers.ts";

const farthest = 20_000;

/** Tokens as a text spells them that holds them one after another; joined where it does not. */
export function spelled(tokens: Int32Array, text: string, numbers: TokenNumbers): string {
  const words = Array.from(tokens, (t) => numbers.wordOf(t));
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/'/g, "['\u2019]")).join("\\s*");
  const startsInWord = /^[\p{L}\p{N}]/u.test(words[0]) && !isUnspacedToken(words[0]);
  const found = new RegExp(`${startsInWord ? "(?<![\\p{L}\\p{N}])" : ""}${pattern}`, "iu").exec(text.slice(0, farthest));
  return found === null ? words.join(words.every(isUnspacedToken) ? "" : " ") : found[0].replace(/\s+/g, " ");
}
