import type { RunContext } from "../../core/context.ts";
import type { PlantedGroups } from "../../blocks/accounts/planted-groups.ts";
import { type FalseAlarms, brokenDown } from "../../core/false-alarms.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import {
  type AccountSaid,
  type AccountUnit,
  type ChosenAccountDetector,
  type HearAccounts,
  accountHearing,
  plantAmong,
} from "./hear-accounts.ts";
import { rankAccounts } from "./rank-accounts.ts";
import type { CampaignFinding, DetectorOutcome, GroupFinding, RowFinding, ScanResult } from "./scan-result.ts";
import { type PlantedVoice, weighAccountDetectors } from "./weigh-account-detectors.ts";

/** Accounts that are not flagged and yet listed. */
const listedBelow = 50;
/** Fewer accounts are too few to plant any among them. */
const fewestToPlant = 60;

export interface RatedRows {
  readonly ratings: Ratings;
  /** Index into `ratings.users` of who wrote a row; −1 = nobody known. Shape: [rows]. */
  readonly account: Int32Array;
}

export interface AccountScanOptions extends RunContext {
  readonly onDetector?: (done: number, total: number, id: string) => void;
  /** Hears detectors on several threads; absent = one after another, here. */
  readonly hear?: HearAccounts | undefined;
}

/** What a detector said of every account. */
interface Voice extends Omit<AccountScores, "silence"> {
  readonly method: AccountDetector;
  readonly params: unknown;
  /** Why its scores say nothing; null = they do. */
  readonly silence: string | null;
}

/**
 * Judges accounts, and rows by them: an account is flagged where a detector with a cut scores it that high, as `drop-accounts` leaves it out.
 *
 * Accounts made by recipes drawn at random are planted into a copy, on which every detector runs again: that tells how much of such poison its rule finds among
 * these very ratings, weighs its say in the ranking of those that no rule flags, and leaves out whose scores run the wrong way.
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
  const here = accountHearing(rated.ratings, detectors, options);
  const hearHere = async (units: readonly AccountUnit[], onStart: (unit: AccountUnit) => void): Promise<AccountSaid[]> => {
    const out: AccountSaid[] = [];
    for (const unit of units) {
      onStart(unit);
      out.push(await here(unit));
    }
    return out;
  };
  const hearAll = options.hear ?? hearHere;
  let started = 0;
  const said = await hearAll(
    detectors.map((_, detector) => ({ detector, suspected: null })),
    ({ detector }) => options.onDetector?.(started++, detectors.length, detectors[detector].method.id),
  );
  detectors.forEach(({ method, params }, i) => {
    const one = said[i];
    if ("error" in one) failed.set(method.id, one.error);
    else voices.push({ ...one.scores, method, params, silence: one.scores.silence ?? silenceOf(method, one.scores.values) });
  });
  const rowsOf = groupRows(rated);
  const trial = await tryOnPlanted(rated.ratings, voices, { rng: options.rng, detectors, hearAll });
  const sources = listAccounts(rated.ratings, voices, rowsOf, trial?.scores ?? null);
  const rows = sources.flatMap(({ account, finding: { name, flagged, score, reasons } }) => {
    const scores = scoresOf(voices, account);
    return rowsOf[account].map((row): RowFinding => ({ row, source: name, flagged, score, reasons, scores }));
  });
  const countRows = (weightOf: (account: number) => number): number =>
    rowsOf.reduce((sum, own, account) => sum + weightOf(account) * own.length, 0);
  const outcomes = detectors.map(({ method: { id, cut } }): DetectorOutcome => {
    const voice = voices.find(({ method }) => method.id === id);
    const flaggedRows = voice === undefined || cut === undefined ? null : countRows((account) => Number(isFlagged(voice, account)));
    const hasRule = voice !== undefined && cut !== undefined;
    const { silence = null, innocence } = voice ?? {};
    const expectedFalseAlarms =
      innocence === undefined ? null : countRows((account) => (isFlagged(voice!, account) ? innocence[account] : 0));
    const findings = trial?.told.get(id);
    return {
      ...{ id, subject: "source", flaggedRows, hasRule, silence, expectedFalseAlarms, error: failed.get(id) ?? null },
      ...(findings === undefined ? {} : { findings: [findings] }),
    };
  });
  const falseAlarms = falseAlarmsOf(voices, rowsOf);
  return {
    rows,
    sources: sources.map(({ finding }) => finding),
    tasks: [],
    campaigns: voices.flatMap((voice) => campaignsOf(voice, rated.ratings, rowsOf)).sort((p, q) => q.rows.length - p.rows.length),
    expectedFalseAlarms: falseAlarms.unknownRows > 0 ? null : falseAlarms.expected,
    falseAlarms,
    detectors: outcomes,
    judged: { accounts: rated.ratings.users.length, rows: countRows(() => 1) },
  };
}

/** Rows count with the surest of the rules that can say; all others are unknown. */
function falseAlarmsOf(voices: readonly Voice[], rowsOf: readonly (readonly number[])[]): FalseAlarms {
  let [statedRows, expected, unknownRows] = [0, 0, 0];
  const unknownBy = new Set<string>();
  rowsOf.forEach((own, account) => {
    const by = voices.filter((voice) => isFlagged(voice, account));
    if (by.length === 0 || own.length === 0) return;
    const stated = by.flatMap(({ innocence }) => (innocence === undefined ? [] : [innocence[account]]));
    if (stated.length > 0) {
      statedRows += own.length;
      expected += own.length * Math.min(...stated);
    } else {
      unknownRows += own.length;
      for (const { method } of by) unknownBy.add(method.id);
    }
  });
  return { statedRows, expected, unknownRows, unknownBy: [...unknownBy] };
}

