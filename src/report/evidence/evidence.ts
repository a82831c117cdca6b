import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { Access, Goal, Knowledge } from "../../core/threat.ts";
import type { Summary } from "../../study/summary.ts";
import { type TrialRecord, noRepair } from "../../study/record.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { LimitOutcome } from "../judging/limit-outcomes.ts";
import type { Verdict } from "../judging/verdict.ts";
import { certifiedJson } from "../judging/certified-json.ts";
import { type Standard, type StandardId, idsOfRun, standards, standardsDate } from "./threat-standards.ts";

/** A root over all rows in their order, by which one row can be shown to be among them; null where the rows could not be read again. */
export interface RowsRoot {
  readonly algorithm: "sha256-rfc6962";
  readonly root: string;
  readonly rows: number;
}

/** Who decided what of a finding, and when. */
export interface Decision {
  readonly decision: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a finished run is evidence of: our predicate of an in-toto statement. */
export interface Evidence {
  readonly schema: 1;
  readonly kind: "theriac-evidence";
  readonly madeAt: string;
  readonly tool: Readonly<Record<string, unknown>>;
  readonly run: {
    readonly name: string;
    readonly kind: string;
    readonly status: string;
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly plannedTrials: number;
    readonly recordedTrials: number;
    readonly failedTrials: number;
    readonly records: { readonly count: number; readonly sha256: string } | null;
  };
  readonly verdict: Verdict;
  readonly limits: readonly (LimitOutcome & { readonly learner: string })[];
  readonly scope: Readonly<Record<string, unknown>>;
  readonly threats: readonly Threat[];
  /** `read` says how the rows were read, which the root over them depends on. */
  readonly data: {
    readonly read: Readonly<Record<string, unknown>>;
    readonly files: readonly { readonly name: string; readonly bytes: number; readonly rows: number; readonly sha256: string }[];
    readonly rowsRoot: RowsRoot | null;
    readonly rowsRootWhyNot?: string;
  };
  readonly ran: Readonly<Record<"learners" | "attacks" | "detectors" | "repairs" | "certificates", readonly string[]>>;
  readonly notRun: readonly { readonly what: string; readonly why: string }[];
  readonly figures: readonly EvidenceFigure[];
  readonly intervalsOf: Summary["intervalsOf"];
  readonly certificates: readonly unknown[];
  readonly decisions: readonly Decision[];
  readonly standards: { readonly date: string; readonly versions: readonly Standard[]; readonly ids: readonly StandardId[] };
  readonly reproduce: { readonly command: string; readonly notes: readonly string[] };
}

/** An attack as it was tried, in absolute counts. */
export interface Threat {
  readonly learner: string;
  readonly attack: string;
  readonly access: Access | null;
  readonly goal: Goal | null;
  readonly knowledge: Knowledge | null;
  readonly budgetFraction: number;
  /** The most over seeds, and of how many clean rows or accounts. */
  readonly budgetRows: number;
  readonly touchedRows: number;
  /** Of the clean trial of the first of these seeds; null where there is none. */
  readonly trainingRows: number | null;
  readonly testRows: number;
  readonly seeds: number;
}

export interface EvidenceFigure {
  readonly learner: string;
  readonly attack: string | null;
  readonly knowledge: Knowledge | null;
  /** Whether the attacker knew the repair and worked around it. */
  readonly adaptive: boolean;
  readonly budgetFraction: number;
  readonly repair: string;
  readonly metric: string;
  readonly figure: Figure;
  readonly seeds: number;
}

/** What is known of a run before its evidence is put together. */
export interface EvidenceInput extends Pick<
  Evidence,
  "madeAt" | "tool" | "run" | "scope" | "data" | "ran" | "notRun" | "decisions" | "reproduce"
> {
  readonly learners: readonly (LearnerFindings & { readonly limits: readonly LimitOutcome[] })[];
  readonly verdict: Verdict;
  readonly records: readonly TrialRecord[];
}

export function makeEvidence({ learners, verdict, records, notRun, ...rest }: EvidenceInput): Evidence {
  const threats = threatsOf(records);
  const [{ summary }] = learners;
  const certified = summary.certified === undefined ? null : certifiedJson(summary.certified);
  const notCertified = (certified?.notRun ?? []) as readonly {
    readonly certificate?: string;
    readonly id?: string;
    readonly why: string;
  }[];
  return {
    schema: 1,
    kind: "theriac-evidence",
    ...rest,
    verdict,
    limits: learners.flatMap(({ learner, limits }) => limits.map((limit) => ({ learner, ...limit }))),
    threats,
    notRun: [
      ...notRun,
      ...notCertified.map((one) => ({ what: `certificate ${one.certificate ?? one.id ?? ""}`.trim(), why: one.why })),
      ...learners.flatMap(({ summary: { failures } }) =>
        failures.map(({ id, attack, error }) => ({ what: `trial ${id} (${attack ?? "baseline"})`, why: `it failed: ${error}` })),
      ),
    ],
    figures: learners.flatMap(({ summary: { entries, variants } }) =>
      [...entries, ...variants].map(({ learner, attack, knowledge, adaptive, budgetFraction, repair, metric, figure, seeds }) => ({
        learner,
        attack,
        knowledge,
        adaptive: adaptive === true,
        budgetFraction,
        repair,
        metric,
        figure,
        seeds,
      })),
    ),
    intervalsOf: summary.intervalsOf,
    certificates: (certified?.certificates ?? []) as readonly unknown[],
    standards: { date: standardsDate, versions: standards, ids: idsOfRun(threats) },
  };
}

function threatsOf(records: readonly TrialRecord[]): Threat[] {
  const found = new Map<string, { first: TrialRecord; seeds: Set<number>; budgetRows: number; touchedRows: number }>();
  for (const record of records) {
    if (record.status !== "ok" || record.attack === null || record.until !== undefined || record.unnoticed !== undefined) continue;
    const key = JSON.stringify([record.learner, record.attack, record.knowledge, record.adaptive, record.budgetFraction]);
    const known = found.get(key) ?? { first: record, seeds: new Set<number>(), budgetRows: 0, touchedRows: 0 };
    known.seeds.add(record.seed);
    known.budgetRows = Math.max(known.budgetRows, record.budgetRows);
    known.touchedRows = Math.max(known.touchedRows, record.touchedRows);
    found.set(key, known);
  }
  // An attack that adds rows is trained on these too.
  const cleanRows = ({ learner, seed }: TrialRecord): number | null =>
    records.find(
      (record) =>
        record.status === "ok" &&
        record.learner === learner &&
        record.seed === seed &&
        record.attack === null &&
        record.repair === noRepair &&
        record.until === undefined &&
        record.unnoticed === undefined,
    )?.trainingRows ?? null;
  return Array.from(found.values(), ({ first, seeds, budgetRows, touchedRows }) => ({
    ...{ learner: first.learner, attack: first.attack!, access: first.access, goal: first.goal, knowledge: first.knowledge },
    ...{ budgetFraction: first.budgetFraction, budgetRows, touchedRows, trainingRows: cleanRows(first), testRows: first.testRows },
    seeds: seeds.size,
  }));
}
