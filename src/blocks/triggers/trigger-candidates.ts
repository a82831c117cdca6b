import type { Dataset } from "../../core/dataset.ts";
import { showWords } from "../../core/text/join-words.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { mineValues, type FeatureValue } from "./feature-values.ts";
import type { NearCopies } from "../copies/near-copies.ts";
import { minePhrases } from "./phrases.ts";
import type { Signal } from "../../core/context.ts";

/** A phrase or a value that may be a trigger. */
export interface TriggerCandidate {
  /** `the phrase "old brass lamp"`, `colour=red`. */
  readonly name: string;
  /** How specific it is: words of a phrase. */
  readonly length: number;
  /** Ascending. */
  readonly records: Int32Array;
  /** Features that stand for it. */
  readonly features: readonly number[];
  readonly kind: "phrase" | "category" | "number";
  /** Of a number, the records with the next smaller and the next larger values. */
  readonly sides: readonly Int32Array[];
}

/** One label of the records: of several labels each is looked at apart. Shapes: each [records]. */
export interface LabelledRecords {
  /** Class; −1 = none. */
  readonly label: Int32Array;
  /** The example with that label; −1 = none. */
  readonly example: Int32Array;
  /** How much more than one would think models contradict the label. */
  readonly excess: Float64Array;
}

export interface CandidateOptions {
  readonly longest: number;
  readonly minRecords: number;
  readonly maxRecords: number;
  readonly kept: number;
  readonly table: Table | null;
  readonly signal?: Signal | undefined;
}

/** The phrases and values that stand out most, and how many were looked at. */
export function triggerCandidates(data: Dataset, copies: NearCopies, labelled: LabelledRecords, options: CandidateOptions) {
  const rarity = rarityOf(labelled.label, data.target.kind === "classes" ? data.target.names.length : 0);
  const { texts } = copies;
  const featureOf = new Map(data.features.names.map((name, j) => [name, j]));
  const mined = texts === null ? { phrases: [], looked: 0 } : minePhrases(texts, { ...options, ...labelled, rarity });
  const phrases = mined.phrases.map(({ words, records }): TriggerCandidate => {
    const spelled = words.map((word) => texts?.vocabulary[word] as string);
    const terms = spelled.flatMap((word, i) => (i === 0 ? [word] : [word, `${spelled[i - 1]} ${word}`]));
    const features = (texts?.columns ?? []).flatMap((column) => terms.flatMap((term) => featureOf.get(`${column}: ${term}`) ?? []));
    return {
      name: `the ${words.length === 1 ? "word" : "phrase"} "${showWords(spelled)}"`,
      length: words.length,
      records,
      features,
      kind: "phrase",
      sides: [],
    };
  });
  const others = Int32Array.from(data.features.groups.keys()).filter((j) => !texts?.columns.includes(data.features.groups[j]));
  const { values, looked } = mineValues(data, {
    ...options,
    features: others,
    example: labelled.example,
    keys: (records) => keysOf(records, labelled, rarity),
  });
  const cells = values.map((value): TriggerCandidate => {
    const name = nameOf(value, data, labelled.example, options.table);
    const kind = data.features.kinds[value.feature] === "real" ? "number" : "category";
    return { name, length: 1, records: value.records, features: [value.feature], kind, sides: value.sides };
  });
  const joint = jointCandidates(
    cells.filter((_, k) => values[k].low === values[k].high || data.features.kinds[values[k].feature] !== "real"),
    labelled.label.length,
  );
  return { candidates: [...phrases, ...cells, ...joint], looked: mined.looked + looked + joint.length };
}

/** Share of the records of either of two values that hold both, from which on they are one trigger. */
const together = 0.9;

/**
 * Values of several features that the same records hold, as one candidate each: while one of them is left in a row, it says what the one that was blanked
 * out said. Each stands once, with the first value that it goes together with.
 */
function jointCandidates(cells: readonly TriggerCandidate[], records: number): TriggerCandidate[] {
  const isHeld = new Uint8Array(records);
  const isTaken = new Uint8Array(cells.length);
  const joint: TriggerCandidate[] = [];
  cells.forEach((cell, k) => {
    if (isTaken[k] === 1) return;
    for (const r of cell.records) isHeld[r] = 1;
    const members = [cell];
    for (let other = k + 1; other < cells.length; other++) {
      const { records: held, features } = cells[other];
      const [fewer, more] = [held.length, cell.records.length].sort((a, b) => a - b);
      if (isTaken[other] === 1 || fewer < together * more || members.some((member) => member.features[0] === features[0])) continue;
      const both = held.reduce((sum, r) => sum + isHeld[r], 0);
      if (both < together * (fewer + more - both)) continue;
      members.push(cells[other]);
      isTaken[other] = 1;
    }
    for (const r of cell.records) isHeld[r] = 0;
    if (members.length === 1) return;
    joint.push({
      name: members.map(({ name }) => name).join(" with "),
      length: members.length,
      records: cell.records,
      features: members.flatMap(({ features }) => features),
      kind: "category",
      sides: [],
    });
  });
  return joint;
}

/** −ln of the share of each class. Shape: [classes]. */
function rarityOf(label: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const k of label) if (k >= 0) counts[k]++;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => Math.log((all + classes) / (count + 1)));
}

function keysOf(records: Int32Array, { label, excess }: LabelledRecords, rarity: Float64Array): readonly [number, number] {
  const counts = new Float64Array(rarity.length);
  let sum = 0;
  for (const r of records) {
    counts[label[r]]++;
    sum += excess[r];
  }
  const most = counts.indexOf(Math.max(...counts));
  const lead = Math.max(0, 2 * counts[most] - records.length);
  return [sum / Math.sqrt(records.length), (lead * lead * rarity[most]) / records.length];
}

function nameOf({ feature, low, high, records }: FeatureValue, data: Dataset, example: Int32Array, table: Table | null): string {
  const name = data.features.names[feature];
  if (data.features.kinds[feature] !== "real") return name;
  const group = data.features.groups[feature];
  const column = table?.columns.some((known) => known.name === group) ? columnOf(table, group) : null;
  const cells = Array.from(records, (r) => {
    const row = data.row[example[r]];
    return row >= 0 && column?.kind === "number" && !Number.isNaN(column.values[row]) ? column.values[row] : null;
  }).filter((cell) => cell !== null);
  const from = cells.length > 0 ? cells.reduce((a, b) => Math.min(a, b)) : low;
  const to = cells.length > 0 ? cells.reduce((a, b) => Math.max(a, b)) : high;
  return from === to ? `${name} = ${from}` : `${name} from ${from} to ${to}`;
}
