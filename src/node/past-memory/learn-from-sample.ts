import type { DuckDBConnection } from "@duckdb/node-api";
import { mixWord } from "../../blocks/copies/record-words.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { makeWordHasher } from "./hash-words.ts";
import { type HashedModels, makeHashedModels } from "./hashed-model.ts";
import type { MapOptions } from "./map-options.ts";
import { sampleOf } from "./sample-of.ts";
import { type SourceRows, eachBatch } from "./source-rows.ts";

/** What every row is asked of: models that saw nothing of its account (of the row, where no account is known). */
export interface RowModels {
  /** That know only words of many rows, so that no trigger is among them. */
  readonly known: HashedModels;
  /** That know all words. */
  readonly all: HashedModels;
  foldOf(source: number, record: number): number;
}

const folds = 2;
const bits = 18;
const epochs = 3;
/** Rows that are learned from; words of this share of them are known; every so many is held out for the temperature. */
const [sampled, commonShare, heldOut] = [400_000, 0.02, 20];

interface SampledRow {
  readonly words: Int32Array;
  readonly label: number;
  readonly fold: number;
}

/** Models of a sample of the rows, which suffices for hashed words; its texts are kept as hashes. */
export async function learnFromSample(reader: DuckDBConnection, rows: SourceRows, { rng, signal }: MapOptions): Promise<RowModels> {
  const key = rng.fork("folds").integer(2 ** 31);
  // The two halves of the whole number that stands for an account.
  const foldOf = (source: number, record: number): number => {
    const subject = source < 0 ? record : source;
    return (mixWord(mixWord(key, subject | 0), Math.floor(subject / 2 ** 32)) >>> 8) % folds;
  };
  const hasher = makeWordHasher();
  const sample: SampledRow[] = [];
  const where = sampleOf(rows.rows, sampled, rng.fork("sample").integer(2 ** 31));
  await eachBatch(
    reader,
    rows,
    ({ count, records, labels, sources, text }) => {
      stopIfCancelled(signal);
      for (let i = 0; i < count; i++)
        if (labels[i] >= 0)
          sample.push({ words: hasher.hashesOf(text(i)).slice(), label: labels[i], fold: foldOf(sources[i], records[i]) });
    },
    where,
  );
  const classes = rows.classes.length;
  const shared = { classes, folds, bits };
  const known = makeHashedModels({ ...shared, isKnown: commonPlaces(sample) });
  const all = makeHashedModels(shared);
  const order = Int32Array.from(sample.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    rng.fork("order").fork(epoch).shuffleInPlace(order);
    for (const at of order) {
      if (at % heldOut === 0) continue;
      const { words, label, fold } = sample[at];
      known.learn(words, label, fold);
      all.learn(words, label, fold);
    }
    stopIfCancelled(signal);
  }
  const asked = sample.filter((_, at) => at % heldOut === 0);
  known.calibrate(asked);
  all.calibrate(asked);
  return { known, all, foldOf };
}

/** 1 for the places of words that many rows hold. Shape: [2 ** bits]. */
function commonPlaces(sample: readonly SampledRow[]): Uint8Array {
  const counts = new Int32Array(2 ** bits);
  const lastSeen = new Int32Array(2 ** bits).fill(-1);
  sample.forEach(({ words }, at) => {
    for (const word of words) {
      const place = word & (2 ** bits - 1);
      if (lastSeen[place] === at) continue;
      lastSeen[place] = at;
      counts[place]++;
    }
  });
  return Uint8Array.from(counts, (count) => Number(count >= commonShare * sample.length));
}
