import { type Newcomers, newcomersIn } from "../../blocks/held-out/newcomers.ts";
import { campaignFacts, countOf, whoWrote } from "../../blocks/copies/campaign-facts.ts";
import { beyondUsualSize } from "../../blocks/copies/beyond-usual-size.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Campaign, Detector } from "../../core/detector.ts";
import { logGamma } from "../../numeric/statistics/intervals.ts";

interface NewAccountsParams {
  falseAlarm: number;
}

/** Rows that are flagged stand above all others. */
const above = 20;
/** Evidence of groups that are not flagged ranks their rows below the others'. */
const mostUnflagged = 8;
/** How many rows the other rows about a thing count for at most: the fewer, the more the labels of new accounts differ honestly from week to week. */
const certainties = [3, 6, 12, 25, 50, 100, 200];
/** Groups that are asked how they usually are. */
const mostAsked = 20_000;
/** Others are as all rows are, but for so many of their own. */
const priorRows = 2;
/** The odds of a label among new accounts may be so many times as high as those among all others, beyond what they are in this file. */
const honestOdds = 1.5;

/**
 * Of rows about one thing (a value of a category, or anything) that accounts wrote within a week or four of their first day or first week in the file, as many bear one label as the
 * other rows about it, by accounts of any age, let expect. The null is the file's own: the odds of each label among new accounts beside all others, and how much the labels of such groups
 * differ from the others' (the precision of a beta-binomial law, of the most likely of seven), are taken from all groups of the file. Flagged is a group whose tail probability
 * times the number of groups and classes is below half of `falseAlarm`, or, with the chance that honest groups about one value are as large (by the sizes of the smaller ones), both
 * together; of its rows those with the label. Where nearly all accounts are new it judges bursts of one label.
 * Says nothing without dates, or of rows with several labels.
 */
