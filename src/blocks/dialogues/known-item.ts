import type { Rng } from "../../numeric/random.ts";
import { isUnspacedToken, makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

const readTokens = 200;

/**
 * Questions for a text that is known to be there, made of its own words (Azzopardi & de Rijke 2006, Automatic construction of known-item finding test beds, SIGIR: drawn by how much they tell of the
 * text, here by ln(texts / texts with the word)). Neighbouring characters of scripts without blanks go as one word of two.
 *
 * @returns draws so many different words of a text, in the order they stand in, fewer where it has no more
 */
export function wordsByRarity(texts: readonly string[]): { draw(text: number, count: number, rng: Rng): string[] } {
  const numbers = makeTokenNumbers();
  const rows = tokenRows(texts, readTokens, numbers);
  const held = new Int32Array(numbers.count());
  for (let i = 0; i < texts.length; i++) for (const t of new Set(rows.token.subarray(rows.start[i], rows.start[i + 1]))) held[t]++;
  const isWord = Array.from(held, (_, t) => /[\p{L}\p{N}]/u.test(numbers.wordOf(t)));
  return {
    draw(text, count, rng) {
      const tokens = rows.token.subarray(rows.start[text], rows.start[text + 1]);
      const first = new Map<number, number>();
      tokens.forEach((t, at) => {
        if (isWord[t] && !first.has(t)) first.set(t, at);
      });
      // Each gets a key u^(1 / weight), of which the largest are a draw without replacement (Efraimidis & Spirakis 2006).
      const keys = [...first].map(([t, at]) => ({ at, key: rng.uniform() ** (1 / Math.log((1 + texts.length) / held[t])) }));
      const chosen = keys.sort((a, b) => b.key - a.key).slice(0, count);
      return chosen
        .map(({ at }) => at)
        .sort((a, b) => a - b)
        .map((at) => {
          const word = numbers.wordOf(tokens[at]);
          return isUnspacedToken(word) && at + 1 < tokens.length && isUnspacedToken(numbers.wordOf(tokens[at + 1]))
            ? word + numbers.wordOf(tokens[at + 1])
            : word;
        });
    },
  };
}
