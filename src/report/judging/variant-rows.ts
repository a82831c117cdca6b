import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type Knowledge, knowledges } from "../../core/threat.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";

/** What an attack achieves with one kind of knowledge, without repair. */
export interface KnowledgeRow {
  readonly attack: string;
  readonly knowledge: Knowledge;
  readonly metric: string;
  readonly cells: readonly { readonly budgetFraction: number; readonly figure: Figure }[];
}

/** What each step of ignorance costs the attacker: attacks that were tried with more than one kind of knowledge, the most knowing first. */
export function knowledgeRows(summary: Summary): KnowledgeRow[] {
  const { entries, variants } = summary;
  const tried = new Set(variants.flatMap(({ attack, adaptive }) => (attack === null || adaptive === true ? [] : [attack])));
  const shown = [...entries, ...variants].filter(
    (entry) => entry.repair === noRepair && entry.adaptive !== true && entry.metric === goalMetric(summary, entry),
  );
  return [...tried].flatMap((attack) =>
    knowledges.flatMap((knowledge): KnowledgeRow[] => {
      const own = shown.filter((entry) => entry.attack === attack && entry.knowledge === knowledge);
      return own.length === 0 ? [] : [{ attack, knowledge, metric: own[0].metric, cells: own }];
    }),
  );
}

/** A repair against an attack as it is, and against the same attack planned around it. */
export interface AdaptiveRow {
  readonly attack: string;
  readonly repair: string;
  readonly metric: string;
  readonly budgetFraction: number;
  readonly plain: Figure | null;
  readonly adaptive: Figure;
}

export function adaptiveRows(summary: Summary): AdaptiveRow[] {
  return summary.variants.flatMap((entry): AdaptiveRow[] => {
    const { attack, repair, metric, budgetFraction } = entry;
    if (entry.adaptive !== true || attack === null || metric !== goalMetric(summary, entry)) return [];
    const plain = summary.entries.find(
      (other) => other.attack === attack && other.repair === repair && other.metric === metric && other.budgetFraction === budgetFraction,
    );
    return [{ attack, repair, metric, budgetFraction, plain: plain?.figure ?? null, adaptive: entry.figure }];
  });
}

/** What an attack is judged by: damage, the success of a backdoor, or the rise of a target's error. */
function goalMetric(summary: Summary, { goal }: SummaryEntry): string {
  return goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : summary.damageMetric;
}
