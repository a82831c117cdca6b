import { columnBreak, mixWord } from "./record-words.ts";
import type { TextParts } from "./letter-chunks.ts";

/** Chance that any two texts of the data share so much where nobody copied. */
const falseAlarm = 0.01;

/**
 * Whether what two texts share is more than texts of these words share by chance: of few words (an emoji or two, a handful of stock phrases) runs of three come about by
 * themselves. A run of shared words tells what its words tell (see words-tell.ts), less the ln of the places in both texts where it could have begun; what the runs tell together
 * must exceed the ln of the pairs of texts, over the false alarm (Bonferroni).
 */
export function moreThanChance(parts: TextParts, shingleWords: number): (a: number, b: number) => boolean {
  const { records, longest } = parts;
  const least = Math.log((records * records) / 2 / falseAlarm);
  const ours = new Int32Array(longest);
  const others = new Int32Array(longest);
  const tells = new Float32Array(longest);
  const shingleAt = (words: Int32Array, p: number): number => {
    let hash = 0;
    for (let k = 0; k < shingleWords; k++) {
      if (words[p + k] === columnBreak) return NaN;
      hash = mixWord(hash, words[p + k]);
    }
    return hash;
  };
  return (a, b) => {
    const length = parts.write(a, ours, tells);
    const otherLength = parts.write(b, others, null);
    const theirs = new Set<number>();
    for (let p = 0; p + shingleWords <= otherLength; p++) theirs.add(shingleAt(others, p));
    const places = Math.log(length * otherLength);
    let told = 0;
    let ofRun = 0;
    let sharedUntil = 0;
    for (let p = 0; p < length; p++) {
      const shingle = p + shingleWords <= length ? shingleAt(ours, p) : NaN;
      if (!Number.isNaN(shingle) && theirs.has(shingle)) sharedUntil = p + shingleWords;
      if (p < sharedUntil) ofRun += tells[p];
      if (p + 1 >= sharedUntil || p + 1 === length) {
        told += Math.max(0, ofRun - places);
        ofRun = 0;
      }
    }
    return told >= least;
  };
}
