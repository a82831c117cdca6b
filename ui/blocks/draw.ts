import * as Plot from "@observablehq/plot";
import type { Figure } from "../../src/numeric/statistics/intervals.ts";
import type { Axis, Chart, Series } from "../../src/report/page/document.ts";
import { intervalText, numberText } from "../format.ts";
import { symbolOf } from "./symbols.ts";

interface Spot {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly title: string;
  readonly isMarked: boolean;
}

/** Figures up, x across; with `only` that series alone, the others faint behind it. */
export function drawLines(chart: Chart, width: number, only?: string): SVGElement {
  const { x, y, series, reference, shape } = chart;
  const isPanel = only !== undefined;
  const at = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const shown = series.map((one, i) => ({ one, i })).filter(({ one }) => only === undefined || one.name === only);
  const dodge = isPanel || shape === "scatter" ? 0 : Math.min(9, 40 / Math.max(1, shown.length - 1));
  const marks = shown.flatMap(({ one, i }, k): Plot.Markish[] => {
    const spots = spotsOf(one, chart);
    const colour = isPanel ? "var(--c0)" : `var(--c${i % 6})`;
    const dx = (k - (shown.length - 1) / 2) * dodge;
    if (one.look === "bound")
      return [Plot.line(spots, { x: "x", y: "value", stroke: colour, strokeWidth: 1.75, strokeDasharray: "2 3", curve: "linear", dx })];
    return [
      ...(shape === "lines" ? [Plot.line(spots, { x: "x", y: "value", stroke: colour, strokeWidth: 1.75, dx })] : []),
      Plot.ruleX(spots, { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.25, strokeOpacity: 0.7, clip: true, dx }),
      Plot.dot(spots, { x: "x", y: "value", fill: colour, stroke: "var(--paper)", symbol: symbolOf(isPanel ? 0 : i), dx }),
      Plot.dot(
        spots.filter(({ isMarked }) => isMarked),
        { x: "x", y: "value", stroke: "var(--ink)", r: 7.5, dx },
      ),
    ];
  });
  const behind = !isPanel
    ? []
    : series
        .filter(({ name }) => name !== only)
        .map((one) => Plot.line(spotsOf(one, chart), { x: "x", y: "value", stroke: "var(--rule)", strokeWidth: 1 }));
  return plain(
    Plot.plot({
      width,
      height: isPanel ? 150 : width < 500 ? 280 : 340,
      marginLeft: 52,
      marginRight: isPanel ? 14 : 24,
      marginBottom: isPanel ? 26 : 44,
      marginTop: isPanel ? 10 : 28,
      x: { ...xScale(x, at), label: isPanel ? null : x.name, labelAnchor: "center", labelArrow: "none", inset: isPanel ? 10 : 26 },
      y: {
        domain: domainOf(y, series, reference?.value),
        label: isPanel ? null : y.name,
        labelArrow: "none",
        ticks: isPanel ? 4 : 6,
        tickFormat: (value: number) => tickText(value, y),
        grid: true,
      },
      marks: [
        ...behind,
        ...(reference === undefined ? [] : [Plot.ruleY([reference.value], { stroke: "var(--ink)", strokeDasharray: "5 4" })]),
        ...(reference === undefined || isPanel
          ? []
          : [
              Plot.text([reference.name], {
                y: [reference.value],
                frameAnchor: "right",
                dy: -7,
                fill: "var(--ink)",
                stroke: "var(--paper)",
                strokeWidth: 4,
                fontStyle: "italic",
              }),
            ]),
        ...marks,
        Plot.tip(
          shown.flatMap(({ one }) => spotsOf(one, chart)),
          Plot.pointer({ x: "x", y: "value", title: "title", fill: "var(--paper)", stroke: "var(--soft)" }),
        ),
      ],
    }),
  );
}

