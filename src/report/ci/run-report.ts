import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { harmsOf } from "../compare/run-changes.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { LimitOutcome } from "../judging/limit-outcomes.ts";
import type { Verdict } from "../judging/verdict.ts";
import { worstOfAll } from "../judging/worst.ts";
import { figureText } from "../words/format.ts";
import { metricWord } from "../words/words.ts";
import type { CiFinding, CiLevel, CiLocation, CiReport, CiRule } from "./ci-report.ts";

/** What a report of a run is made of. */
export interface RunForCi {
  readonly learners: readonly (LearnerFindings & { readonly limits: readonly LimitOutcome[] })[];
  readonly verdict: Verdict;
  readonly failures: Summary["failures"];
  readonly missingTrials: number;
  /** The data that were studied. */
  readonly place: CiLocation;
  /** A digest of a text. */
  digest(text: string): string;
}

const rules: readonly CiRule[] = [
  { id: "limit-broken", title: "A limit is broken", help: "What the strongest attack found does to the model is beyond the limit." },
  { id: "limit-open", title: "A limit is open", help: "The interval of the figure straddles the limit: more seeds or rows would tell." },
  { id: "trial-failed", title: "A trial failed or is missing", help: "What it would have shown is in no figure." },
  { id: "attack-damage", title: "An attack does damage", help: "Damage to the model without repair that is told from none." },
];

/** Broken limits and what is missing first, then open limits, then damage that is told from none. */
export function runReport(
  { learners, verdict, failures, missingTrials, place, digest }: RunForCi,
  about: Pick<CiReport, "title" | "version" | "properties">,
): CiReport {
  const finding = (rule: string, level: CiLevel, message: string, key: string): CiFinding => ({
    ...{ rule, level, message, locations: [place] },
    fingerprint: digest(JSON.stringify([rule, key])).slice(0, 16),
  });
  const isOne = learners.length === 1;
  const limits = learners.flatMap(({ learner, limits: own }) =>
    own.map((limit) => ({ ...limit, key: `${learner} ${limit.text}`, reason: isOne ? limit.reason : `${learner}: ${limit.reason}` })),
  );
  const worst = worstOfAll(learners);
  return {
    ...about,
    isWhole: failures.length === 0 && missingTrials === 0,
    rules,
    findings: [
      ...limits.filter(({ outcome }) => outcome === "fail").map(({ reason, key }) => finding("limit-broken", "error", reason, key)),
      ...failures.map(({ id, attack, error }) =>
        finding("trial-failed", "error", `trial ${id} (${attack ?? "baseline"}) failed: ${error}`, id),
      ),
      ...(missingTrials > 0 ? [finding("trial-failed", "error", `${missingTrials} planned trials are missing`, "missing")] : []),
      ...limits.filter(({ outcome }) => outcome === "inconclusive").map(({ reason, key }) => finding("limit-open", "warning", reason, key)),
      ...learners
        .flatMap(({ learner, summary }) => harmsOf(summary, learner, learner))
        .map(({ id, sentence }) => finding("attack-damage", "note", sentence, id)),
    ],
    summary: [
      `Verdict: ${verdict.outcome}`,
      ...verdict.reasons,
      ...(worst === null ? [] : [isOne ? worst.sentence : `${worst.learner}: ${worst.sentence}`]),
      ...learners.flatMap(({ learner, summary }) => cleanOf(summary, isOne ? "Without poison" : `${learner} without poison`)),
    ],
    unseen: ["What no attack of this run does is not shown by it: it is no bound on other attacks."],
  };
}

function cleanOf(summary: Summary, who: string): string[] {
  const entry = summary.entries.find(
    ({ attack, repair, metric }) => attack === null && repair === noRepair && metric === summary.primaryMetric,
  );
  return entry === undefined ? [] : [`${who}: ${metricWord(summary.primaryMetric)} ${figureText(entry.figure)}`];
}
