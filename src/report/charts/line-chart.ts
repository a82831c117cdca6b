import type { Figure } from "../../numeric/statistics/intervals.ts";
import { percentText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import { type Scale, axisDomain, linearScale, logScale, niceTicks, spreadApart, tickDigits } from "./scale.ts";
import { fitText, legend, marker, px, styleOf, svgFrame, svgLine, svgText, textWidth, whisker } from "./svg-chart.ts";

export interface LineSeries {
  readonly name: string;
  readonly points: readonly { readonly budgetFraction: number; readonly figure: Figure; readonly isStrongest: boolean }[];
}

export interface LineChartSpec {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly series: readonly LineSeries[];
  /** What stands beside the vertical axis. */
  readonly quantity: string;
  readonly tickText: (value: number, digits: number) => string;
  /** What stands below the horizontal axis; by default that budgets are shares of the training rows. */
  readonly budgetWords?: string;
  /** What a budget is called below the axis; by default its share. */
  readonly budgetName?: (fraction: number) => string;
  /** Of the clean model; also where every line starts at budget 0. */
  readonly clean: number;
  readonly range: readonly [number, number];
  readonly leastSpan: number;
}

/** What is left by budget, a line for each attack. Narrow charts have a legend below instead of names at the ends of the lines. */
export function lineChart(spec: LineChartSpec, width: number): Markup {
  const isNarrow = width < 500;
  const nameWidth = Math.min(170, Math.max(...spec.series.map(({ name }) => textWidth(name)), textWidth("clean model")) + 30);
  const edge = { left: 58, right: isNarrow ? 16 : nameWidth, top: 34, plotHeight: isNarrow ? 230 : 300 };
  const bottom = edge.top + edge.plotHeight;
  const right = width - edge.right;

  const budgets = [...new Set(spec.series.flatMap(({ points }) => points.map((point) => point.budgetFraction)))].sort((a, b) => a - b);
  const isLog = budgets[budgets.length - 1] / budgets[0] > 12;
  const dodge = Math.min(7, (isNarrow ? 14 : 24) / Math.max(1, spec.series.length - 1));
  const reach = (dodge * (spec.series.length - 1)) / 2 + 10;
  const x = isLog
    ? logScale(budgets[0], budgets[budgets.length - 1], edge.left + reach + 8, right - reach)
    : linearScale(0, budgets[budgets.length - 1], edge.left + 12, right - reach);
  const figures = spec.series.flatMap(({ points }) => points.map(({ figure }) => figure));
  const [low, high] = axisDomain(figures, { always: [spec.clean], range: spec.range, leastSpan: spec.leastSpan });
  const y = linearScale(low, high, bottom, edge.top);

  const keys = isNarrow
    ? [...spec.series.map(({ name }, series) => ({ series, name })), { series: "clean", name: "clean model" } as const]
    : [];
  const hasStrongest = spec.series.some(({ points }) => points.some(({ isStrongest }) => isStrongest));
  const below = legend(
    [...keys, ...(hasStrongest ? [{ series: "ring", name: "strongest attack at its budget" } as const] : [])],
    isNarrow ? 8 : edge.left,
    bottom + 48,
    width - 30,
  );
  return svgFrame({ id: spec.id, width, height: bottom + 48 + below.height, title: spec.title, description: spec.description }, [
    ...axes(spec, x, y, budgets, isLog, { left: edge.left, right, top: edge.top, bottom }),
    svgLine(edge.left, y.at(spec.clean), right, y.at(spec.clean), "clean"),
    ...spec.series.map((series, i) => drawSeries(series, i, spec, x, y, (i - (spec.series.length - 1) / 2) * dodge, isLog)),
    ...(isNarrow ? [] : endLabels(spec, y, right, width, edge.top, bottom)),
    ...below.content,
  ]);
}

function axes(
  spec: LineChartSpec,
  x: Scale,
  y: Scale,
  budgets: readonly number[],
  isLog: boolean,
  { left, right, top, bottom }: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): Markup[] {
  const ticks = niceTicks(y.low, y.high, 6);
  const digits = tickDigits(ticks);
  const marks = isLog ? budgets : [0, ...budgets];
  const nameOf = spec.budgetName ?? percentText;
  // From the largest down, so that it keeps its name where names would meet.
  let free = Infinity;
  const names = [...marks].reverse().flatMap((budget) => {
    const half = textWidth(nameOf(budget)) / 2;
    const at = x.at(budget);
    if (at + half > free) return [];
    free = at - half - 6;
    return [svgText(at, bottom + 18, "middle", "tick", nameOf(budget))];
  });
  return [
    svgText(0, top - 18, "start", "axis-name", spec.quantity),
    ...ticks.map((tick) => svgLine(left, y.at(tick), right, y.at(tick), "grid")),
    ...ticks.map((tick) => svgText(left - 8, y.at(tick) + 4, "end", "tick", spec.tickText(tick, digits))),
    ...marks.map((budget) => svgLine(x.at(budget), bottom, x.at(budget), bottom + 4, "axis")),
    svgLine(left, bottom, right, bottom, "axis"),
    ...names,
    svgText(
      (left + right) / 2,
      bottom + 37,
      "middle",
      "axis-name",
      `${spec.budgetWords ?? "poisoned share of the training rows"}${isLog ? " (logarithmic)" : ""}`,
    ),
  ];
}

function drawSeries({ points }: LineSeries, index: number, spec: LineChartSpec, x: Scale, y: Scale, shift: number, isLog: boolean): Markup {
  const spots = points.map(({ budgetFraction, figure, isStrongest }) => ({ x: x.at(budgetFraction) + shift, figure, isStrongest }));
  const start = isLog ? [] : [`${px(x.at(0))} ${px(y.at(spec.clean))}`];
  const path = [...start, ...spots.map((spot) => `${px(spot.x)} ${px(y.at(spot.figure.value))}`)].join("L");
  return markup`<g class="s${index % 8}">
<path class="line" stroke-dasharray="${styleOf(index).dash}" d="M${path}"/>
${spots.map(({ x: at, figure }) => whisker(figure.low, figure.high, at, y, "y"))}
${spots.map(({ x: at, figure, isStrongest }) => marker(index, at, y.at(figure.value), isStrongest))}
</g>`;
}

/** The name of every line at its end, with a thread to it where it had to move. */
function endLabels(spec: LineChartSpec, y: Scale, right: number, width: number, top: number, bottom: number): Markup[] {
  const named = [
    ...spec.series.map(({ name, points }, series) => ({ name, series, value: points[points.length - 1].figure.value })),
    { name: "clean model", series: null, value: spec.clean },
  ];
  const at = spreadApart(
    named.map(({ value }) => y.at(value)),
    16,
    top,
    bottom,
  );
  return named.map(({ name, series, value }, i) => {
    const thread = svgLine(right + 2, y.at(value), right + 14, at[i], "thread");
    const label = svgText(
      right + 18,
      at[i] + 4,
      "start",
      series === null ? "label clean-name" : "label name",
      fitText(name, width - right - 18),
    );
    return markup`<g class="${series === null ? "of-clean" : `s${series % 8}`}">${thread}${label}</g>`;
  });
}
