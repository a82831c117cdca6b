import type { Quantity } from "../../core/metric.ts";

/** What a search asks how much poison brings it about: a figure of the attacked model at least, or at most, so large. */
export interface UntilGoal {
  /** A metric, what an attack does to it, or what only a targeted attack or a backdoor has. */
  readonly metric: string;
  readonly operator: ">=" | "<=";
  readonly bound: number;
}

/** What a study asks, and over how many seeds that is searched. */
export type UntilAsked = UntilGoal & { readonly seeds: number };

type Metrics = Readonly<Record<string, number>>;

/** The figure of an attacked model that a goal is about; undefined where these metrics do not tell it. */
export function figureOf(
  { metric }: Pick<UntilGoal, "metric">,
  attacked: Metrics,
  clean: Metrics,
  quantities: readonly Quantity[],
): number | undefined {
  if (attacked[metric] !== undefined) return attacked[metric];
  const quantity = quantities.find(({ damage }) => damage?.id === metric);
  if (quantity?.damage === null || quantity?.damage === undefined) return undefined;
  const [before, after] = [clean[quantity.id], attacked[quantity.id]];
  if (before === undefined || after === undefined) return undefined;
  return { drop: before - after, rise: after - before, ratio: after / before }[quantity.damage.as];
}

/** The figure where nothing was attacked: what poison starts from. */
export function figureWithout({ metric }: Pick<UntilGoal, "metric">, clean: Metrics, quantities: readonly Quantity[]): number {
  const quantity = quantities.find(({ id, damage }) => id === metric || damage?.id === metric);
  if (quantity?.id === metric && clean[metric] !== undefined) return clean[metric];
  return quantity?.damage?.as === "ratio" ? 1 : 0;
}

/** Turned so that more is nearer to the goal. */
export function turned({ operator }: Pick<UntilGoal, "operator">, value: number): number {
  return operator === ">=" ? value : -value;
}
