import type { PageContent } from "../page/page.ts";
import type { Markup } from "../words/markup.ts";
import { baselineSection, damageSection } from "./damage-part.ts";
import { certificatesSection } from "./certificates-part.ts";
import { detectionSection, repairSection } from "./defence-part.ts";
import { goalsSection, ladderSection } from "./goals-part.ts";
import { odditiesSection } from "./oddities-part.ts";
import { learnerSection, verdictOfAllSection } from "./learners-part.ts";
import type { ReportInput } from "./report-input.ts";
import { persistenceSection } from "./persistence-part.ts";
import { failureSection, glossarySection, reproduceSection, timeText } from "./reproduce-part.ts";
import { studySection } from "./study-part.ts";
import { adaptiveSection, knowledgeSection } from "./variants-part.ts";
import { transferSection } from "./transfer-part.ts";
import { unnoticedSection } from "./unnoticed-part.ts";
import { verdictSection } from "./verdict-part.ts";
import { countOf } from "../words/words.ts";

/** The page of an audit of a table. Of several learners each has a section. */
export function auditPage(...learners: readonly [ReportInput, ...ReportInput[]]): PageContent {
  const whole = wholeOf(learners);
  const { title, data, run } = whole;
  return {
    kicker: "Theriac audit",
    title,
    size: `${countOf(data.rows, "row")} · ${timeText(run.startedAt)} · run ${run.name}`,
    theriac: run.theriac,
    sections: [
      learners.length === 1 ? verdictSection(whole) : verdictOfAllSection(learners),
      studySection(whole, learners),
      odditiesSection(whole.notes),
      ...(learners.length === 1 ? partsOf(whole) : learners.map((input) => learnerSection(input, partsOf(input)))),
      certificatesSection(whole.summary.certified),
      failureSection(whole),
      reproduceSection(whole),
      glossarySection(whole),
    ],
    keeps: "The page holds no row of the data, and loads nothing.",
  };
}

/** What is said of one learner. */
function partsOf(input: ReportInput): (Markup | "" | null)[] {
  return [
    baselineSection(input),
    damageSection(input),
    goalsSection(input),
    ladderSection(input),
    transferSection(input),
    knowledgeSection(input),
    unnoticedSection(input),
    detectionSection(input),
    repairSection(input),
    adaptiveSection(input),
    persistenceSection(input),
  ];
}

/** What is said of the run as a whole: with the trials of all learners. */
function wholeOf(inputs: readonly [ReportInput, ...ReportInput[]]): ReportInput {
  const failures = inputs.flatMap(({ learner, summary }) =>
    summary.failures.map((failure) => (inputs.length === 1 ? failure : { ...failure, error: `${learner}: ${failure.error}` })),
  );
  const [first, ...others] = inputs;
  const whole = others.reduce(
    ({ summary, findings, ...rest }, next) => ({
      ...rest,
      summary: {
        ...summary,
        entries: [...summary.entries, ...next.summary.entries],
      },
      findings: {
        ...findings,
        plannedTrials: findings.plannedTrials + next.findings.plannedTrials,
        recordedTrials: findings.recordedTrials + next.findings.recordedTrials,
      },
    }),
    first,
  );
  return { ...whole, summary: { ...whole.summary, failures } };
}
