import type { Dataset } from "../../core/dataset.ts";
import type { Table } from "../../core/table.ts";
import { timeOf } from "../copies/campaign-facts.ts";
import { lnMixed, posterior } from "./lie-shares.ts";

/** Accounts, or parts of them, that have something in common: rows of each, by number of the account. */
export interface Cohort {
  /** In words: `of 5 rows each`, `between May 1, 2006 and May 8, 2006`. */
  readonly name: string;
  /** Cohorts of one kind share what the kind may spend on false alarms. */
  readonly kind: string;
  readonly accounts: readonly { readonly account: number; readonly rows: Int32Array }[];
}

/** Shares of liars that a cohort may hold. */
export const liarShares = [0.05, 0.1, 0.2, 0.4, 0.7, 0.95];

/** What the accounts of a cohort say together. */
export interface CohortLies {
  /** ln of the mean, over the shares of liars, of how much likelier they make all its labels than honesty. */
  readonly nats: number;
  /** Chance that each account lies, the shares being as likely as the labels make them. Shape: [accounts]. */
  readonly lies: Float64Array;
}

/** @param nats ln of the e-value of each account. Shape: [accounts] */
export function cohortLies(nats: Float64Array): CohortLies {
  const strengths = liarShares.map((share) => {
    let sum = -Math.log(liarShares.length);
    for (const value of nats) sum += lnMixed(value, share);
    return sum;
  });
  const top = Math.max(...strengths);
  const total = strengths.reduce((sum, strength) => sum + Math.exp(strength - top), 0);
  const lies = nats.map((value) =>
    liarShares.reduce((sum, share, k) => sum + (Math.exp(strengths[k] - top) / total) * posterior(value, share), 0),
  );
  return { nats: top + Math.log(total), lies };
}

const [fewestAccounts, fewestRows] = [2, 6];
/** Days of a window; windows begin at every half of it. */
const windowDays = [7, 30, 120];
const sizes = [2, 3, 4, 5, 6, 8, 12, 20, Infinity];
const msPerDay = 86_400_000;

/**
 * What accounts of two rows or more may have in common, whatever their labels: all of them; as many rows; rows of some days; rows of one value of a category. Each of two accounts
 * and six rows at least. Time grows with the rows times the columns.
 *
 * @param rowsOf examples of each account
 */
export function cohortsOf(rowsOf: readonly Int32Array[], data: Dataset, table: Table | null): Cohort[] {
  const eligible = Array.from(rowsOf.keys()).filter((account) => rowsOf[account].length >= 2);
  const out: Cohort[] = [];
  const keep = (kind: string, name: string, parts: ReadonlyMap<number, number[]>): void => {
    const accounts = [...parts].map(([account, rows]) => ({ account, rows: Int32Array.from(rows) }));
    const rows = accounts.reduce((sum, { rows: { length } }) => sum + length, 0);
    if (accounts.length >= fewestAccounts && rows >= fewestRows) out.push({ kind, name, accounts });
  };
  const whole = (accounts: readonly number[]): Map<number, number[]> => new Map(accounts.map((account) => [account, [...rowsOf[account]]]));
  keep("all", "of several rows each", whole(eligible.filter((account) => rowsOf[account].length > 2)));
  for (let s = 0; s + 1 < sizes.length; s++) {
    const least = sizes[s];
    const next = sizes[s + 1];
    const name =
      next === least + 1
        ? `of ${least} rows each`
        : next === Infinity
          ? `of ${least} rows or more`
          : `of ${least} to ${next - 1} rows each`;
    keep("rows", name, whole(eligible.filter((account) => rowsOf[account].length >= least && rowsOf[account].length < next)));
  }
  const taken = new Set([...(table?.roles.labels ?? []), table?.roles.source, table?.roles.id]);
  for (const column of table?.columns ?? []) {
    if (taken.has(column.name) || (column.kind !== "category" && column.kind !== "date")) continue;
    const { codes, names, kind, name } = column;
    const codeOf = (i: number): number => (data.row[i] < 0 ? -1 : codes[data.row[i]]);
    if (kind === "category") {
      for (const [code, parts] of partsBy(eligible, rowsOf, codeOf)) keep(name, `with ${name} "${names[code]}"`, parts);
      continue;
    }
    const days = names.map((date) => Math.floor(timeOf(date) / msPerDay));
    for (const width of windowDays)
      for (const shift of [0, Math.ceil(width / 2)]) {
        const windowOf = (i: number): number => {
          const day = codeOf(i) < 0 ? NaN : days[codeOf(i)];
          return Number.isNaN(day) ? -1 : Math.floor((day + shift) / width);
        };
        for (const [, parts] of partsBy(eligible, rowsOf, windowOf)) keep(name, `within ${width} days`, parts);
      }
  }
  return out;
}

/** By value ≥ 0 of the rows, the rows of each account with it. */
function partsBy(
  accounts: readonly number[],
  rowsOf: readonly Int32Array[],
  valueOf: (example: number) => number,
): Map<number, Map<number, number[]>> {
  const out = new Map<number, Map<number, number[]>>();
  for (const account of accounts)
    for (const i of rowsOf[account]) {
      const value = valueOf(i);
      if (value < 0) continue;
      let parts = out.get(value);
      if (parts === undefined) out.set(value, (parts = new Map<number, number[]>()));
      const rows = parts.get(account);
      if (rows === undefined) parts.set(account, [i]);
      else rows.push(i);
    }
  return out;
}
