import type { DuckDBConnection } from "@duckdb/node-api";
import { lnMixed } from "../../blocks/held-out/lie-shares.ts";
import { mixWord } from "../../blocks/copies/record-words.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { bands, makeBandKeys, wide } from "./band-keys.ts";
import { openFlatTable } from "./flat-table.ts";
import { makeWordHasher } from "./hash-words.ts";
import { type PhraseSketch, longestRun, makePhraseSketch } from "./phrase-sketch.ts";
import type { Spill } from "./open-spill.ts";
import { flatTables } from "./shuffle-sql.ts";
import { type SourceRows, eachBatch } from "./source-rows.ts";
import type { MapOptions } from "./map-options.ts";
import { type RowModels, learnFromSample } from "./learn-from-sample.ts";

export interface Mapped {
  /** Rows with a label. */
  readonly labelled: number;
  /** Runs of words that were common enough to be looked at, about. */
  readonly lookedRuns: number;
}

/** A shingle is the language's where more than this share of the rows hold it, and so many. */
const commonShingle = { share: 0.01, least: 1000 };
/** Occurrences of runs that are written down, for each row of the data. */
const phrasesPerRow = 2;
/** Largest probability at which a label surprises, in millionths, and the caps of what is kept in thousandths. */
const [mostImprobable, mostNats] = [50_000, 4];
/** As in blocks/held-out/label-denial.ts. */
const honestNoise = 0.05;
/** More copies of a word run than this in one row are one. */
const mostRunsOfRow = 256;

/** Writes the flat tables, in three passes over the texts: models from a sample; what every row says, with sums of word runs; runs that stand out, and keys of copies. */
export async function mapRows(
  { connection, reader, folder }: Spill,
  rows: SourceRows,
  asked: Omit<MapOptions, "folder" | "reader">,
): Promise<Mapped> {
  const options: MapOptions = { ...asked, folder, reader };
  options.onStep("learning from a sample");
  const models = await learnFromSample(reader, rows, options);
  const sketch = makePhraseSketch(sketchBits(options.memoryBytes));
  options.onStep("what every row says");
  const labelled = await writeLabelled(connection, rows, models, sketch, options);
  const lookedRuns = sketch.pick(Math.max(200_000, phrasesPerRow * labelled));
  options.onStep("word runs that stand out, and keys of copies");
  await writeRuns(connection, rows, sketch, labelled, options);
  return { labelled, lookedRuns };
}

/** An eighth of the memory, at most 2^25 buckets of 12 bytes. */
function sketchBits(memoryBytes: number): number {
  return Math.max(20, Math.min(25, Math.floor(Math.log2(memoryBytes / 8 / 12))));
}

