import type { DuckDBConnection } from "@duckdb/node-api";
import { accountLies } from "../../blocks/held-out/account-lies.ts";
import { columnsOf } from "./shuffle.ts";

/** An account that lies, by its rows. */
export interface LyingAccount {
  /** What it is known by in the flat tables. */
  readonly source: number;
  /** All its rows, those in floods aside. */
  readonly held: number;
  readonly denied: number;
  /** ln of its e-value, above what its discovery costs. */
  readonly strength: number;
  /** Rows that are likelier wrong than right, and the chances that they are. Shapes: [rows]. */
  readonly records: Int32Array;
  readonly wrong: Float64Array;
}

/** As `lying-accounts` has it. */
const [fewestRows, falseDiscovery, falseRows] = [3, 0.1, 0.15];

/**
 * What `lying-accounts` does with each account alone, of the accounts whose rows are denied the most, against the number of all: e-values (blocks/held-out/account-lies.ts), flagged by
 * e-BH. Accounts further down have smaller sums of the same terms than those looked at, so that the order of what is left out is about that of its evidence.
 */
export async function lyingAccountsOf(connection: DuckDBConnection, isFlood: (record: number) => boolean): Promise<LyingAccount[]> {
  const { rows, source, record, posted, nats } = await columnsOf(
    connection,
    ["source", "record", "posted", "nats"],
    "account_rows ORDER BY source, posted, record",
  );
  const [{ all }] = (await connection.runAndReadAll("SELECT CAST(COUNT(*) AS DOUBLE) AS all_accounts FROM accounts"))
    .getRowsJS()
    .map(([count]) => ({ all: count as number }));
  const judged: LyingAccount[] = [];
  for (let from = 0; from < rows;) {
    let to = from;
    while (to < rows && source[to] === source[from]) to++;
    const own = Int32Array.from({ length: to - from }, (_, k) => from + k).filter((at) => !isFlood(record[at]));
    if (own.length >= fewestRows) {
      const days = Float64Array.from(own, (at) => posted[at]);
      const said = Float64Array.from(own, (at) => nats[at] / 1000);
      const lies = accountLies(said, days.some((day) => day >= 0) ? days : null);
      judged.push({
        source: source[from],
        held: own.length,
        denied: said.reduce((sum, value) => sum + Number(value > 0), 0),
        strength: lies.nats,
        records: Int32Array.from(own, (at) => record[at]),
        wrong: lies.wrong.map((chance) => (1 - falseDiscovery) * chance),
      });
    }
    from = to;
  }
  judged.sort((a, b) => b.strength - a.strength || a.source - b.source);
  const cost = (k: number): number => Math.log(all / (k * falseDiscovery));
  let discoveries = 0;
  judged.forEach(({ strength }, k) => {
    if (strength >= cost(k + 1)) discoveries = k + 1;
  });
  const found = judged.slice(0, discoveries).map((account) => ({ ...account, strength: account.strength - cost(discoveries) }));
  return surest(found);
}

/** The rows that are likelier wrong than right, and of these the surest, so many that a share `falseRows` of them is honest by what is known. */
function surest(accounts: readonly LyingAccount[]): LyingAccount[] {
  const chances = Float64Array.from(accounts.flatMap(({ wrong }) => [...wrong].filter((chance) => chance > 0.5)))
    .sort()
    .reverse();
  let least = Infinity;
  let honest = 0;
  chances.forEach((chance, k) => {
    honest += 1 - chance;
    if (honest <= falseRows * (k + 1)) least = chance;
  });
  return accounts
    .map((account) => {
      const kept = Int32Array.from(account.wrong.keys()).filter((at) => account.wrong[at] > 0.5 && account.wrong[at] >= least);
      return { ...account, records: kept.map((at) => account.records[at]), wrong: Float64Array.from(kept, (at) => account.wrong[at]) };
    })
    .filter(({ records }) => records.length > 0);
}
