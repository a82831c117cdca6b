import { type AccountLies, accountLies } from "../../blocks/held-out/account-lies.ts";
import { type Cohort, cohortLies, cohortsOf } from "../../blocks/held-out/cohorts.ts";
import { foldsParam } from "../../blocks/held-out/folds.ts";
import { type HabitTerms, type SharedLies, habitTerms, sharedLies } from "../../blocks/held-out/shared-habits.ts";
import { lieRatios } from "../../blocks/held-out/lie-ratios.ts";
import { campaignFacts, countOf, timeOf, whoWrote } from "../../blocks/copies/campaign-facts.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Campaign, Detector } from "../../core/detector.ts";
import type { NamedColumn, Table } from "../../core/table.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";

interface LyingAccountsParams {
  folds: number;
  falseDiscovery: number;
  falseRows: number;
}

/** Fewer rows than that tell of no habit. */
const fewestRows = 3;
/** Rows that are flagged stand above all others. */
const above = 20;
/** Evidence that ranks rows of accounts that are not flagged. */
const nearly = 8;

/**
 * An account by its rows: e-values of habits of lying against honesty, by models that saw nothing of it (see blocks/held-out/account-lies.ts), flagged by e-BH at `falseDiscovery` (Wang & Ramdas 2022,
 * JRSS B 84(3)). Accounts that have something in common are judged together too, since ten that lie a little say what none does: a cohort (of days, of a value of a category, of as many rows)
 * is likelier by a mixture of liars and honest ones; it is believed where that pays for the number of cohorts of its kind, and then says of each account how likely it
 * lies. Of accounts that lie, rows are flagged that are wrong rather than right: an honest cover stays. Floods of copies say nothing here.
 */
