import { basename, resolve } from "node:path";
import { catalog } from "../../catalog.ts";
import type { MethodInfo } from "../../core/method.ts";
import type { LearnerFindings } from "../../report/judging/learner-findings.ts";
import type { FindingsContext } from "../../report/judging/findings.ts";
import { limitOutcomes } from "../../report/judging/limit-outcomes.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { redactNote, redactQuotes } from "../../report/words/redact.ts";
import type { ReportInput, ReportMethod } from "../../report/audit/report-input.ts";
import { poisonExample } from "../../report/audit/poison-example.ts";
import { worstOf } from "../../report/judging/worst.ts";
import { renderFindings } from "../../report/audit/audit-text.ts";
import { type NextContext, nextSteps } from "../../report/judging/next-steps.ts";
import { auditPage } from "../../report/audit/page.ts";
import type { PageDocument } from "../../report/page/document.ts";
import type { Summary } from "../../study/summary.ts";
import type { TrialRecord } from "../../study/record.ts";
import { noRepair } from "../../study/record.ts";
import { auditCommand } from "../config/audit-command.ts";
import { commandText } from "../config/command-line.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import type { Judgement } from "../runs/judge-run.ts";
import { tableKind } from "../../study/kinds/table.ts";
import { hasPoison, readPoison } from "../runs/run-folder.ts";
import { tableSchemas } from "./table-run.ts";
import { missingTrials } from "../runs/run-plan.ts";
import type { JudgedRun } from "./audit-kind.ts";
import { trialsOf } from "./run-trials.ts";
import type { Manifest } from "../runs/manifest.ts";
import { missingAmongNumbers, missingWords } from "../read/missing.ts";

export function tablePageOf(run: JudgedRun<Manifest>): PageDocument {
  const [first, ...others] = reportInputsOf(run);
  const names = knownNames(run.manifest);
  const trials = trialsOf(run, {
    metrics: [first.summary.primaryMetric],
    command: first.run.command,
    tell: (error) => redactQuotes(error, names),
  });
  return auditPage([first, ...others], trials);
}

/** Columns and classes, which a page may name. */
function knownNames({ data }: Manifest): string[] {
  return [...data.roles.labels, ...data.roles.features, ...(data.target.kind === "classes" ? data.target.names : [])];
}

/** What a terminal shows of a run without its tables. */
export async function tableFindingsOf({ path, manifest, records, judged }: JudgedRun<Manifest>): Promise<string> {
  const isOne = judged.learners.length === 1;
  const examples = await Promise.all(
    judged.learners.map(({ learner, summary }) => worstExampleOf({ path, manifest, records }, learner, summary)),
  );
  const told = judged.learners.map(({ learner, summary }, i) => {
    const own = isOne ? records : records.filter((record) => record.learner === learner);
    return {
      learner,
      summary,
      findings: findingsContextOf(manifest, own, isOne ? undefined : learner),
      example: examples[i],
      next: nextSteps(summary, nextContextOf(manifest)),
    };
  });
  return renderFindings(told, judged.verdict, commandText(["theriac", "check", path, "--tables"]));
}

/** The trigger and a row of the poison that the worst finding is of, from the first seed that has it; none where it is gone or has no rows. */
export async function worstExampleOf(
  { path, manifest, records }: Pick<JudgedRun<Manifest>, "path" | "manifest" | "records">,
  learner: string,
  summary: Summary,
): Promise<string[]> {
  const worst = worstOf(summary);
  const record = records.find(
    (one) =>
      one.status === "ok" &&
      one.learner === learner &&
      one.attack === worst?.attack &&
      one.budgetFraction === worst.budgetFraction &&
      one.repair === noRepair &&
      one.adaptive !== true &&
      one.arrival === undefined &&
      one.until === undefined &&
      one.unnoticed === undefined,
  );
  if (worst === null || record === undefined || !hasPoison(path, manifest, record.id)) return [];
  return poisonExample(await readPoison(path, manifest, { schemas: tableSchemas }, record.id), worst.attack);
}

function nextContextOf({ study, data, limits }: Manifest): NextContext {
  return {
    limits: limits.length,
    detectors: study.detectors.length,
    repairs: study.repairs.length,
    hasSources: data.roles.source !== null,
    hasVerified: study.trustedFraction !== undefined,
  };
}

/** Failures whose quotes of cells are left out. */
export function tableFailuresOf(run: JudgedRun<Manifest>): Summary["failures"] {
  return reportInputsOf(run).flatMap(({ summary }) => summary.failures);
}

function reportInputsOf({ path, manifest, records, judged }: JudgedRun<Manifest>): ReportInput[] {
  return judged.learners.map((learner) => reportInputOf(path, manifest, records, judged, learner));
}