async function writeLabelled(
  connection: DuckDBConnection,
  rows: SourceRows,
  { known, all, foldOf }: RowModels,
  sketch: PhraseSketch,
  { folder, reader, signal }: MapOptions,
): Promise<number> {
  const classes = rows.classes.length;
  const table = await openFlatTable(connection, folder, "labelled", flatTables.labelled);
  const [record, source, label, posted, chance, denied, excess, spread, nats, lie20, lie50, lie90] = table.columns;
  const improbable = new Float64Array(mostImprobable + 1);
  const chances = new Float64Array(classes);
  const hasher = makeWordHasher();
  await eachBatch(reader, rows, async ({ count, records, labels, sources, days, text }) => {
    stopIfCancelled(signal);
    for (let i = 0; i < count; i++) {
      const y = labels[i];
      if (y < 0) continue;
      const fold = foldOf(sources[i], records[i]);
      const words = hasher.hashesOf(text(i));
      all.chancesInto(chances, words, fold);
      for (let k = 0; k < classes; k++) {
        const millionths = Math.round(1e6 * chances[k]);
        if (millionths <= mostImprobable) improbable[millionths]++;
      }
      const own = chances[y];
      const right = (1 - honestNoise) * own + honestNoise / classes;
      const denial = Math.max(-mostNats, Math.min(mostNats, Math.log((1 - right) / (classes - 1) / right)));
      known.chancesInto(chances, words, fold);
      let squares = 0;
      let cubes = 0;
      for (let k = 0; k < classes; k++) {
        squares += chances[k] * chances[k];
        cubes += chances[k] * chances[k] * chances[k];
      }
      const odd = squares - chances[y];
      const variance = Math.max(0, cubes - squares * squares);
      sketch.add(words, odd, variance);
      const { at } = table;
      record[at] = records[i];
      source[at] = sources[i];
      label[at] = y;
      posted[at] = days[i];
      chance[at] = Math.round(1e6 * own);
      denied[at] = Number(chances[y] < 0.5);
      excess[at] = Math.round(1000 * odd);
      spread[at] = Math.round(1000 * variance);
      nats[at] = Math.round(1000 * denial);
      lie20[at] = Math.round(1000 * lnMixed(denial, 0.2));
      lie50[at] = Math.round(1000 * lnMixed(denial, 0.5));
      lie90[at] = Math.round(1000 * lnMixed(denial, 0.9));
      table.next();
    }
    await table.settle();
  });
  await table.finish();
  const told = await openFlatTable(connection, folder, "improbable", flatTables.improbable);
  improbable.forEach((held, millionths) => {
    if (held === 0) return;
    told.columns[0][told.at] = millionths;
    told.columns[1][told.at] = held;
    told.next();
  });
  await told.finish();
  return table.rows;
}

async function writeRuns(
  connection: DuckDBConnection,
  rows: SourceRows,
  sketch: PhraseSketch,
  labelled: number,
  { folder, reader, rng, signal }: MapOptions,
): Promise<void> {
  const phrases = await openFlatTable(connection, folder, "phrases", flatTables.phrases);
  const keys = await openFlatTable(connection, folder, "bands", flatTables.bands);
  const [phrase, length, phraseRecord] = phrases.columns;
  const [band, bandRecord] = keys.columns;
  const bandKeys = makeBandKeys(rng);
  const out = new Float64Array(bands);
  const most = Math.max(commonShingle.least, commonShingle.share * labelled);
  const isCommon = (shingle: number): boolean => sketch.countOf(shingle) > most;
  const seen = new Float64Array(mostRunsOfRow);
  const hasher = makeWordHasher();
  await eachBatch(reader, rows, async ({ count, records, labels, text }) => {
    stopIfCancelled(signal);
    for (let i = 0; i < count; i++) {
      if (labels[i] < 0) continue;
      const words = hasher.hashesOf(text(i));
      let known = 0;
      for (let p = 0; p < words.length; p++) {
        let run = 0;
        for (let l = 1; l <= longestRun && p + l <= words.length; l++) {
          run = mixWord(run, words[p + l - 1]);
          if (!sketch.isPicked(run)) continue;
          const key = phraseKey(words, p, l);
          if (known === mostRunsOfRow || isAmong(seen, known, key)) continue;
          seen[known++] = key;
          phrase[phrases.at] = key;
          length[phrases.at] = l;
          phraseRecord[phrases.at] = records[i];
          phrases.next();
        }
      }
      if (!bandKeys.into(out, words, isCommon)) continue;
      for (let b = 0; b < bands; b++) {
        band[keys.at] = out[b];
        bandRecord[keys.at] = records[i];
        keys.next();
      }
    }
    await phrases.settle();
    await keys.settle();
  });
  await phrases.finish();
  await keys.finish();
}

/** What a run of words is known by in the flat tables: 53 bits, so that next to no two are taken for one. */
export function phraseKey(words: Int32Array, from: number, length: number): number {
  let low = length;
  let high = -length;
  for (let k = 0; k < length; k++) {
    low = mixWord(low, words[from + k]);
    high = mixWord(high, words[from + k] ^ 0x5bd1e995);
  }
  return wide(low, high);
}

function isAmong(seen: Float64Array, count: number, key: number): boolean {
  for (let k = 0; k < count; k++) if (seen[k] === key) return true;
  return false;
}
