import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { brokenDown } from "../../core/false-alarms.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { checkAccountScores } from "../ratings/check-account-scores.ts";
import { rankAccounts } from "./rank-accounts.ts";
import type { DetectorOutcome, GroupFinding, RowFinding, ScanResult } from "./scan-result.ts";

/** Accounts that are not flagged and yet listed. */
const listedBelow = 50;

export interface RatedRows {
  readonly ratings: Ratings;
  /** Index into `ratings.users` of who wrote a row; −1 = nobody known. Shape: [rows]. */
  readonly account: Int32Array;
}

export interface ChosenAccountDetector {
  readonly method: AccountDetector;
  readonly params: unknown;
}

export interface AccountScanOptions extends RunContext {
  readonly onDetector?: (done: number, total: number, id: string) => void;
}

/** What a detector said of every account. */
interface Voice extends Pick<AccountScores, "values"> {
  readonly method: AccountDetector;
  readonly reason: AccountScores["reason"];
  /** Why its scores say nothing; null = they do. */
  readonly silence: string | null;
}

/**
 * Judges accounts, and rows by them: an account is flagged where a detector with a cut scores it that high, as `drop-accounts` leaves it out.
 *
 * A detector whose numbers give out says so and is left out.
 */
export async function scanAccounts(
  rated: RatedRows,
  detectors: readonly ChosenAccountDetector[],
  options: AccountScanOptions,
): Promise<ScanResult> {
  const voices: Voice[] = [];
  const failed = new Map<string, string>();
  for (const [done, { method, params }] of detectors.entries()) {
    stopIfCancelled(options.signal);
    options.onDetector?.(done, detectors.length, method.id);
    try {
      voices.push(await hear(method, rated.ratings, { ...options, rng: options.rng.fork("detector").fork(method.id), params }));
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      failed.set(method.id, error.message);
    }
  }
  const rowsOf = groupRows(rated);
  const sources = listAccounts(rated.ratings, voices, rowsOf);
  const rows = sources.flatMap(({ account, finding: { name, flagged, score, reasons } }) => {
    const scores = scoresOf(voices, account);
    return rowsOf[account].map((row): RowFinding => ({ row, source: name, flagged, score, reasons, scores }));
  });
  const countRows = (isCounted: (account: number) => boolean): number =>
    rowsOf.reduce((sum, own, account) => sum + (isCounted(account) ? own.length : 0), 0);
  const outcomes = detectors.map(({ method: { id, cut } }): DetectorOutcome => {
    const voice = voices.find(({ method }) => method.id === id);
    const flaggedRows = voice === undefined || cut === undefined ? null : countRows((account) => isFlagged(voice, account));
    const hasRule = voice !== undefined && cut !== undefined;
    const { silence = null } = voice ?? {};
    return { id, subject: "source", flaggedRows, hasRule, silence, expectedFalseAlarms: null, error: failed.get(id) ?? null };
  });
  const unknownRows = rows.filter(({ flagged }) => flagged).length;
  const unknownBy = outcomes.filter(({ flaggedRows }) => (flaggedRows ?? 0) > 0).map(({ id }) => id);
  return {
    rows,
    sources: sources.map(({ finding }) => finding),
    campaigns: [],
    tasks: [],
    expectedFalseAlarms: unknownRows > 0 ? null : 0,
    falseAlarms: { statedRows: 0, expected: 0, unknownRows, unknownBy },
    detectors: outcomes,
    judged: { accounts: rated.ratings.users.length, rows: countRows(() => true) },
  };
}

async function hear(method: AccountDetector, ratings: Ratings, options: RunContext & { readonly params: unknown }): Promise<Voice> {
  const { values, reason }: AccountScores =
    method.explain === undefined
      ? { values: await method.score(ratings, options), reason: () => null }
      : await method.explain(ratings, options);
  checkAccountScores(method.id, values, ratings);
  return { method, values, reason, silence: silenceOf(method, values) };
}

/** A rule by which most are suspicious says nothing of anybody. */
function silenceOf({ cut = Infinity }: AccountDetector, values: Float64Array): string | null {
  if (values.every((value) => value === values[0])) return "it scores all accounts alike";
  const count = values.reduce((sum, value) => sum + Number(value >= cut), 0);
  return 2 * count <= values.length
    ? null
    : `${brokenDown}: it would flag ${count} of ${values.length} accounts, and what is suspicious is the exception`;
}

function isFlagged({ method: { cut }, values, silence }: Voice, account: number): boolean {
  return cut !== undefined && silence === null && values[account] >= cut;
}

/** Shape: rows of each account, rising. */
function groupRows({ ratings, account }: RatedRows): number[][] {
  const rows: number[][] = ratings.users.map(() => []);
  account.forEach((u, row) => {
    if (u >= 0) rows[u].push(row);
  });
  return rows;
}

/** Flagged accounts and some of the next, by falling score. */
function listAccounts(
  { users }: Ratings,
  voices: readonly Voice[],
  rowsOf: readonly (readonly number[])[],
): { account: number; finding: GroupFinding }[] {
  const score = rankAccounts(
    voices.filter(({ silence }) => silence === null),
    users.length,
  );
  const flaggers = users.map((_, account) => voices.filter((voice) => isFlagged(voice, account)));
  const flagged = flaggers.filter((by) => by.length > 0).length;
  const listed = orderBy(score.map((value) => -value)).subarray(0, flagged + listedBelow);
  return Array.from(listed, (account) => {
    const [by, rows] = [flaggers[account], rowsOf[account].length];
    const reasons = by.map(({ reason, method }) => reason(account) ?? `held for fake by ${method.id}: ${method.title.toLowerCase()}`);
    const finding = {
      name: users[account],
      rows,
      flaggedRows: by.length > 0 ? rows : 0,
      flagged: by.length > 0,
      score: score[account],
      reasons,
    };
    return { account, finding };
  });
}

function scoresOf(voices: readonly Voice[], account: number): Record<string, number> {
  return Object.fromEntries(voices.map(({ method, values }) => [method.id, values[account]]));
}