/** Groups of accounts as findings, those of a silent detector left out. */
function campaignsOf(
  { method, campaigns = [], silence }: Voice,
  { users }: Ratings,
  rowsOf: readonly (readonly number[])[],
): CampaignFinding[] {
  if (silence !== null) return [];
  return campaigns.map(({ subjects, sentence, expectedFalseAlarms: innocents }) => ({
    detectors: [method.id],
    rows: [...subjects].flatMap((account) => rowsOf[account]).sort((p, q) => p - q),
    accounts: Array.from(subjects, (account) => users[account]),
    tasks: [],
    days: null,
    baseTexts: null,
    sentence,
    expectedFalseAlarms:
      innocents === undefined ? null : (innocents * subjects.reduce((sum, u) => sum + rowsOf[u].length, 0)) / subjects.length,
  }));
}

/** What planted accounts tell: a score of all accounts, and a sentence for detectors that have a rule or are left out of the score. */
interface Trial {
  readonly scores: Float64Array;
  readonly told: ReadonlyMap<string, string>;
}

/** null where there are too few accounts, or nothing to compare. */
async function tryOnPlanted(
  ratings: Ratings,
  all: readonly Voice[],
  {
    rng,
    detectors,
    hearAll,
  }: Pick<RunContext, "rng"> & { readonly detectors: readonly ChosenAccountDetector[]; readonly hearAll: HearAccounts },
): Promise<Trial | null> {
  // Planted accounts keep no hours, so that who goes by these is not tried on them.
  const voices = all.filter(({ silence, method }) => silence === null && method.readsTimes !== true);
  const users = ratings.users.length;
  if (users < fewestToPlant || voices.length === 0) return null;
  const suspected = Uint8Array.from(ratings.users, (_, user) => Number(all.some((voice) => isFlagged(voice, user))));
  const isSuspect = (user: number): boolean => suspected[user] === 1;
  const planted = plantAmong(ratings, suspected, rng);
  const said = await hearAll(
    voices.map(({ method }) => ({ detector: detectors.findIndex((one) => one.method === method), suspected })),
    () => {},
  );
  const heard = voices.flatMap((voice, i): { voice: Voice; again: PlantedVoice }[] => {
    const one = said[i];
    return "error" in one ? [] : [{ voice, again: { values: voice.values, onCopy: one.scores.values } }];
  });
  if (heard.length === 0) return null;
  const { scores, areas } = weighAccountDetectors(
    heard.map(({ again }) => again),
    isSuspect,
    planted,
  );
  const told = heard.flatMap(({ voice: { method }, again }, d) => tellTrial(method, again, areas[d], planted, isSuspect));
  return { scores, told: new Map(told) };
}

function tellTrial(
  { id, cut }: AccountDetector,
  { values, onCopy }: PlantedVoice,
  area: number,
  { group }: PlantedGroups,
  isSuspect: (user: number) => boolean,
): [string, string][] {
  const users = values.length;
  const what = `${group.length} accounts planted in ${group[group.length - 1] + 1} groups of random recipes`;
  if (cut === undefined)
    return area > 0.5
      ? []
      : [[id, `left out of the ranking: it places ${what} below the others (area under the curve ${area.toFixed(2)})`]];
  let [found, others] = [0, 0];
  for (let u = 0; u < onCopy.length; u++) {
    if (onCopy[u] < cut) continue;
    if (u >= users) found++;
    else if (!isSuspect(u)) others++;
  }
  return [[id, `of ${what} into a copy its rule finds ${found}, and flags ${others} more`]];
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
  merged: Float64Array | null,
): { account: number; finding: GroupFinding }[] {
  const ruled = rankAccounts(
    voices.filter(({ silence }) => silence === null),
    users.length,
  );
  const flaggers = users.map((_, account) => voices.filter((voice) => isFlagged(voice, account)));
  // Flagged accounts by their rule, the others by what planted accounts make of all detectors, below 1.
  const score = merged === null ? ruled : ruled.map((own, u) => (flaggers[u].length > 0 ? own : merged[u] / (1 + merged[u])));
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
