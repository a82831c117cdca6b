import type { Quantity } from "../core/metric.ts";
import type { Figure } from "../numeric/statistics/intervals.ts";
import { type TrialRecord, noRepair } from "./record.ts";
import type { StrongestAttack } from "./strongest.ts";

/** How much of one class is found on test rows, by the clean model and under the strongest attack at each budget. */
export interface RecallEntry {
  readonly class: string;
  readonly clean: Figure;
  readonly attacked: readonly {
    readonly budgetFraction: number;
    readonly attack: string;
    readonly figure: Figure;
    /** Clean − attacked, paired over seeds. */
    readonly drop: Figure;
  }[];
}

/** A figure over seeds of trials of one kind. */
interface FigureOf {
  readonly attack: string | null;
  readonly budgetFraction: number;
  readonly metric: string;
  readonly figure: Figure;
}

/**
 * Recalls of the classes that the clean model could be asked for, from undefended trials; empty where none is recorded.
 *
 * @param classes their names, in the order of the records
 * @param figuresOf figures and damages of these quantities over seeds
 */
export function summariseRecalls(
  records: readonly TrialRecord[],
  strongest: readonly StrongestAttack[],
  classes: readonly string[],
  figuresOf: (records: readonly TrialRecord[], quantities: readonly Quantity[]) => readonly FigureOf[],
): RecallEntry[] {
  const told = records.filter(
    ({ recalls, repair, attack, budgetFraction }) =>
      recalls?.length === classes.length &&
      repair === noRepair &&
      (attack === null || strongest.some((found) => found.attack === attack && found.budgetFraction === budgetFraction)),
  );
  const figures = figuresOf(told.map(withRecallsAsMetrics), classes.map(recallQuantity));
  return classes.flatMap((name, k) => {
    const { id, damage } = recallQuantity(name, k);
    const of = (metric: string | undefined, attack: string | null, budgetFraction: number): Figure | undefined =>
      figures.find((one) => one.metric === metric && one.attack === attack && one.budgetFraction === budgetFraction)?.figure;
    const clean = of(id, null, 0);
    if (clean === undefined) return [];
    const attacked = strongest.flatMap(({ attack, budgetFraction }) => {
      const [figure, drop] = [of(id, attack, budgetFraction), of(damage?.id, attack, budgetFraction)];
      return figure === undefined || drop === undefined ? [] : [{ budgetFraction, attack, figure, drop }];
    });
    return [{ class: name, clean, attacked }];
  });
}

/** No rate of all test rows, whose interval would know them all. */
function recallQuantity(_: string, k: number): Quantity {
  return { id: `recall ${k}`, better: "higher", damage: { id: `recallDrop ${k}`, as: "drop" }, range: [0, 1], isRate: false };
}

function withRecallsAsMetrics(record: TrialRecord): TrialRecord {
  const found = (record.recalls ?? []).flatMap(({ rows, recall }, k) => (recall === null ? [] : [{ id: `recall ${k}`, rows, recall }]));
  return {
    ...record,
    metrics: Object.fromEntries(found.map(({ id, recall }) => [id, recall])),
    shareRows: Object.fromEntries(found.map(({ id, rows }) => [id, rows])),
  };
}
