import { countedAt } from "../../study/budgets.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type CertificateResult, figureAt } from "../../study/certify/result.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { budgetWithShare, figureText, numberText, percentText } from "../words/format.ts";
import { effectOf } from "../words/interval-words.ts";
import { countOf, metricWord, shareText } from "../words/words.ts";
import { entryOf, strongestAt } from "./findings.ts";

export interface AttackerContext {
  /** What each budget buys, in rows. */
  readonly budgets: readonly { readonly budgetFraction: number; readonly rows: number }[];
  /** Share of the rows that somebody would look at. */
  readonly flagFraction: number;
}

/** The budget that a reader wants to hear of first: 1 %, or the smallest. */
export function mainBudget({ strongest }: Pick<Summary, "strongest">): number | null {
  const budgets = strongest.map(({ budgetFraction }) => budgetFraction).sort((a, b) => a - b);
  return budgets.find((budget) => Math.abs(budget - 0.01) < 1e-9) ?? budgets.at(0) ?? null;
}

/** What an attacker with the main budget can, would be noticed with, what a repair leaves of it, and what nobody can exceed: of each only what was measured or proven. */
export function attackerSentences(summary: Summary, context: AttackerContext): string[] {
  const budget = mainBudget(summary);
  if (budget === null) return [];
  const attack = strongestAt(summary, budget);
  if (attack === null) return [];
  const rows = context.budgets.find(({ budgetFraction }) => budgetFraction === budget)?.rows;
  const who =
    countedAt(summary.counted, budget) === undefined
      ? `${percentText(budget)} of your rows${rows === undefined ? "" : ` (${countOf(rows, "row")})`}`
      : budgetWithShare(budget, summary);
  return [
    `An attacker who controls ${who} ${canText(summary, attack, budget)}.`,
    `${noticedText(summary, attack, budget, context.flagFraction)}.`,
    `${repairedText(summary, attack, budget)}.`,
    `${boundText(summary, budget, rows)}.`,
    ...largestText(summary, budget),
  ];
}

/** What the largest budget brings, where it is another one. */
function largestText(summary: Summary, main: number): string[] {
  const budget = Math.max(...summary.strongest.map(({ budgetFraction }) => budgetFraction));
  const attack = strongestAt(summary, budget);
  if (budget === main || attack === null) return [];
  return [`With ${budgetWithShare(budget, summary)} he ${canText(summary, attack, budget)}.`];
}

function canText(summary: Summary, attack: string, budget: number): string {
  const { primaryMetric, damageMetric, baseline } = summary;
  const left = entryOf(summary, attack, budget, noRepair, primaryMetric)?.figure;
  const damage = entryOf(summary, attack, budget, noRepair, damageMetric)?.figure;
  const clean = baseline[primaryMetric] as Figure | undefined;
  const by = `(${attack}, the strongest attack found)`;
  const others = goalTexts(summary, budget);
  if (left === undefined || damage === undefined || clean === undefined)
    return others.length > 0 ? others.join(", and ") : "did something that was not measured";
  const word = metricWord(primaryMetric);
  const change = `${word} from ${numberText(clean.value)} to ${numberText(left.value)}`;
  const [what, size] = damageMetric.endsWith("Ratio")
    ? ["an error of", `${figureText(damage)} times the clean one`]
    : ["a drop of", figureText(damage)];
  const also = others.length === 0 ? "" : `; he ${others.join(", and ")}`;
  switch (effectOf(damageMetric, damage)) {
    case "damage":
      return `can move ${change}, ${what} ${size} ${by}${also}`;
    case "unknown":
      return `moved ${change} on the one seed that was tried ${by}${also}`;
    case "gain":
      return `did no harm to ${word}: ${change} ${by}${also}`;
    case "none":
      return `leaves ${word} at ${numberText(left.value)}: ${what} ${size}, which may be none, or as much as ${numberText(damage.high ?? damage.value)} ${by}${also}`;
  }
}

/** What the strongest attackers with a target get at this budget, each to follow "an attacker". */
export function goalTexts(summary: Summary, budget: number): string[] {
  return summary.strongestByGoal.flatMap(({ goal, attack, budgetFraction }) => {
    if (budgetFraction !== budget || (goal !== "backdoor" && goal !== "targeted")) return [];
    const metric = goal === "backdoor" ? "attackSuccessRate" : "targetErrorRise";
    const figure = entryOf(summary, attack, budget, noRepair, metric)?.figure;
    if (figure === undefined || (goal === "targeted" && effectOf(metric, figure) !== "damage")) return [];
    if (goal === "targeted") return [`can raise the error on chosen rows by ${figureText(figure)} (${attack})`];
    const without = entryOf(summary, attack, budget, noRepair, "untriggeredRate")?.figure;
    const rows = `with a trigger have ${shareWithInterval(figure)} of the rows it stands in answered as he means`;
    // Told from what is answered so anyway, or not.
    const isTold = figure.low !== null && figure.low > (without?.high ?? without?.value ?? 0);
    if (isTold) return [`can ${rows} (${attack})`];
    const anyway = without === undefined ? "" : `; without it ${shareWithInterval(without)} are`;
    return [`may ${rows}, ${figure.low === null ? "from a single seed" : "which may be no more than without it"}${anyway} (${attack})`];
  });
}

function shareWithInterval({ value, low, high }: Figure): string {
  return low === null || high === null ? shareText(value) : `${shareText(value)} [${shareText(low)}, ${shareText(high)}]`;
}

