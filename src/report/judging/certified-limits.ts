import type { Certified, CertificateResult } from "../../study/certify/result.ts";
import { figureAt } from "../../study/certify/result.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import type { TargetKind } from "../../core/method.ts";
import { readCount } from "../../study/budgets.ts";
import { askedText, figureText } from "../words/format.ts";
import type { Limit } from "./limits.ts";

/** What a certificate counts by, of a budget in rows or accounts. */
type BudgetUnit = "rows" | "accounts";

/** The largest radius that a budget buys of a certificate whose unit goes with it; null where it bounds nothing of that kind. Rows are rows that are added, and shares are of the rows, of ratings of the accounts. */
export function radiusOf(
  budget: Limit["budget"],
  { unit, costs, metric }: Pick<CertificateResult, "unit" | "costs" | "metric">,
  totals: Certified["totals"],
): number | null {
  if (budget === null) return 0;
  const own: BudgetUnit = unit === "accounts" ? "accounts" : "rows";
  // Of a table a share is one of rows: accounts are asked for by their number.
  if (own === "accounts" && typeof budget === "number" && metric !== "certifiedPrecision") return null;
  const cost = own === "accounts" ? costs.accounts : costs.insertions;
  if (cost === undefined) return null;
  if (typeof budget === "number") {
    const total = totals[own];
    return total === null ? null : Math.max(1, Math.floor(budget * total + 1e-9)) * cost;
  }
  const count = readCount(budget);
  return count === null || count.unit !== own ? null : count.count * cost;
}

export interface JudgedCertified {
  /** `missing`: nothing that was certified speaks of such a budget. */
  readonly outcome: "pass" | "fail" | "inconclusive" | "missing";
  readonly reason: string;
}

/** @throws UsageError on a limit on what is proven that no certificate of such data can speak of, or that says nothing the way it is turned */
export function checkCertifiedLimit({ text, metric, operator }: Limit, known: readonly string[]): void {
  if (!known.includes(metric))
    throw new UsageError(
      `--limit "${text}": ${known.length === 0 ? "nothing is certified here" : `no certificate has "${metric}"${didYouMean(metric, known)} here; there are: ${known.join(", ")}`}`,
    );
  const wanted = metric === "certifiedRmse" || metric === "certifiedLoss" ? "<=" : ">=";
  if (operator !== wanted)
    throw new UsageError(
      `--limit "${text}": a bound on ${metric} is one from ${wanted === ">=" ? "below" : "above"}, so the rule needs ${wanted}`,
    );
}

/** The metrics that certificates of such labels can have. */
export function certifiedMetrics(kind: TargetKind): string[] {
  return kind === "real" ? ["certifiedRmse"] : ["certifiedAccuracy", "certifiedLoss"];
}

/** Whether a limit is on what is proven, not on what attacks do. */
export function isOnCertified({ metric }: Pick<Limit, "metric">): boolean {
  return metric.startsWith("certified");
}

/** Holds a limit against the best certificate that speaks of such a budget: whoever deploys one ensemble has that one. */
export function judgeCertified(result: Pick<Certified, "certificates" | "totals">, limit: Limit): JudgedCertified {
  const larger = limit.operator === ">=";
  const able = result.certificates.flatMap((certificate) => {
    const radius = radiusOf(limit.budget, certificate, result.totals);
    if (radius === null || certificate.metric !== limit.metric) return [];
    const figure = figureAt(certificate, radius);
    return [{ id: certificate.id, unit: certificate.unit, confidence: certificate.confidence, radius, figure }];
  });
  const known = able.filter((one) => one.figure !== null);
  if (known.length === 0) {
    const why = able.length > 0 ? "no certificate holds at that budget" : `no certificate has a ${limit.metric} for such a budget`;
    return {
      outcome: able.length > 0 ? "fail" : "missing",
      reason: `${limit.text} ${able.length > 0 ? "is broken" : "is open"}: ${why}`,
    };
  }
  const best = known.reduce((a, b) => ((larger ? b.figure!.value > a.figure!.value : b.figure!.value < a.figure!.value) ? b : a));
  const figure = best.figure!;
  const holds = (value: number): boolean => (larger ? value >= limit.bound : value <= limit.bound);
  const ends = figure.low === null || figure.high === null ? [holds(figure.value)] : [holds(figure.low), holds(figure.high)];
  const outcome = ends.every((end) => end) ? "pass" : ends.some((end) => end) ? "inconclusive" : "fail";
  const words = { pass: "holds", fail: "is broken", inconclusive: "is open: the interval straddles it" }[outcome];
  const unit = best.unit === "accounts" ? "added or taken over" : "added";
  const at = limit.budget === null ? "without poison" : `at ${askedText(limit.budget)} ${unit} (radius ${best.radius})`;
  const sure = best.confidence === null ? "" : `, with confidence ${best.confidence}`;
  return { outcome, reason: `${limit.text} ${words}: ${best.id} certifies ${figureText(figure)} ${at}${sure}` };
}
