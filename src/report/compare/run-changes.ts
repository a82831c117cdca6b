import { type ComparedFigure, type ComparedRecords, type NotCompared, nameOf } from "../../study/compare/compare-records.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { LimitOutcome } from "../judging/limit-outcomes.ts";
import { effectOf } from "../words/interval-words.ts";
import { figureText } from "../words/format.ts";

/** Something that is wrong by what a run shows. */
export interface RunFinding {
  /** The same in every run that has it. */
  readonly id: string;
  readonly sentence: string;
  /** The figure that it rests on, as `figureKey` names it; null where it rests on none. */
  readonly figure: string | null;
}

export interface ChangedFinding extends Omit<RunFinding, "figure"> {
  /** What keeps it from being called new or fixed, or why it is called so, where that is not plain. */
  readonly note?: string;
}

/** A setting in which two runs differ that may be held against each other all the same. */
export interface DifferingSetting {
  readonly setting: string;
  readonly before: string;
  readonly after: string;
}

/** Two runs held against each other. */
export interface RunChanges {
  readonly outcome: "changed" | "no-change-told" | "nothing-compared";
  readonly findings: {
    readonly new: readonly ChangedFinding[];
    readonly fixed: readonly ChangedFinding[];
    readonly unchanged: readonly ChangedFinding[];
  };
  readonly changed: readonly ComparedFigure[];
  readonly unchanged: readonly ComparedFigure[];
  readonly notCompared: readonly NotCompared[];
  readonly differs: readonly DifferingSetting[];
  /** Figures that were asked whether they changed; the rest are of the same trials with the same values. */
  readonly asked: number;
  /** Why either run is not whole, a sentence each. */
  readonly incomplete: readonly string[];
}

/** What a run found of one of its learners, with how its limits fared. */
export interface FindingsOfRun extends LearnerFindings {
  /** By which learner of the other run it is known. */
  readonly pairedAs: string;
  readonly limits: readonly LimitOutcome[];
}

/** A finding is new or fixed only where the figure that it rests on is told to have changed, or where one of the runs could not have had it. */
export function runChanges(
  before: readonly FindingsOfRun[],
  after: readonly FindingsOfRun[],
  { figures, asked, notCompared }: ComparedRecords,
  about: Pick<RunChanges, "differs" | "incomplete">,
): RunChanges {
  const changed = figures.filter(({ change }) => change === "worse" || change === "better");
  const known = new Map(figures.map((figure) => [figureKey(figure.learner, figure), figure]));
  const [old, now] = [before, after].map((run) => new Map(run.flatMap(findingsOf).map((finding) => [finding.id, finding])));
  const isTold = ({ figure }: RunFinding): boolean | null => {
    if (figure === null) return true;
    const found = known.get(figure);
    return found === undefined ? null : found.change === "worse" || found.change === "better";
  };
  const sorted = { new: [] as ChangedFinding[], fixed: [] as ChangedFinding[], unchanged: [] as ChangedFinding[] };
  for (const [id, finding] of now) {
    const { sentence } = finding;
    const told = isTold(finding);
    if (old.has(id)) sorted.unchanged.push({ id, sentence });
    else if (told === false)
      sorted.unchanged.push({ id, sentence, note: "before it was not told; that its figure has changed is not told either" });
    else sorted.new.push({ id, sentence, ...(told === null ? { note: "the run before has no such figure" } : {}) });
  }
  for (const [id, finding] of old) {
    if (now.has(id)) continue;
    const { sentence } = finding;
    const told = isTold(finding);
    if (told === true) sorted.fixed.push({ id, sentence });
    else
      sorted.unchanged.push({
        ...{ id, sentence },
        note:
          told === null
            ? "the run after has no such figure, so it may stand"
            : "it is no longer told; that its figure has changed is not told either",
      });
  }
  const outcome = figures.length === 0 ? "nothing-compared" : changed.length > 0 ? "changed" : "no-change-told";
  return {
    ...{ outcome, findings: sorted, changed, unchanged: figures.filter((figure) => !changed.includes(figure)), notCompared },
    ...{ ...about, asked },
  };
}

/** What is wrong by a run: limits that it breaks, and damage of attacks without repair that is told from none. */
function findingsOf({ learner, pairedAs, summary, limits }: FindingsOfRun): RunFinding[] {
  const broken = limits
    .filter(({ outcome }) => outcome === "fail")
    .map(({ text, reason }) => ({ id: JSON.stringify(["limit", pairedAs, text]), sentence: `${learner}: ${reason}`, figure: null }));
  return [...broken, ...harmsOf(summary, learner, pairedAs)];
}

/** Damage of attacks without repair that is told from none. @param pairedAs by which name the learner is known in another run */
export function harmsOf(summary: Summary, learner: string, pairedAs: string): RunFinding[] {
  return summary.entries.flatMap((entry): RunFinding[] => {
    const { attack, goal, metric, figure, repair, budgetFraction } = entry;
    if (attack === null || repair !== noRepair) return [];
    const isOwn =
      goal === "backdoor"
        ? metric === "attackSuccessRate"
        : goal === "targeted"
          ? metric === "targetErrorRise"
          : metric === summary.damageMetric;
    if (!isOwn || !isTold(summary, entry)) return [];
    const primary = goal === "backdoor" || goal === "targeted" ? metric : summary.primaryMetric;
    return [
      {
        id: JSON.stringify(["harm", pairedAs, attack, entry.knowledge, budgetFraction, metric]),
        sentence: `${nameOf({ ...entry, learner })}: ${metric} ${figureText(figure)}`,
        figure: figureKey(pairedAs, { ...entry, metric: primary }),
      },
    ];
  });
}

function isTold(summary: Summary, { attack, goal, metric, figure, budgetFraction }: Summary["entries"][number]): boolean {
  if (goal !== "backdoor") return effectOf(metric, figure) === "damage";
  const without = summary.entries.find(
    (other) =>
      other.attack === attack && other.budgetFraction === budgetFraction && other.repair === noRepair && other.metric === "untriggeredRate",
  )?.figure;
  return figure.low !== null && figure.low > (without?.high ?? without?.value ?? 0);
}

function figureKey(
  learner: string,
  {
    attack,
    knowledge,
    adaptive,
    budgetFraction,
    repair,
    metric,
  }: Pick<ComparedFigure, "attack" | "knowledge" | "adaptive" | "budgetFraction" | "repair" | "metric">,
): string {
  return JSON.stringify([learner, attack, knowledge, adaptive === true, budgetFraction, repair, metric]);
}