export const lyingAccounts: Detector<LyingAccountsParams> = {
  kind: "detector",
  id: "lying-accounts",
  title: "Accounts that lie",
  summary:
    "Finds accounts, alone or several that have days, a product or their size in common, whose labels are denied again and again by models that saw nothing of them.",
  source: {
    cite: "Wang & Ramdas 2022, False discovery rate control with e-values, JRSS B 84(3); the habits and cohorts are Theriac's",
    url: "https://doi.org/10.1111/rssb.12489",
  },
  params: {
    folds: foldsParam,
    falseDiscovery: {
      type: "number",
      default: 0.1,
      min: 0,
      max: 1,
      help: "share of honest accounts among those flagged, at most, on average, and chance that a cohort is believed wrongly",
    },
    falseRows: { type: "number", default: 0.15, min: 0, max: 1, help: "share of honest rows among those flagged, at most, on average" },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  needsSource: true,
  targets: ["classes", "real"],
  async score(data, context) {
    const { table, params, signal } = context;
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    if (data.sources.length === 0) return { values, flagged };
    const { nats, isFlood } = await lieRatios(data, context);
    stopIfCancelled(signal);
    const rowsOf = rowsOfAccounts(data, isFlood, table);
    const lies = rowsOf.map((rows) => (rows.length < fewestRows ? null : liesOf(rows, nats, data, table)));
    const judged = Array.from(lies.keys()).filter((account) => lies[account] !== null);
    const reasons = new Map<number, string>();
    const campaigns: Campaign[] = [];
    /** Chance that a row is a lie, by whatever says most. Shape: [examples]. */
    const chance = new Float64Array(data.y.length);

    const flag = (rows: Int32Array, joints: Float64Array, strength: number, why: string): number[] => {
      const caught: number[] = [];
      rows.forEach((i, r) => {
        const joint = joints[r];
        if (!(joint > 0.5)) return;
        const value = above + (strength + 2) * joint;
        chance[i] = Math.max(chance[i], joint);
        flagged[i] = 1;
        caught.push(i);
        if (value <= values[i]) return;
        values[i] = value;
        reasons.set(i, why);
      });
      return caught;
    };

    const shared = cohortLies(Float64Array.from(judged, (account) => (lies[account] as AccountLies).nats)).lies;
    data.y.forEach((_, i) => (values[i] = 0.5 * Math.max(0, nats[i])));
    judged.forEach((account, k) => {
      const { nats: strength, wrong } = lies[account] as AccountLies;
      rowsOf[account].forEach(
        (i, r) => (values[i] = Math.max(values[i], shared[k] * wrong[r] * Math.max(0, Math.min(above / 2, strength + nearly)))),
      );
    });

    /** What was caught together, and what is to be said of it. */
    const caughtTogether: { readonly rows: readonly number[]; readonly what: string }[] = [];
    const classes = data.target.kind === "classes" ? data.target.names.length : 0;
    const habits = habitTerms(nats, classes === 0 ? null : data.y, classes);
    for (const { cohort, strength, lies: joints } of standing(cohortsOf(rowsOf, data, table), habits, params.falseDiscovery)) {
      if (strength <= 0) {
        cohort.accounts.forEach(({ rows: own }, a) =>
          own.forEach((i, r) => (values[i] = Math.max(values[i], joints[a][r] * Math.min(above / 2, strength + nearly)))),
        );
        continue;
      }
      const rows = cohort.accounts.flatMap(({ rows: own }, a) => {
        const others = `as do those of other accounts ${cohort.name}`;
        const why = `${deniedOf(own, nats)} of ${own.length} rows of its account contradict models that saw nothing of it, ${others}`;
        return flag(own, joints[a], strength, why);
      });
      caughtTogether.push({ rows, what: `which models that saw nothing of these accounts deny; they are accounts ${cohort.name}` });
    }
    const cost = (k: number): number => Math.log(judged.length / (k * params.falseDiscovery));
    const order = orderBy(Float64Array.from(judged, (account) => -(lies[account] as AccountLies).nats));
    let discoveries = 0;
    order.forEach((n, k) => {
      if ((lies[judged[n]] as AccountLies).nats >= cost(k + 1)) discoveries = k + 1;
    });
    for (const n of order.subarray(0, discoveries)) {
      const own = rowsOf[judged[n]];
      const { nats: strength, wrong } = lies[judged[n]] as AccountLies;
      const why = `${deniedOf(own, nats)} of the ${own.length} rows of its account contradict models that saw nothing of it`;
      const lying = Math.max(shared[n], 1 - params.falseDiscovery);
      const joints = wrong.map((chance) => lying * chance);
      const rows = flag(own, joints, strength - cost(discoveries), why);
      caughtTogether.push({ rows, what: `which models that saw nothing of the account deny, among ${countOf(own.length, "row")} of it` });
    }
    keepSurest(flagged, chance, params.falseRows);
    const told = new Uint8Array(data.y.length);
    for (const { rows, what } of caughtTogether) {
      const subjects = Int32Array.from(rows.filter((i) => flagged[i] === 1 && told[i] === 0)).sort();
      for (const i of subjects) told[i] = 1;
      if (subjects.length > 0)
        campaigns.push({ subjects, sentence: `${whoWrote(campaignFacts(data, table, subjects))} bear labels ${what}` });
    }
    const expectedFalseAlarms = chance.reduce((sum, value, i) => sum + (flagged[i] === 1 ? 1 - value : 0), 0);
    return { values, flagged, expectedFalseAlarms, campaigns, reason: (i) => (flagged[i] === 1 ? (reasons.get(i) ?? null) : null) };
  },
};

/** Takes back the flags of the least likely lies until those that are left are honest with a mean chance of `rate` at most. */
function keepSurest(flagged: Uint8Array, chance: Float64Array, rate: number): void {
  let honest = 0;
  let count = 0;
  for (const i of orderBy(chance.map((value) => -value))) {
    if (flagged[i] === 0) continue;
    honest += 1 - chance[i];
    if (honest > rate * ++count) flagged[i] = 0;
  }
}

/** Examples of each account but those of floods, by day where there are dates. */
function rowsOfAccounts(data: Dataset, isFlood: Uint8Array, table: Table | null): Int32Array[] {
  const lists = data.sources.map((): number[] => []);
  data.source.forEach((s, i) => {
    if (s >= 0 && isFlood[i] === 0) lists[s].push(i);
  });
  const time = timesOf(data, table);
  return lists.map((list) => Int32Array.from(time === null ? list : list.sort((a, b) => time[a] - time[b] || a - b)));
}

function liesOf(rows: Int32Array, nats: Float64Array, data: Dataset, table: Table | null): AccountLies {
  const time = timesOf(data, table);
  return accountLies(
    Float64Array.from(rows, (i) => nats[i]),
    time === null ? null : Float64Array.from(rows, (i) => time[i]),
  );
}

const knownTimes = new WeakMap<Dataset, Float64Array | null>();

/** When each example was written; −1 = not known. Null where there is no date column. Shape: [examples]. */
function timesOf(data: Dataset, table: Table | null): Float64Array | null {
  let times = knownTimes.get(data);
  if (times === undefined) {
    const dates = table?.columns.find((column): column is NamedColumn => column.kind === "date");
    const ofCode = dates?.names.map(timeOf) ?? [];
    times =
      dates === undefined
        ? null
        : Float64Array.from(data.row, (row) => (row < 0 || !(ofCode[dates.codes[row]] > -Infinity) ? -1 : ofCode[dates.codes[row]]));
    knownTimes.set(data, times);
  }
  return times;
}

interface Standing extends SharedLies {
  readonly cohort: Cohort;
  readonly strength: number;
}

/** The cohorts whose evidence pays for all of their kind, and for the kinds, or nearly does; strongest first. */
function standing(cohorts: readonly Cohort[], habits: HabitTerms, falseDiscovery: number): Standing[] {
  const ofKind = new Map<string, number>();
  for (const { kind } of cohorts) ofKind.set(kind, (ofKind.get(kind) ?? 0) + 1);
  const out: Standing[] = [];
  for (const cohort of cohorts) {
    const found = sharedLies(
      cohort.accounts.map(({ rows }) => rows),
      habits,
    );
    const strength = found.nats - Math.log(((ofKind.get(cohort.kind) ?? 1) * ofKind.size) / falseDiscovery);
    if (strength > -nearly) out.push({ ...found, cohort, strength });
  }
  return out.sort((a, b) => b.strength - a.strength);
}

function deniedOf(rows: Int32Array, nats: Float64Array): number {
  let denied = 0;
  for (const i of rows) if (nats[i] > 0) denied++;
  return denied;
}