export const newAccounts: Detector<NewAccountsParams> = {
  kind: "detector",
  id: "new-accounts",
  title: "Bursts of new accounts",
  summary:
    "Finds rows that accounts wrote when they were new, within a few days and about one thing, with labels that nobody else gives it.",
  source: {
    cite: "as traits of campaigns: Mukherjee et al. 2013, What Yelp fake review filter might be doing?, ICWSM; the test is Theriac's",
    url: "https://ojs.aaai.org/index.php/ICWSM/article/view/14389",
  },
  params: {
    falseAlarm: {
      type: "number",
      default: 0.05,
      min: 0,
      max: 1,
      help: "chance that anything is flagged in honest data, at most, if its weeks differ as they usually do",
    },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  needsSource: true,
  targets: ["classes"],
  score(data, { table, params, signal }) {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const reasons = new Map<number, string>();
    const campaigns: Campaign[] = [];
    const { groups, largest } = newcomersIn(data, table);
    stopIfCancelled(signal);
    const names = data.target.kind === "classes" ? data.target.names : [];
    const law = usualLaw(groups, data.y, names.length);
    const sizes = usualSizes(groups, largest);
    const looks = Math.max(1, groups.length * names.length);
    const judged = groups
      .flatMap((group, g) =>
        names.map((_, k) => {
          const { nats, chance } = judge(group, k, law);
          const byLabel = nats - Math.log(looks);
          const joint = jointNats(nats, sizes[g], names.length);
          return { group, label: k, chance, bySize: joint > byLabel, nats: nats > 0 ? Math.max(byLabel, joint) : -Infinity };
        }),
      )
      .filter(({ nats }) => nats > -Infinity)
      .sort((a, b) => b.nats - a.nats);
    /** Accounts in the largest window about the value that has the second most: no honest one has many more. */
    const runnerUp = [...largest.values()].sort((a, b) => b - a)[1] ?? 0;
    // Half of what may be wrong is for labels alone, half for sizes with labels.
    const cost = Math.log(2 / params.falseAlarm);
    let expectedFalseAlarms = 0;
    for (const { group, label, nats, chance, bySize } of judged) {
      const own = group.examples.filter((i) => data.y[i] === label);
      if (nats <= cost) {
        for (const i of own) values[i] = Math.max(values[i], Math.min(mostUnflagged, mostUnflagged / 2 + 0.5 * nats));
        continue;
      }
      const left = own.filter((i) => flagged[i] === 0);
      // The rows of a group are told once, by the window that shows them best.
      if (2 * left.length < own.length) continue;
      const told = `${toldOf(group, label, names)}${bySize ? `; of all such groups the second largest has ${countOf(runnerUp, "account")}` : ""}`;
      const honest = Math.min(
        bySize ? runnerUp : left.length,
        left.length,
        ((group.examples.length - own.length + 0.5) * chance) / (1 - chance),
      );
      expectedFalseAlarms += honest;
      for (const i of left) {
        values[i] = above + nats - cost;
        flagged[i] = 1;
        reasons.set(i, told);
      }
      campaigns.push({ subjects: left, sentence: `${whoWrote(campaignFacts(data, table, left))}: ${told}`, expectedFalseAlarms: honest });
    }
    return Promise.resolve({ values, flagged, expectedFalseAlarms, campaigns, reason: (i) => reasons.get(i) ?? null });
  },
};

/** How labels of new accounts honestly come about in this file. */
interface UsualLaw {
  /** Share of each class among all rows. Shape: [classes]. */
  readonly share: Float64Array;
  /** ln of how many times the odds of each class are higher among new accounts than among the others, 0 at least. Shape: [classes]. */
  readonly shift: Float64Array;
  /** Rows that the others count for at most. */
  readonly certainty: number;
}

function usualLaw(groups: readonly Newcomers[], y: Float64Array, classes: number): UsualLaw {
  const share = new Float64Array(classes);
  for (const label of y) share[label] += 1 / y.length;
  const shift = new Float64Array(classes);
  const ofAll = groups.filter(({ about }) => about === "");
  for (let k = 0; k < classes; k++) {
    let own = 0;
    let all = 0;
    let others = 0;
    let rest = 0;
    for (const { held, others: beside, examples } of ofAll) {
      own += held[k];
      all += examples.length;
      others += beside[k];
      rest += beside.reduce((sum, count) => sum + count, 0);
    }
    shift[k] = Math.max(0, Math.log(((own + 1) * (rest - others + 1)) / ((all - own + 1) * (others + 1))));
  }
  let best: UsualLaw = { share, shift, certainty: certainties[0] };
  let most = -Infinity;
  for (const certainty of certainties) {
    const law = { share, shift, certainty };
    let likelihood = 0;
    for (let g = 0; g < groups.length; g += Math.ceil(groups.length / mostAsked))
      for (let k = 0; k < classes; k++) {
        const group = groups[g];
        const { alpha, beta } = expectedOf(group, k, law, 0);
        likelihood += lnTerm(group.held[k], group.examples.length, alpha, beta);
      }
    if (likelihood > most) [most, best] = [likelihood, law];
  }
  return best;
}

/** By the largest window about each value, the chance that honest ones are as large; 1 for windows about anything. Shape: [groups]. */
function usualSizes(groups: readonly Newcomers[], largest: ReadonlyMap<string, number>): Float64Array {
  const chances = beyondUsualSize([...largest.values()]);
  const chanceOf = new Map(Array.from(largest.keys(), (about, k) => [about, chances[k]]));
  return Float64Array.from(groups, ({ about, examples }) => (examples.length === largest.get(about) ? chanceOf.get(about)! : 1));
}

/** −ln of the chance that the largest window is as large and bears a label as often (Fisher, as independent). */
function jointNats(label: number, size: number, classes: number): number {
  const product = Math.max(1e-300, size * Math.min(1, classes * Math.exp(-label)));
  return -Math.log(product * (1 - Math.log(product)));
}

function judge(group: Newcomers, label: number, law: UsualLaw): { nats: number; chance: number } {
  const { alpha, beta } = expectedOf(group, label, law, Math.log(honestOdds));
  const count = group.examples.length;
  const plain = expectedOf(group, label, { ...law, shift: new Float64Array(law.shift.length) }, 0);
  const chance = plain.alpha / (plain.alpha + plain.beta);
  if (group.held[label] * (alpha + beta) <= count * alpha) return { nats: 0, chance };
  let tail = 0;
  for (let a = group.held[label]; a <= count; a++) tail += Math.exp(lnTerm(a, count, alpha, beta));
  return { nats: Math.max(0, -Math.log(tail)), chance };
}

/** The beta law of the chance of a label among these newcomers, by the other rows about the same thing. */
function expectedOf(
  { others }: Newcomers,
  k: number,
  { share, shift, certainty }: UsualLaw,
  slack: number,
): { alpha: number; beta: number } {
  const rows = others.reduce((sum, count) => sum + count, 0);
  const p = (others[k] + priorRows * share[k] + 1e-3) / (rows + priorRows + 2e-3);
  const odds = Math.log(p / (1 - p)) + shift[k] + slack;
  const chance = 1 / (1 + Math.exp(-odds));
  const weight = Math.min(certainty, rows + priorRows);
  return { alpha: weight * chance, beta: weight * (1 - chance) };
}

/** ln of the chance of `a` of `count` by the beta-binomial law. */
function lnTerm(a: number, count: number, alpha: number, beta: number): number {
  return (
    logGamma(count + 1) -
    logGamma(a + 1) -
    logGamma(count - a + 1) +
    logGamma(a + alpha) +
    logGamma(count - a + beta) -
    logGamma(count + alpha + beta) +
    logGamma(alpha + beta) -
    logGamma(alpha) -
    logGamma(beta)
  );
}

/** `14 of 15 accounts on their first day say negative of rows with product "X", as do 3 of the 20 other rows`. */
function toldOf({ about, age, examples, held, others }: Newcomers, label: number, names: readonly string[]): string {
  const when = age === 0 ? "on their first day here" : "in their first week here";
  const rest = others.reduce((sum, count) => sum + count, 0);
  const where = about === "" ? "" : ` of rows ${about}`;
  return `${held[label]} of ${countOf(examples.length, "account")} that wrote ${when} within these days say "${names[label]}"${where}, as do ${others[label]} of the ${rest} other rows`;
}
