import type { Signal } from "../../core/context.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { type RecordWords, columnBreak, mixWord } from "../copies/record-words.ts";

/** A run of words, or a value of a feature, with the records that hold it. */
export interface Phrase {
  /** Ids of its words in order. */
  readonly words: readonly number[];
  /** Ascending. */
  readonly records: Int32Array;
}

export interface PhraseMining {
  readonly phrases: readonly Phrase[];
  /** How many runs of words were common enough to be looked at. */
  readonly looked: number;
}

export interface PhraseOptions {
  readonly longest: number;
  readonly minRecords: number;
  readonly maxRecords: number;
  /** Class of each record; −1 = none, and then the record does not count. Shape: [records]. */
  readonly label: Int32Array;
  /** How much more than one would think a record contradicts its label. Shape: [records]. */
  readonly excess: Float64Array;
  /** −ln of the share of each class. */
  readonly rarity: Float64Array;
  /** Phrases that are kept, of each length and by each of the two statistics. */
  readonly kept: number;
  readonly signal?: Signal | undefined;
}

const largestTableBits = 23;

/**
 * Phrases that stand out: by Σ excess / √records, and by how many more records of one label than of all others hold them (Boyer & Moore's majority vote,
 * 1981), times what that label tells. Runs of words are grown: one of n words counts only where both runs of n − 1 words in it are common enough, all of
 * them in hashed tables of a fixed size; those that stand out are then counted exactly, so that a collision can hide nothing that is reported.
 */
export function minePhrases(texts: RecordWords, options: PhraseOptions): PhraseMining {
  const { label, excess, rarity, minRecords, maxRecords } = options;
  const records = texts.starts.length - 1;
  const bits = Math.min(largestTableBits, Math.max(10, Math.ceil(Math.log2(2 * texts.words.length + 2))));
  const mask = 2 ** bits - 1;
  const hashes = new Int32Array(texts.words.length);
  /** 1 for each slot whose runs, one word shorter, enough records hold. */
  const isEnough = new Uint8Array(mask + 1);
  /** Of each slot: records, the last of them, the lead of its leading label, Σ excess. One place in memory for what is asked together. Shape: [slots, 4]. */
  const slots = new Int32Array(4 * (mask + 1));
  const sums = new Float32Array(slots.buffer);
  const leader = new Int16Array(mask + 1);
  const phrases: Phrase[] = [];
  let looked = 0;

  for (let length = 1; length <= options.longest; length++) {
    stopIfCancelled(options.signal);
    // A record is stored as its number + 1, so that 0 is none.
    slots.fill(0);
    // The hash of the run that starts at each word, one word longer than last time; 0 marks a run that cannot grow.
    const before = hashes.slice();
    for (let r = 0; r < records; r++) {
      for (let p = texts.starts[r]; p < texts.starts[r + 1]; p++) {
        const end = p + length - 1;
        const canGrow =
          end < texts.starts[r + 1] &&
          texts.words[end] !== columnBreak &&
          (length === 1 ||
            (before[p] !== 0 && before[p + 1] !== 0 && isEnough[before[p] & mask] === 1 && isEnough[before[p + 1] & mask] === 1));
        hashes[p] = canGrow ? mixWord(length === 1 ? 0 : before[p], texts.words[end]) || 1 : 0;
        if (!canGrow || label[r] < 0) continue;
        const slot = hashes[p] & mask;
        const at = 4 * slot;
        if (slots[at + 1] === r + 1) continue;
        slots[at + 1] = r + 1;
        slots[at]++;
        sums[at + 3] += excess[r];
        if (slots[at + 2] === 0) {
          leader[slot] = label[r];
          slots[at + 2] = 1;
        } else slots[at + 2] += leader[slot] === label[r] ? 1 : -1;
      }
    }
    const bySurprise = makeTop(options.kept);
    const byPurity = makeTop(options.kept);
    for (let slot = 0; slot <= mask; slot++) {
      const count = slots[4 * slot];
      isEnough[slot] = Number(count >= minRecords);
      if (count < minRecords) continue;
      looked++;
      if (count > maxRecords) continue;
      const lead = slots[4 * slot + 2];
      bySurprise.offer(slot, sums[4 * slot + 3] / Math.sqrt(count));
      byPurity.offer(slot, (lead * rarity[leader[slot]] * lead) / count);
    }
    const picked = new Set([...bySurprise.items(), ...byPurity.items()]);
    if (picked.size > 0) collectInto(phrases, texts, { hashes, mask, picked, length, ...options });
  }
  return { phrases, looked };
}

interface Collecting {
  readonly hashes: Int32Array;
  readonly mask: number;
  readonly picked: ReadonlySet<number>;
  readonly length: number;
  readonly label: Int32Array;
  readonly minRecords: number;
}

/** Counts the runs behind the picked slots by their words. */
function collectInto(phrases: Phrase[], texts: RecordWords, { hashes, mask, picked, length, label, minRecords }: Collecting): void {
  const isPicked = new Uint8Array(mask + 1);
  for (const slot of picked) isPicked[slot] = 1;
  const found = new Map<string, { words: number[]; records: number[] }>();
  const { starts, words } = texts;
  for (let r = 0; r < starts.length - 1; r++) {
    if (label[r] < 0) continue;
    for (let p = starts[r]; p + length <= starts[r + 1]; p++) {
      if (hashes[p] === 0 || isPicked[hashes[p] & mask] === 0) continue;
      const run = words.subarray(p, p + length);
      const key = run.join(" ");
      const known = found.get(key);
      if (known === undefined) found.set(key, { words: Array.from(run), records: [r] });
      else if (known.records[known.records.length - 1] !== r) known.records.push(r);
    }
  }
  for (const run of found.values())
    if (run.records.length >= minRecords) phrases.push({ words: run.words, records: Int32Array.from(run.records) });
}

/** The `size` items of the largest keys, in no order. */
function makeTop(size: number): { offer(item: number, key: number): void; items(): number[] } {
  const heap: { item: number; key: number }[] = [];
  function sink(): void {
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const right = 2 * i + 2;
      let least = i;
      if (left < heap.length && heap[left].key < heap[least].key) least = left;
      if (right < heap.length && heap[right].key < heap[least].key) least = right;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  }
  return {
    offer(item, key) {
      if (heap.length < size) {
        heap.push({ item, key });
        for (let i = heap.length - 1; i > 0 && heap[(i - 1) >> 1].key > heap[i].key; i = (i - 1) >> 1)
          [heap[i], heap[(i - 1) >> 1]] = [heap[(i - 1) >> 1], heap[i]];
      } else if (key > heap[0].key) {
        heap[0] = { item, key };
        sink();
      }
    },
    items: () => heap.map(({ item }) => item),
  };
}
