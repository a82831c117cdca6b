import type { Figure } from "../../numeric/statistics/intervals.ts";

/** Maps [low, high] of the data to [from, to] in pixels. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

export function linearScale(low: number, high: number, from: number, to: number): Scale {
  return { low, high, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

export function logScale(low: number, high: number, from: number, to: number): Scale {
  return { low, high, at: (value) => from + (Math.log(value / low) / Math.log(high / low)) * (to - from) };
}

/** Multiples of 1, 2 or 5 times a power of ten within [low, high], about `count` of them. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const step = niceStep(low, high, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The nice step that divides the stretch into the number of parts nearest to `count`. */
function niceStep(low: number, high: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10((high - low) / count));
  const misfit = (step: number): number => Math.abs(Math.log((high - low) / step / count));
  return [2, 5, 10].map((factor) => factor * power).reduce((best, step) => (misfit(step) < misfit(best) ? step : best), power);
}

/** Digits after the point that tell these ticks apart. */
export function tickDigits(ticks: readonly number[]): number {
  if (ticks.length < 2) return 2;
  return Math.max(0, -Math.floor(Math.log10(ticks[1] - ticks[0]) + 1e-9));
}

/**
 * The stretch of an axis: all values and, unless they would squeeze the values together, all intervals; and a little air.
 *
 * @param always values that must be seen besides the figures, such as that of the clean model
 * @param range what the quantity can be at all
 * @param leastSpan so that noise does not fill the chart
 */
export function axisDomain(
  figures: readonly Figure[],
  {
    always,
    range,
    leastSpan,
  }: { readonly always: readonly number[]; readonly range: readonly [number, number]; readonly leastSpan: number },
): readonly [number, number] {
  const values = [...always, ...figures.map(({ value }) => value)];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(most - least, leastSpan);
  const low = Math.max(Math.min(least, ...figures.map((figure) => figure.low ?? figure.value)), least - span);
  const high = Math.min(Math.max(most, ...figures.map((figure) => figure.high ?? figure.value)), most + span);
  const air = Math.max(0, leastSpan - (high - low)) / 2 + 0.05 * Math.max(high - low, leastSpan);
  return [Math.max(range[0], low - air), Math.min(range[1], high + air)];
}

/**
 * Moves positions as little as possible until neighbours are `gap` apart, within [low, high] if they fit there; in the order given. Positions that
 * are too near form a block around their mean, which grows until it touches no other.
 */
export function spreadApart(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  const blocks: { members: number[]; start: number }[] = [];
  const startOf = (members: readonly number[]): number => {
    const mean = members.reduce((sum, i) => sum + positions[i], 0) / members.length;
    const length = gap * (members.length - 1);
    return Math.max(low, Math.min(mean - length / 2, high - length));
  };
  for (const i of order) {
    let members = [i];
    let last = blocks[blocks.length - 1];
    while (last !== undefined && last.start + gap * last.members.length > startOf(members)) {
      members = [...last.members, ...members];
      blocks.pop();
      last = blocks[blocks.length - 1];
    }
    blocks.push({ members, start: startOf(members) });
  }
  const placed = positions.slice();
  for (const { members, start } of blocks) members.forEach((i, k) => (placed[i] = start + gap * k));
  return placed;
}
