import type { Certified, CertificateResult } from "../../study/certify/result.ts";
import { figureAt } from "../../study/certify/result.ts";
import { readCount } from "../../study/budgets.ts";
import { askedText, figureText } from "../words/format.ts";
import type { Limit } from "./limits.ts";
import type { Verdict } from "./verdict.ts";

/** What a certificate counts by, of a budget in rows or accounts. */
type BudgetUnit = "rows" | "accounts";

/** The largest radius that a budget buys of a certificate whose unit goes with it; null where it bounds nothing of that kind. Shares are of the rows, or of the accounts where those are counted. */
export function radiusOf(
  budget: Limit["budget"],
  { unit, costs }: Pick<CertificateResult, "unit" | "costs">,
  totals: Certified["totals"],
): number | null {
  if (budget === null) return 0;
  const own: BudgetUnit = unit === "accounts" ? "accounts" : "rows";
  const cost = own === "accounts" ? costs.accounts : costs.insertions;
  if (cost === undefined) return null;
  if (typeof budget === "number") {
    const total = totals[own];
    return total === null ? null : Math.max(1, Math.floor(budget * total)) * cost;
  }
  const count = readCount(budget);
  return count === null || count.unit !== own ? null : count.count * cost;
}

/** Holds limits on certified figures against the best certificate that speaks of such a budget: whoever deploys one ensemble has that one. */
export function judgeCertified(result: Certified, limits: readonly Limit[], strict: boolean): Verdict {
  const judged = limits.map((limit) => judgeOne(result, limit));
  const reasons = judged.map(({ reason }) => reason);
  const outcomes = judged.map(({ outcome }) => outcome);
  if (limits.length === 0)
    return { outcome: "not-judged", reasons: ["no limit was set, so nothing was judged: the figures stand for themselves"] };
  if (outcomes.includes("fail")) return { outcome: "fail", reasons };
  if (outcomes.includes("incomplete")) return { outcome: "incomplete", reasons };
  if (outcomes.includes("inconclusive")) return { outcome: strict ? "fail" : "inconclusive", reasons };
  return { outcome: "pass", reasons };
}

interface Judged {
  readonly outcome: "pass" | "fail" | "inconclusive" | "incomplete";
  readonly reason: string;
}

function judgeOne(result: Certified, limit: Limit): Judged {
  const larger = limit.operator === ">=";
  const able = result.certificates.flatMap((certificate) => {
    const radius = radiusOf(limit.budget, certificate, result.totals);
    if (radius === null || certificate.metric !== limit.metric) return [];
    const figure = figureAt(certificate, radius);
    return [{ id: certificate.id, radius, figure }];
  });
  const known = able.filter((one) => one.figure !== null);
  if (known.length === 0) {
    const why = able.length > 0 ? "no certificate holds at that budget" : `no certificate has a ${limit.metric} for such a budget`;
    return {
      outcome: able.length > 0 ? "fail" : "incomplete",
      reason: `${limit.text} ${able.length > 0 ? "is broken" : "is open"}: ${why}`,
    };
  }
  const best = known.reduce((a, b) => ((larger ? b.figure!.value > a.figure!.value : b.figure!.value < a.figure!.value) ? b : a));
  const figure = best.figure!;
  const holds = (value: number): boolean => (larger ? value >= limit.bound : value <= limit.bound);
  const ends = figure.low === null || figure.high === null ? [holds(figure.value)] : [holds(figure.low), holds(figure.high)];
  const outcome = ends.every((end) => end) ? "pass" : ends.some((end) => end) ? "inconclusive" : "fail";
  const words = { pass: "holds", fail: "is broken", inconclusive: "is open: the interval straddles it" }[outcome];
  const at = limit.budget === null ? "without poison" : `at ${askedText(limit.budget)}`;
  return { outcome, reason: `${limit.text} ${words}: ${best.id} certifies ${figureText(figure)} ${at}` };
}
