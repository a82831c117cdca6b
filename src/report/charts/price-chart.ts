import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type Markup, markup } from "../words/markup.ts";
import { axisDomain, linearScale, niceTicks, tickDigits } from "./scale.ts";
import { legend, marker, px, styleOf, svgFrame, svgLine, svgText, whisker } from "./svg-chart.ts";

export interface PriceChartSpec {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Names of the places along the axis, evenly spaced. */
  readonly places: readonly string[];
  readonly axis: string;
  readonly quantity: string;
  /** One figure a place, null where there is none; the number tells colour, shape and dash. */
  readonly series: readonly { readonly name: string; readonly style: number; readonly figures: readonly (Figure | null)[] }[];
}

/** Lines over a few named places, with 0 marked: above it something is gained or lost. */
export function priceChart(spec: PriceChartSpec, width: number): Markup {
  const isNarrow = width < 500;
  const edge = { left: 58, right: 20, top: 34, plotHeight: isNarrow ? 210 : 260 };
  const bottom = edge.top + edge.plotHeight;
  const right = width - edge.right;
  const figures = spec.series.flatMap((series) => series.figures.filter((figure) => figure !== null));
  const [low, high] = axisDomain(figures, { always: [0], range: [-Infinity, Infinity], leastSpan: 0.02 });
  const y = linearScale(low, high, bottom, edge.top);
  const dodge = 9;
  const inset = dodge * (spec.series.length / 2) + 14;
  const x = linearScale(0, Math.max(1, spec.places.length - 1), edge.left + inset, right - inset);
  const ticks = niceTicks(low, high, 6);
  const digits = tickDigits(ticks);
  const below = legend(
    spec.series.map(({ name, style }) => ({ series: style, name })),
    isNarrow ? 8 : edge.left,
    bottom + 48,
    width - 30,
  );
  const lines = spec.series.map(({ style, figures: own }, s) => {
    const spots = own.flatMap((figure, i) =>
      figure === null ? [] : [{ x: x.at(i) + (s - (spec.series.length - 1) / 2) * dodge, figure }],
    );
    if (spots.length === 0) return markup``;
    return markup`<g class="s${style % 8}">
<path class="line" stroke-dasharray="${styleOf(style).dash}" d="M${spots.map((spot) => `${px(spot.x)} ${px(y.at(spot.figure.value))}`).join("L")}"/>
${spots.map((spot) => whisker(spot.figure.low, spot.figure.high, spot.x, y, "y"))}
${spots.map((spot) => marker(style, spot.x, y.at(spot.figure.value)))}
</g>`;
  });
  return svgFrame({ id: spec.id, width, height: bottom + 48 + below.height, title: spec.title, description: spec.description }, [
    svgText(0, edge.top - 18, "start", "axis-name", spec.quantity),
    ...ticks.map((tick) => svgLine(edge.left, y.at(tick), right, y.at(tick), "grid")),
    ...ticks.map((tick) => svgText(edge.left - 8, y.at(tick) + 4, "end", "tick", tick.toFixed(digits).replace("-", "−"))),
    svgLine(edge.left, y.at(0), right, y.at(0), "clean"),
    svgLine(edge.left, bottom, right, bottom, "axis"),
    ...spec.places.map((_, i) => svgLine(x.at(i), bottom, x.at(i), bottom + 4, "axis")),
    ...spec.places.map((place, i) => svgText(x.at(i), bottom + 18, "middle", "tick", place)),
    svgText((edge.left + right) / 2, bottom + 37, "middle", "axis-name", spec.axis),
    ...lines,
    ...below.content,
  ]);
}
