import { attackerSentences } from "../judging/attacker-sentence.ts";
import { opened, section, within } from "../page/blocks.ts";
import type { PageDocument, Section } from "../page/document.ts";
import { countOf } from "../words/words.ts";
import { answerBlocks, answerOfAllSection, answerSection } from "./answer.ts";
import { askedSection, odditiesSection } from "./asked.ts";
import { adaptiveSection, goalsSection, knowledgeSection, ladderSection, persistenceSection, unnoticedSection } from "./attackers.ts";
import { certainSection } from "./certain.ts";
import { baselineSection, damageSection } from "./damage.ts";
import { detectionSection, repairSection } from "./defence.ts";
import { failureSection, glossarySection, reproduceSection, runFacts, timeText } from "./ending.ts";
import type { ReportInput } from "./report-input.ts";

/** The page of an audit of a table, with its trials where they are given. Of several learners each has a section. */
export function auditPage(learners: readonly [ReportInput, ...ReportInput[]], trials: Section | null = null): PageDocument {
  const whole = wholeOf(learners);
  const { title, data, run } = whole;
  const isOne = learners.length === 1;
  const sections = [
    isOne ? answerSection(whole) : answerOfAllSection(learners),
    ...(isOne
      ? partsOf(whole)
      : learners.map((input) =>
          section(
            `learner-${input.learner}`,
            `Learner ${input.learner}`,
            attackerSentences(input.summary, input.findings)[0] ?? "",
            ...within([opened(section("answer", "What was found", "", ...answerBlocks(input))), ...partsOf(input)], input.learner),
          ),
        )),
    ...(isOne ? [] : [certainSection(whole.summary.certified)]),
    odditiesSection(whole.notes),
    askedSection(whole, learners),
    trials,
    failureSection(whole),
    reproduceSection(run.command, run.commandNotes, runFacts(whole)),
    glossarySection(whole),
  ];
  return {
    kind: "audit-table",
    kicker: "Theriac audit",
    title,
    size: `${countOf(data.rows, "row")} · ${timeText(run.startedAt)} · run ${run.name}`,
    theriac: run.theriac,
    sections: sections.filter((part) => part !== null),
    keeps: "The page holds no row of the data, and loads nothing.",
  };
}

/** What is said of one learner. */
function partsOf(input: ReportInput): Section[] {
  return [
    damageSection(input),
    certainSection(input.summary.certified),
    goalsSection(input),
    ladderSection(input),
    knowledgeSection(input),
    unnoticedSection(input),
    detectionSection(input),
    repairSection(input),
    adaptiveSection(input),
    persistenceSection(input),
    baselineSection(input),
  ].filter((part) => part !== null);
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
      summary: { ...summary, entries: [...summary.entries, ...next.summary.entries] },
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
