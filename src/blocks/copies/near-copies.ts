import type { Signal } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Table } from "../../core/table.ts";
import type { Rng } from "../../numeric/random.ts";
import { equalRows } from "./equal-rows.ts";
import { type RecordWords, readWords } from "./record-words.ts";
import { type Records, recordsOf } from "./records.ts";
import { similarTexts } from "./similar-texts.ts";

/** Records that say nearly the same. */
export interface NearCopies {
  readonly records: Records;
  /** Null where no feature is text: then copies are equal rows. */
  readonly texts: RecordWords | null;
  /** The records of each cluster, ascending; two at least. */
  readonly clusters: readonly Int32Array[];
  /** Cluster of each record; −1 = like no other. Shape: [records]. */
  readonly clusterOf: Int32Array;
}

export interface NearCopyOptions {
  readonly table: Table | null;
  readonly rng: Rng;
  readonly similarity?: number;
  readonly minWords?: number;
  readonly signal?: Signal | undefined;
}

/** Texts are compared by their shingles, whatever the other columns say; rows without text by their encoded values. */
export function nearCopies(data: Dataset, options: NearCopyOptions): NearCopies {
  const { similarity = defaultSimilarity, minWords = defaultMinWords, rng, signal } = options;
  const { records, texts } = recordsRead(data, options.table);
  const sets = texts === null ? equalRows(data.x, records) : similarTexts(texts, { similarity, minWords, rng, signal });
  const members = new Map<number, number[]>();
  for (let r = 0; r < records.count; r++) {
    const set = sets.find(r);
    if (set === r) continue;
    const known = members.get(set);
    if (known === undefined) members.set(set, [set, r]);
    else known.push(r);
  }
  const clusters = Array.from(members.values(), (list) => Int32Array.from(list));
  const clusterOf = new Int32Array(records.count).fill(-1);
  clusters.forEach((cluster, c) => {
    for (const r of cluster) clusterOf[r] = c;
  });
  return { records, texts, clusters, clusterOf };
}

interface RecordsRead {
  readonly table: Table | null;
  readonly records: Records;
  readonly texts: RecordWords | null;
}

const known = new WeakMap<Dataset, RecordsRead>();

/** Read once: the detectors of a scan ask about the same data one after the other. */
function recordsRead(data: Dataset, table: Table | null): RecordsRead {
  const remembered = known.get(data);
  if (remembered?.table === table) return remembered;
  const records = recordsOf(data);
  const read = { table, records, texts: readWords(data, records, table) };
  known.set(data, read);
  return read;
}

const defaultSimilarity = 0.25;
const defaultMinWords = 8;
