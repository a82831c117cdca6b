import { wordsOf } from "../../core/text/words.ts";
import type { ReviewWords } from "./word-envelope.ts";

/** By word: the words that follow it in genuine texts, the most frequent first. */
export type Followers = readonly (readonly number[])[];

/** @param wordOf features of the column by term */
export function followersIn(texts: Iterable<string>, wordOf: ReadonlyMap<string, number>): Followers {
  const counts = Array.from({ length: wordOf.size }, () => new Map<number, number>());
  for (const text of texts) {
    let before: number | undefined;
    for (const term of wordsOf(text)) {
      const word = wordOf.get(term);
      if (before !== undefined && word !== undefined) counts[before].set(word, (counts[before].get(word) ?? 0) + 1);
      before = word;
    }
  }
  return counts.map((after) => [...after].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([word]) => word));
}

/** The words of a text in an order in which most follow each other in genuine texts: each is followed by the most usual of those that are left. */
export function orderWords({ words, counts }: ReviewWords, followers: Followers): number[] {
  const left = new Map(words.map((word, k) => [word, counts[k]]));
  const order: number[] = [];
  const take = (word: number): void => {
    const rest = (left.get(word) as number) - 1;
    if (rest === 0) left.delete(word);
    else left.set(word, rest);
    order.push(word);
  };
  while (left.size > 0) {
    const before = order.at(-1);
    const next = before === undefined ? undefined : followers[before].find((word) => word !== before && left.has(word));
    take(next ?? (left.keys().next().value as number));
  }
  return order;
}
