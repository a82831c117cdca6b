import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type Markup, markup } from "../words/markup.ts";
import { linearScale, niceTicks, tickDigits } from "./scale.ts";
import { fitText, legend, marker, svgFrame, svgLine, svgText, textWidth, whisker } from "./svg-chart.ts";

export interface DotGroup {
  readonly name: string;
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly name: string;
  /** One for each series; null where there is none. */
  readonly figures: readonly (Figure | null)[];
}

export interface DotChartSpec {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly series: readonly string[];
  readonly groups: readonly DotGroup[];
  readonly quantity: string;
  readonly tickText: (value: number, digits: number) => string;
  readonly domain: readonly [number, number];
  /** A line to compare with, such as "no damage". */
  readonly reference: { readonly value: number; readonly name: string };
}

/** One row for each attack in groups by budget, one mark for each series. In narrow charts the names stand above their rows. */
export function dotChart(spec: DotChartSpec, width: number): Markup {
  const isNarrow = width < 500;
  const names = spec.groups.flatMap(({ rows }) => rows.map(({ name }) => name));
  const left = isNarrow ? 14 : Math.min(200, Math.max(...names.map((name) => textWidth(name))) + 26);
  const right = width - 22;
  const x = linearScale(spec.domain[0], spec.domain[1], left, right);
  const named = spec.series.length > 1 ? spec.series.map((name, series) => ({ series, name })) : [];
  const keys = legend(named, 0, 0, width - 10);

  const rowHeight = Math.max(20, 12 * spec.series.length + 8);
  const nameHeight = isNarrow ? 15 : 0;
  const plotTop = keys.height + 32;
  const rows: Markup[] = [];
  const reference = x.at(spec.reference.value);
  let y = plotTop;
  for (const group of spec.groups) {
    y += 10;
    rows.push(svgText(0, y + 10, "start", "group", group.name));
    y += 20;
    for (const row of group.rows) {
      rows.push(
        isNarrow
          ? svgText(8, y + 11, "start", "label", fitText(row.name, width - 16))
          : svgText(left - 12, y + rowHeight / 2 + 4, "end", "label", fitText(row.name, left - 14)),
      );
      y += nameHeight;
      rows.push(svgLine(left, y + rowHeight / 2, right, y + rowHeight / 2, "row"));
      // In narrow charts only beside the marks, so that it does not run through the names.
      if (isNarrow) rows.push(svgLine(reference, y + 1, reference, y + rowHeight, "clean"));
      row.figures.forEach((figure, series) => {
        if (figure === null) return;
        const at = y + rowHeight / 2 + (series - (row.figures.length - 1) / 2) * 12;
        const inside = Math.min(Math.max(figure.value, x.low), x.high);
        rows.push(markup`<g class="s${series % 8}">${whisker(figure.low, figure.high, at, x, "x")}${marker(series, x.at(inside), at)}</g>`);
      });
      y += rowHeight;
    }
  }
  const bottom = y + 6;

  const ticks = niceTicks(x.low, x.high, isNarrow ? 4 : 6);
  const digits = tickDigits(ticks);
  const beside = reference > (left + right) / 2 ? "end" : "start";
  return svgFrame({ id: spec.id, width, height: bottom + 46, title: spec.title, description: spec.description }, [
    ...keys.content,
    ...ticks.map((tick) => svgLine(x.at(tick), plotTop, x.at(tick), bottom, "grid")),
    svgLine(reference, plotTop - 8, reference, isNarrow ? plotTop : bottom, "clean"),
    svgText(reference + (beside === "end" ? 4 : -4), plotTop - 14, beside, "label clean-name", spec.reference.name),
    ...rows,
    svgLine(left, bottom, right, bottom, "axis"),
    ...ticks.map((tick) => tickName(x.at(tick), bottom + 17, spec.tickText(tick, digits), width)),
    svgText(isNarrow ? width / 2 : (left + right) / 2, bottom + 37, "middle", "axis-name", spec.quantity),
  ]);
}

/** Below its tick, or a little aside where it would stick out of the chart. */
function tickName(x: number, y: number, text: string, width: number): Markup {
  const half = textWidth(text) / 2;
  return svgText(Math.min(Math.max(x, half), width - half), y, "middle", "tick", text);
}