function noticedText(summary: Summary, attack: string, budget: number, flagFraction: number): string {
  const own = summary.detections.filter((entry) => entry.attack === attack && entry.budgetFraction === budget);
  if (own.length === 0) return "Whether anybody would notice: not measured";
  const best = own.reduce((most, entry) => (entry.recall.value > most.recall.value ? entry : most));
  const flagged = shareText(flagFraction);
  return best.recall.value <= flagFraction
    ? `Hardly anybody would notice: of ${countOf(own.length, "detector")} none finds more of the poisoned rows among the ${flagged} most suspicious than drawing at random would`
    : `Looking at the ${flagged} most suspicious rows would show ${shareText(best.recall.value)} of the poison (${best.detector}, the best of ${countOf(own.length, "detector")} for this attack); ${shareText(best.precision.value)} of the rows looked at would be poison`;
}

function repairedText(summary: Summary, attack: string, budget: number): string {
  const { damageMetric, primaryMetric, recommendation } = summary;
  const damageWith = (repair: string): Figure | undefined => entryOf(summary, attack, budget, repair, damageMetric)?.figure;
  const repairs = [...new Set(summary.entries.flatMap(({ repair }) => (repair === noRepair ? [] : [repair])))].filter(
    (repair) => damageWith(repair) !== undefined,
  );
  const without = damageWith(noRepair);
  if (repairs.length === 0 || without === undefined) return "What a repair would win back: not measured";
  const repair =
    recommendation?.repair ?? repairs.reduce((best, next) => (damageWith(next)!.value < damageWith(best)!.value ? next : best));
  const left = damageWith(repair);
  if (left === undefined) return "What a repair would win back: not measured at this budget";
  const chosen = recommendation?.repair === repair ? "recommended" : `the best of ${countOf(repairs.length, "repair")} on the test rows`;
  if (effectOf(damageMetric, without) === "none")
    return `There is no sure damage here for a repair to win back; what it costs and what it does at larger budgets stands below`;
  const level = entryOf(summary, attack, budget, repair, primaryMetric)?.figure;
  const to = level === undefined ? "" : `, which brings ${metricWord(primaryMetric)} to ${numberText(level.value)}`;
  const unit = damageMetric.endsWith("Ratio") ? " times the clean error" : ` of ${metricWord(primaryMetric)}`;
  return left.value >= without.value
    ? `No repair that was tried leaves less of the damage (${repair}: ${figureText(left)}${unit} instead of ${figureText(without)})`
    : `Repaired with ${repair} (${chosen}), ${figureText(left)}${unit} is left of ${figureText(without)}${to}`;
}

/** By the certificate that keeps most, of a model of its own; where accounts were counted one of accounts, else one of rows. */
function boundText({ certified, counted }: Summary, budget: number, rows: number | undefined): string {
  if (certified === undefined) return "What no attacker can exceed: not proven, as no certificate was asked for";
  const asked = countedAt(counted, budget);
  const ofAccounts = asked?.unit === "accounts";
  const able = certified.certificates.flatMap((certificate) => {
    if (certificate.metric !== "certifiedAccuracy" || (certificate.unit === "accounts") !== ofAccounts) return [];
    const radius = ofAccounts ? asked.count : (rows ?? Math.max(1, Math.floor(budget * certified.totals.rows)));
    const figure = figureAt(certificate, radius);
    return figure === null ? [] : [{ certificate, figure, radius }];
  });
  if (able.length === 0) return "What no attacker can exceed: no certificate speaks of this budget";
  const { certificate, figure, radius } = able.reduce((best, next) => (next.figure.value > best.figure.value ? next : best));
  const who = spentText(certificate, radius);
  if (isNothing(figure)) return nothingText(who, able);
  const little = figure.value < certificate.clean.value / 2 ? "Next to nothing is proven at this budget: where" : "Where";
  return `${little} ${certificate.id} is deployed, no attacker with ${who} brings accuracy below ${numberText(figure.value)}; without poison that model has ${numberText(certificate.clean.value)}`;
}

function spentText({ unit }: CertificateResult, radius: number): string {
  return unit === "accounts" ? countOf(radius, "account") : `${countOf(radius, "row")} (${unit.replace("-", " ")})`;
}

/** Printed as 0.000: that accuracy is not below 0 needs no proof. */
function isNothing({ value }: Figure): boolean {
  return value < 0.0005;
}

/** Where no certificate keeps anything at the budget: what it was too large for, and the most units at which one still keeps half of the right answers, else any. */
function nothingText(who: string, able: readonly { readonly certificate: CertificateResult }[]): string {
  const reach = ({ certificate }: (typeof able)[number], least: number): number =>
    certificate.curve.reduce((last, { radius, figure }) => (figure !== null && figure.value >= least ? radius : last), 0);
  const halves = able.map((one) => ({ ...one, radius: reach(one, one.certificate.clean.value / 2) }));
  const some = halves.some(({ radius }) => radius > 0) ? halves : able.map((one) => ({ ...one, radius: reach(one, 0.0005) }));
  const { certificate, radius } = some.reduce((best, next) => (next.radius > best.radius ? next : best));
  const figure = figureAt(certificate, radius);
  const ids = [...new Set(able.map((one) => one.certificate.id))].join(", ");
  const proven =
    radius === 0 || figure === null
      ? ""
      : `. The farthest that is: where ${certificate.id} is deployed, ${spentText(certificate, radius)} leave accuracy at ${numberText(figure.value)} or above; without poison that model has ${numberText(certificate.clean.value)}`;
  return `What no attacker with ${who} can exceed: nothing is proven (by ${ids})${proven}`;
}
