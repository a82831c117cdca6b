import type { DuckDBConnection } from "@duckdb/node-api";
import { showWords } from "../../core/text/join-words.ts";
import { wordsOf } from "../../core/text/words.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { makeWordHasher } from "./hash-words.ts";
import type { Judged } from "./judge-candidates.ts";
import { phraseKey } from "./map-rows.ts";
import { longestRun } from "./phrase-sketch.ts";
import type { ReadBack } from "./read-back.ts";
import { columnsOf } from "./shuffle.ts";

/** A phrase that carries a label, with all its rows. */
export interface ToldPhrase {
  /** `the phrase "old brass lamp"`. */
  readonly name: string;
  /** Class, as the map numbers them. */
  readonly label: number;
  /** Rows that hold it, and rows of these with the label, ascending. */
  readonly held: number;
  readonly records: Int32Array;
  /** Rows of `records` whose label the rest denies. */
  readonly denied: number;
  readonly strength: number;
}

/** Rows of two phrases that are as much the same are those of one phrase. */
const same = 0.8;

/** The phrases that stand, each by rows that no stronger one explains; of those that the same rows hold the longest. */
export async function toldPhrases(connection: DuckDBConnection, judged: Judged, { read, records }: ReadBack): Promise<ToldPhrase[]> {
  if (judged.phrases.length === 0) return [];
  const keys = judged.phrases.map(({ candidate }) => candidate.key);
  const rows = await columnsOf(
    connection,
    ["phrase", "record", "label", "denied"],
    `phrase_rows WHERE phrase IN (${keys.join(", ")}) ORDER BY phrase, record`,
  );
  const found = new Map<number, ToldPhrase & { readonly words: number }>();
  for (let from = 0; from < rows.rows;) {
    let to = from;
    while (to < rows.rows && rows.phrase[to] === rows.phrase[from]) to++;
    const key = rows.phrase[from];
    const { candidate, strength } = judged.phrases.find((phrase) => phrase.candidate.key === key)!;
    const words = spelledOf(read.table, records, candidate.records, key);
    const label = commonest(rows.label.subarray(from, to));
    const own = Int32Array.from({ length: to - from }, (_, k) => from + k).filter((at) => rows.label[at] === label);
    if (words !== null)
      found.set(key, {
        name: `the ${words.length === 1 ? "word" : "phrase"} "${showWords(words)}"`,
        words: words.length,
        label,
        held: to - from,
        records: own.map((at) => rows.record[at]),
        denied: own.reduce((sum, at) => sum + rows.denied[at], 0),
        strength,
      });
    from = to;
  }
  const left = [...found.values()].sort((a, b) => b.records.length - a.records.length || b.words - a.words);
  const told: ToldPhrase[] = [];
  const explained = new Set<number>();
  for (const phrase of left) {
    const news = phrase.records.reduce((sum, record) => sum + Number(!explained.has(record)), 0);
    if (news < (1 - same) * phrase.records.length || news < 6) continue;
    const rowsOf = new Set(phrase.records);
    const longest = left
      .filter(
        ({ label, records: own }) =>
          label === phrase.label && own.length >= same * rowsOf.size && own.every((record) => rowsOf.has(record)),
      )
      .reduce((best, other) => (other.words > best.words ? other : best), phrase);
    told.push(longest);
    for (const record of phrase.records) explained.add(record);
  }
  return told;
}

/** `the phrase "old brass lamp": 57 of 60 rows with it are labelled "good", 50 of them "bad" by all else that they say`, as trigger-sets tells it. */
export function phraseSentence({ name, label, held, records, denied }: ToldPhrase, classes: readonly string[]): string {
  const otherwise = classes.length === 2 ? `"${classes[1 - label]}"` : "something else";
  return `${name}: ${records.length} of ${held} rows with it are labelled "${classes[label]}", ${denied} of them ${otherwise} by the common words that they hold`;
}

function commonest(labels: Float64Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** The words behind a key, from the text of one of its rows; null where that is not to be had. */
function spelledOf(table: Table, records: Int32Array, among: Int32Array, key: number): string[] | null {
  const hasher = makeWordHasher();
  const columns = table.roles.features.map((name) => columnOf(table, name));
  for (const record of among.subarray(0, 5)) {
    const row = records.indexOf(record);
    const text = columns
      .flatMap((column) => (column.kind === "text" && column.codes[row] >= 0 ? [column.names[column.codes[row]]] : []))
      .join("\n");
    const hashes = hasher.hashesOf(text);
    const words = wordsOf(text);
    if (words.length !== hashes.length) continue;
    for (let p = 0; p < hashes.length; p++)
      for (let length = 1; length <= longestRun && p + length <= hashes.length; length++)
        if (phraseKey(hashes, p, length) === key) return words.slice(p, p + length);
  }
  return null;
}
