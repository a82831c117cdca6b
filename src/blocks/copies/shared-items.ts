/** What texts have in common, of whatever kind: which of the items that several hold each of them holds. */
export interface SharedItems {
  /** Items of text t are `items[starts[t] .. starts[t + 1])`, each once. Shape: [texts + 1]. */
  readonly starts: Int32Array;
  readonly items: Int32Array;
  /** How many texts hold each item; `least` or more. Shape: [items]. */
  readonly holders: Int32Array;
  /** Texts that hold item k are `texts[places[k] .. places[k + 1])`, ascending. Shape: [items + 1]. */
  readonly places: Int32Array;
  readonly texts: Int32Array;
  /** How many items each text holds that k + 1 texts hold, k + 1 < least. Shape: [texts, least − 1]. */
  readonly rare: Int32Array;
}

/** Slots of the table in which items are counted first, so that only those of several texts are numbered: 1.25 GB at most, and where many meet in a slot some rare item passes for a shared one. */
const mostSlots = 2 ** 26;

/**
 * Numbers the items that at least `least` texts hold, in the order that they are met. Time and memory grow with the items of all texts.
 *
 * @param longest items of a text at most
 * @param total items of all texts, about
 * @param write writes the items of a text, whole numbers below 2^53, and returns how many; an item may be there several times
 */
export function sharedItems(
  count: number,
  { least, longest, total }: { readonly least: number; readonly longest: number; readonly total: number },
  write: (text: number, out: Float64Array) => number,
): SharedItems {
  const slots = 2 ** Math.ceil(Math.log2(Math.min(mostSlots, 2 * total + 64)));
  const out = new Float64Array(longest);
  const last = new Int32Array(slots).fill(-1);
  const counts = new Uint8Array(slots);
  for (let t = 0; t < count; t++) {
    const length = write(t, out);
    for (let p = 0; p < length; p++) {
      const slot = hashOf(out[p]) & (slots - 1);
      if (last[slot] === t) continue;
      last[slot] = t;
      if (counts[slot] < 255) counts[slot]++;
    }
  }
  last.fill(-1);
  const rare = new Int32Array(count * (least - 1));
  const numbers = makeNumbers();
  const starts = new Int32Array(count + 1);
  let items = new Int32Array(1024);
  let length = 0;
  const lastHolder: number[] = [];
  const holders: number[] = [];
  for (let t = 0; t < count; t++) {
    const written = write(t, out);
    if (items.length < length + written) items = grown(items, length + written);
    for (let p = 0; p < written; p++) {
      const hash = hashOf(out[p]);
      const slot = hash & (slots - 1);
      if (counts[slot] < least) {
        if (last[slot] !== t) rare[t * (least - 1) + counts[slot] - 1]++;
        last[slot] = t;
        continue;
      }
      const item = numbers.numberOf(out[p], hash);
      if (item === holders.length) {
        holders.push(0);
        lastHolder.push(-1);
      }
      if (lastHolder[item] === t) continue;
      lastHolder[item] = t;
      holders[item]++;
      items[length++] = item;
    }
    starts[t + 1] = length;
  }
  return withPlaces({ starts, items: items.slice(0, length), holders: Int32Array.from(holders), rare });
}

function withPlaces(known: Omit<SharedItems, "places" | "texts">): SharedItems {
  const { starts, items, holders } = known;
  const places = new Int32Array(holders.length + 1);
  for (let k = 0; k < holders.length; k++) places[k + 1] = places[k] + holders[k];
  const next = places.slice();
  const texts = new Int32Array(items.length);
  for (let t = 0; t + 1 < starts.length; t++) for (let p = starts[t]; p < starts[t + 1]; p++) texts[next[items[p]]++] = t;
  return { ...known, places, texts };
}

/** 32 bits of a whole number below 2^53. */
function hashOf(item: number): number {
  const high = (item / 2 ** 32) | 0;
  let hash = Math.imul((item | 0) ^ Math.imul(high + 1, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

/** Numbers items as they are met. */
function makeNumbers(): { numberOf(item: number, hash: number): number } {
  let slots = new Int32Array(2 ** 16);
  let keys = new Float64Array(2 ** 15);
  let count = 0;
  return {
    numberOf(item, hash) {
      let slot = hash & (slots.length - 1);
      for (; slots[slot] > 0; slot = (slot + 1) & (slots.length - 1)) if (keys[slots[slot] - 1] === item) return slots[slot] - 1;
      if (count === keys.length) {
        const longer = new Float64Array(2 * count);
        longer.set(keys);
        keys = longer;
        slots = new Int32Array(4 * count);
        for (let k = 0; k < count; k++) {
          let free = hashOf(keys[k]) & (slots.length - 1);
          while (slots[free] > 0) free = (free + 1) & (slots.length - 1);
          slots[free] = k + 1;
        }
        slot = hash & (slots.length - 1);
        while (slots[slot] > 0) slot = (slot + 1) & (slots.length - 1);
      }
      keys[count] = item;
      slots[slot] = ++count;
      return count - 1;
    },
  };
}

function grown(from: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(least, 2 * from.length));
  longer.set(from);
  return longer;
}
