import type { DuckDBConnection } from "@duckdb/node-api";
import type { Rng } from "../../numeric/random.ts";
import type { CopyGroups } from "./copy-groups.ts";
import { openFlatTable } from "./flat-table.ts";
import { columnsOf } from "./shuffle.ts";

/** Rows of the data that belong together and may be a finding, some of them to be judged. */
export interface Candidate {
  readonly kind: "copies" | "phrase";
  /** Of copies the group, of a phrase the key in the flat tables. */
  readonly key: number;
  /** Rows that are judged in its place; of a phrase those of all labels. */
  readonly records: Int32Array;
  /** All its rows. */
  readonly held: number;
}

export interface Candidates {
  readonly all: readonly Candidate[];
  /** Rows taken at random, that what is suspicious is held against. */
  readonly background: Int32Array;
  /** Groups of copies that were found and are not judged, since there are too many. */
  readonly leftGroups: number;
}

/** How many are judged, and by how many rows each. */
const [mostGroups, rowsOfGroup, mostPhrases, rowsOfPhrase] = [250, 30, 100, 120];
/** Beside how many rows at random, and for each row of a phrase: where the rows of many triggers are many among all, models learn to expect their labels. */
const [leastBackground, mostBackground, backgroundOfRow] = [16_000, 80_000, 10];

/** Share of the rows of a run of words that are those of runs before it, from which on it is no other. */
const sameRows = 0.8;

/** The strongest candidates of each kind, by size and by how many accounts stand behind them. */
export async function candidatesOf(
  connection: DuckDBConnection,
  folder: string,
  copies: CopyGroups,
  rows: number,
  rng: Rng,
): Promise<Candidates> {
  const groups = await groupsBySupport(connection, folder, copies);
  const ofCopies = groups.slice(0, mostGroups).map((key): Candidate => {
    const own = copies.groups[key];
    const picked = rng
      .fork("group")
      .fork(key)
      .sample(own.length, Math.min(own.length, rowsOfGroup))
      .map((at) => own[at])
      .sort();
    return { kind: "copies", key, records: picked, held: own.length };
  });
  const found = await columnsOf(
    connection,
    ["phrase", "record", "held"],
    `(SELECT phrase_rows.phrase, phrase_rows.record, phrase_top.held, phrase_top.excess, phrase_top.spread FROM phrase_rows JOIN phrase_top ON phrase_rows.phrase = phrase_top.phrase WHERE phrase_rows.place <= ${rowsOfPhrase}) ORDER BY CAST(excess AS DOUBLE) * excess / (spread + 250.0) DESC, phrase, record`,
  );
  const phrases: Candidate[] = [];
  const isTaken = new Set<number>();
  for (let from = 0, apart = 0; from < found.rows && apart < mostPhrases;) {
    let to = from;
    while (to < found.rows && found.phrase[to] === found.phrase[from]) to++;
    const records = Int32Array.from(found.record.subarray(from, to));
    // Runs of one trigger are in the same rows, which are judged once.
    if (records.reduce((sum, record) => sum + Number(isTaken.has(record)), 0) < sameRows * records.length) apart++;
    for (const record of records) isTaken.add(record);
    phrases.push({ kind: "phrase", key: found.phrase[from], records, held: found.held[from] });
    from = to;
  }
  const wanted = Math.min(mostBackground, Math.max(leastBackground, backgroundOfRow * isTaken.size));
  const background = rng.fork("background").sample(rows, Math.min(rows, wanted)).sort();
  return { all: [...ofCopies, ...phrases], background, leftGroups: Math.max(0, groups.length - mostGroups) };
}

/** The groups by how many accounts wrote them, and rows. */
async function groupsBySupport(connection: DuckDBConnection, folder: string, { groups }: CopyGroups): Promise<number[]> {
  const table = await openFlatTable(connection, folder, "copies", { copies: "INTEGER", record: "INTEGER" });
  for (let g = 0; g < groups.length; g++) {
    for (const record of groups[g]) {
      table.columns[0][table.at] = g;
      table.columns[1][table.at] = record;
      table.next();
    }
    await table.settle();
  }
  await table.finish();
  const { copies } = await columnsOf(
    connection,
    ["copies"],
    "(SELECT copies.copies, COUNT(*) AS held, COUNT(DISTINCT labelled.source) AS sources FROM copies JOIN labelled ON copies.record = labelled.record GROUP BY copies.copies) ORDER BY sources DESC, held DESC, copies",
  );
  return Array.from(copies);
}
