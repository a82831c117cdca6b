import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Axis, Cell, Chart, Column, Table } from "../../src/report/page/document.ts";
import { numberText, typographic } from "../format.ts";
import { useKept } from "../route.ts";
import { drawDots, drawLines } from "./draw.ts";
import { TableView } from "./table.tsx";
import { symbolPath } from "./symbols.ts";

/** As many series share a picture; more are small multiples. */
const mostTogether = 6;
const panelsAtFirst = 10;

/** A chart with its legend, and the table behind it. */
export function ChartView({ chart }: { readonly chart: Chart }) {
  const { id, title, caption, series } = chart;
  const [all, setAll] = useKept(`${id}.all`);
  const isSplit = chart.shape === "lines" && series.filter(({ look }) => look !== "bound").length > mostTogether;
  const panels = isSplit ? (all === "" ? series.slice(0, panelsAtFirst) : series) : [];
  return (
    <figure id={id} tabIndex={-1}>
      <h3>{typographic(title)}</h3>
      {isSplit ? (
        <div class="panels">
          {panels.map((one) => (
            <div key={one.name} class="panel">
              <p>{one.name}</p>
              <Drawing chart={{ ...chart, title: `${title}: ${one.name}`, description: describe(chart, [one]) }} only={one.name} />
            </div>
          ))}
        </div>
      ) : (
        <>
          {series.length > 1 && <Legend chart={chart} />}
          <Drawing chart={chart} />
        </>
      )}
      {panels.length > 0 && panels.length < series.length && (
        <button type="button" class="all" onClick={() => setAll("1")}>
          Show the other {series.length - panels.length}
        </button>
      )}
      <figcaption>{typographic(caption)}</figcaption>
      <Behind chart={chart} />
    </figure>
  );
}

function Legend({ chart: { series, shape } }: { readonly chart: Chart }) {
  return (
    <ul class="legend">
      {series.map(({ name, look }, i) => (
        <li key={name} class={`s${i % mostTogether}`}>
          <svg width="28" height="12" aria-hidden="true">
            {shape === "lines" && <path class={look === "bound" ? "line bound" : "line"} d="M0 6H28" />}
            {look !== "bound" && <path class="mark" d={symbolPath(i)} transform="translate(14,6)" />}
          </svg>
          {typographic(name)}
        </li>
      ))}
    </ul>
  );
}

/** The picture as wide as its place, drawn anew when that changes. */
function Drawing({ chart, only }: { readonly chart: Chart; readonly only?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => requestAnimationFrame(() => setWidth(Math.floor(entry.contentRect.width))));
    if (box.current !== null) watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width === 0 || box.current === null) return;
    const svg = chart.shape === "dots" ? drawDots(chart, width) : drawLines(chart, width, only);
    svg.setAttribute("role", "img");
    svg.setAttribute(
      "aria-label",
      `${chart.title}. ${
        only === undefined
          ? chart.description
          : describe(
              chart,
              chart.series.filter(({ name }) => name === only),
            )
      }`,
    );
    box.current.replaceChildren(svg);
  }, [chart, width, only]);
  return <div ref={box} class="drawing" />;
}

function describe({ x, y }: Chart, series: Chart["series"]): string {
  return series
    .map(
      ({ name, points }) =>
        `${name}: ${points
          .slice(0, 12)
          .map((point) => `${numberText(point.figure.value, y.unit)} at ${placeName(x, point.x)}`)
          .join(", ")}.`,
    )
    .join(" ");
}

function placeName(axis: Axis, at: number): string {
  return axis.places?.[at] ?? axis.ticks?.find((tick) => tick.at === at)?.name ?? numberText(at, axis.unit);
}

function Behind({ chart }: { readonly chart: Chart }) {
  const [isOpen, setIsOpen] = useState(false);
  const table = useMemo(() => (isOpen ? tableOf(chart) : null), [chart, isOpen]);
  return (
    <details class="behind" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        The figures<span class="unseen"> of: {chart.title}</span>
      </summary>
      {table !== null && <TableView table={table} />}
    </details>
  );
}

/** Places or numbers down, series across. */
function tableOf({ id, title, shape, x, y, series }: Chart): Table {
  const [along, across] = shape === "dots" ? [y, x] : [x, y];
  const ats = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  if (along.places === undefined) ats.sort((a, b) => a - b);
  const byAt = series.map(({ points }) => new Map(points.map((point) => [point.x, point.figure])));
  const columns: Column[] = [
    { name: along.name === "" ? " " : along.name },
    ...series.map(({ name }) => ({ name, ...(across.unit === undefined ? {} : { unit: across.unit }) })),
  ];
  const rows = ats.map((at): Cell[] => [placeName(along, at), ...byAt.map((figures) => figures.get(at) ?? null)]);
  return { kind: "table", id: `${id}-figures`, caption: title, columns, rows, shown: 25 };
}