/** Places down, figures across. */
export function drawDots(chart: Chart, width: number): SVGElement {
  const { x, y, series, reference } = chart;
  const places = y.places ?? [];
  const isNarrow = width < 620;
  const longest = Math.max(0, ...places.map((place) => place.length));
  const marginLeft = isNarrow ? 12 : Math.min(260, Math.max(70, longest * 6.6 + 16));
  const gap = Math.min(11, 60 / Math.max(1, series.length));
  const step = gap * series.length + (isNarrow ? 26 : 14);
  const marks = series.flatMap((one, i): Plot.Markish[] => {
    const spots = spotsOf(one, chart);
    const dy = (i - (series.length - 1) / 2) * gap + (isNarrow ? 7 : 0);
    const colour = `var(--c${i % 6})`;
    return [
      Plot.ruleY(spots, { y: "x", x1: "low", x2: "high", stroke: colour, strokeWidth: 1.25, strokeOpacity: 0.7, clip: true, dy }),
      Plot.dot(spots, { y: "x", x: "value", fill: colour, stroke: "var(--paper)", symbol: symbolOf(i), dy }),
      Plot.dot(
        spots.filter(({ isMarked }) => isMarked),
        { y: "x", x: "value", stroke: "var(--ink)", r: 7.5, dy },
      ),
    ];
  });
  return plain(
    Plot.plot({
      width,
      height: 58 + step * places.length,
      marginLeft,
      marginRight: 24,
      marginTop: 16,
      marginBottom: 42,
      x: {
        domain: domainOf(x, series, reference?.value),
        label: x.name,
        labelAnchor: "center",
        labelArrow: "none",
        ticks: isNarrow ? 4 : 7,
        tickFormat: (value: number) => tickText(value, x),
        grid: true,
      },
      y: { domain: [-0.5, places.length - 0.5], reverse: true, axis: null },
      marks: [
        Plot.ruleY(
          places.slice(1).map((_, i) => i + 0.5),
          { stroke: "var(--rule)", strokeDasharray: "1 4" },
        ),
        ...(reference === undefined ? [] : [Plot.ruleX([reference.value], { stroke: "var(--ink)", strokeDasharray: "5 4" })]),
        Plot.text(places, {
          y: (_: string, i: number) => i,
          frameAnchor: "left",
          textAnchor: isNarrow ? "start" : "end",
          dx: isNarrow ? 0 : -12,
          dy: isNarrow ? -step / 2 + 10 : 0,
          fill: "var(--ink)",
        }),
        ...marks,
        Plot.tip(
          series.flatMap((one) => spotsOf(one, chart)),
          Plot.pointer({ y: "x", x: "value", title: "title", fill: "var(--paper)", stroke: "var(--soft)" }),
        ),
      ],
    }),
  );
}

function spotsOf({ name, points, look }: Series, { x, y, shape }: Chart): Spot[] {
  const [along, across] = shape === "dots" ? [y, x] : [x, y];
  return points.map(({ x: at, figure, note, isMarked = false }) => {
    const place = along.places?.[at] ?? along.ticks?.find((tick) => tick.at === at)?.name ?? numberText(at, along.unit);
    const told = [numberText(figure.value, across.unit), intervalText(figure, across.unit)].join(" ").trim();
    const title = [name, place, `${told}${look === "bound" ? " (proven)" : ""}`, ...(note === undefined ? [] : [note])].join("\n");
    return { x: at, value: figure.value, low: figure.low ?? figure.value, high: figure.high ?? figure.value, title, isMarked };
  });
}

function xScale({ places, ticks, isLog, unit }: Axis, at: readonly number[]): Plot.ScaleOptions {
  const nameOf = (value: number): string => places?.[value] ?? ticks?.find((tick) => tick.at === value)?.name ?? numberText(value, unit);
  const named = places !== undefined ? places.map((_, i) => i) : ticks?.map((tick) => tick.at);
  return {
    ...(isLog === true && at[0] > 0 ? { type: "log" as const } : {}),
    ...(named === undefined ? {} : { ticks: named }),
    ...(places === undefined ? {} : { domain: [0, Math.max(1, places.length - 1)] }),
    tickFormat: nameOf,
  };
}

function tickText(value: number, { unit }: Axis): string {
  return unit === "share" || unit === "count" ? numberText(value, unit) : String(Number(value.toPrecision(6))).replace("-", "−");
}

/** All values and, unless they would squeeze the values together, all intervals; and a little air. */
function domainOf({ range, leastSpan = 0.02 }: Axis, series: readonly Series[], reference: number | undefined): [number, number] {
  const figures: Figure[] = series.flatMap(({ points }) => points.map(({ figure }) => figure));
  const values = [...figures.map(({ value }) => value), ...(reference === undefined ? [] : [reference])].filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  const least = Math.min(...values);
  const most = Math.max(...values);
  const span = Math.max(most - least, leastSpan);
  const low = Math.max(Math.min(least, ...figures.map((figure) => figure.low ?? figure.value)), least - span);
  const high = Math.min(Math.max(most, ...figures.map((figure) => figure.high ?? figure.value)), most + span);
  const air = Math.max(0, leastSpan - (high - low)) / 2 + 0.05 * Math.max(high - low, leastSpan);
  return [Math.max(range?.[0] ?? -Infinity, low - air), Math.min(range?.[1] ?? Infinity, high + air)];
}

/** Without the style that Plot puts in: the policy of the page takes none but its own. */
function plain(drawn: SVGElement | HTMLElement): SVGElement {
  const svg = drawn instanceof SVGElement ? drawn : drawn.querySelector("svg")!;
  svg.querySelectorAll("style").forEach((style) => style.remove());
  // The picture as a whole has a name; names of its parts are of no use to anybody.
  svg.querySelectorAll("[aria-label], [aria-description]").forEach((part) => {
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-description");
  });
  svg.setAttribute("class", "chart");
  return svg;
}