/** What a report of a run says of one learner, without a row, an account or a task by name. */
function reportInputOf(
  path: string,
  manifest: Manifest,
  all: readonly TrialRecord[],
  judged: Judgement,
  { learner, summary }: LearnerFindings,
): ReportInput {
  const records = judged.learners.length === 1 ? all : all.filter((record) => record.learner === learner);
  const { data, study } = manifest;
  const { command, notes } = auditCommand(manifest);
  const clean = records.find(({ status, attack, repair }) => status === "ok" && attack === null && repair === noRepair);
  const names = knownNames(manifest);
  const params = records.flatMap(({ status, learnerParams }) => (status === "ok" ? [stringifyExactly(learnerParams)] : []));
  const limits = manifest.limits.map((text) => parseLimit(text));
  return {
    title: basename(manifest.read.data),
    run: {
      name: basename(resolve(path)),
      status: manifest.status,
      startedAt: manifest.startedAt,
      finishedAt: manifest.finishedAt,
      theriac: manifest.theriac,
      node: manifest.node,
      platform: manifest.platform,
      git: manifest.git,
      command,
      commandNotes: notes,
    },
    data: {
      files: data.files.map(({ path, bytes, rows, sha256 }) => ({ name: basename(path), bytes, rows, sha256 })),
      rows: data.rows,
      examples: data.examples,
      labels: data.roles.labels,
      classes: data.target.kind === "classes" ? data.target.names.map((name, k) => ({ name, share: data.classShares[k] })) : [],
      features: data.roles.features,
      taskColumn: data.roles.task,
      tasks: data.tasks ?? null,
      sourceColumn: data.roles.source,
      sources: data.sources ?? null,
    },
    notes: notesOf(manifest, names),
    study,
    learner,
    methods: methodsOf(manifest, judged),
    learnerParams: [...new Set(params)].map((text) => JSON.parse(text) as unknown),
    summary: {
      ...summary,
      failures: summary.failures.map((failure) => ({ ...failure, error: redactQuotes(failure.error, names) })),
    },
    outcome: judged.verdict.outcome,
    limits: limitOutcomes(summary, limits, manifest.strict),
    strict: manifest.strict,
    findings: findingsContextOf(manifest, records, judged.learners.length === 1 ? undefined : learner),
    split: clean === undefined ? null : { trainingRows: clean.trainingRows, testRows: clean.testRows },
  };
}

/** Columns and classes are named, whatever else is quoted may be a cell. */
function notesOf({ notes = [], data, read, identity }: Manifest, names: readonly string[]): ReportInput["notes"] {
  const { dialect } = identity as { readonly dialect?: { readonly columns?: readonly string[] } };
  const known = [...names, ...(dialect?.columns ?? []), ...missingWords, ...missingAmongNumbers];
  const paths = [...data.files.map(({ path }) => path), read.data].sort((a, b) => b.length - a.length);
  return notes.map(({ level, text }) => ({ level, text: redactNote(text, known, paths) }));
}

/** What `findingsOf` must know of a run, or of one learner of several, besides the summary. */
export function findingsContextOf(manifest: Manifest, records: readonly TrialRecord[], learner?: string): FindingsContext {
  const { study } = manifest;
  const clean = records.find(({ status, attack, repair }) => status === "ok" && attack === null && repair === noRepair);
  return {
    trainingRows: study.attackTasks === null ? (clean?.trainingRows ?? null) : null,
    hasAttackTasks: study.attackTasks !== null,
    budgets: study.budgets.flatMap((budgetFraction) => {
      // Upstream the same share is one of other rows.
      const record = records.find(
        ({ attack, access, budgetFraction: own }) => attack !== null && access !== "upstream" && own === budgetFraction,
      );
      return record === undefined ? [] : [{ budgetFraction, rows: record.budgetRows }];
    }),
    flagFraction: study.flagFraction,
    plannedTrials:
      learner === undefined ? manifest.plannedTrials : records.length + missingTrials(manifest, { study: tableKind }, records, learner),
    recordedTrials: records.length,
  };
}

function methodsOf({ study }: Manifest, { learners }: Judgement): ReportMethod[] {
  const detectors = [...study.detectors, ...study.repairs.flatMap(({ detector }) => (detector === null ? [] : [detector]))];
  const pick = (kind: ReportMethod["kind"], methods: readonly MethodInfo[], ids: readonly string[]): ReportMethod[] =>
    methods
      .filter(({ id }) => ids.includes(id))
      .map(({ id, title, summary: text, source }) => ({ kind, id, title, summary: text, cite: source.cite, url: source.url }));
  const idsOf = (chosen: readonly { readonly id: string }[]): string[] => chosen.map(({ id }) => id);
  return [
    ...pick("learner", catalog.learners, idsOf(study.learners ?? [study.learner])),
    ...pick("attack", catalog.attacks, idsOf(study.attacks)),
    ...pick("detector", catalog.detectors, idsOf(detectors)),
    ...pick("repair", catalog.repairs, idsOf(study.repairs)),
    ...pick(
      "metric",
      catalog.metrics,
      learners.flatMap(({ summary }) => Object.keys(summary.baseline)),
    ),
  ];
}
