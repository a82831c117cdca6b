import { useId, useState } from "preact/hooks";
import type { HeatMap, Table } from "../../src/report/page/document.ts";
import { numberText, typographic } from "../format.ts";
import { TableView } from "./table.tsx";

const steps = 20;
/** Names stand beside the map where they can be read. */
const mostNamed = 40;

/** A matrix in colours: what a cell says is told below the map, for the one pointed at or walked to with the arrow keys. */
export function HeatMapView({ map }: { readonly map: HeatMap }) {
  const { id, title, description, caption, rows, columns, values, decimals = 2, reading, breaks = [] } = map;
  const [at, setAt] = useState<{ readonly row: number; readonly column: number } | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const told = useId();
  const isNamed = Math.max(rows.length, columns.length) <= mostNamed;
  const side = isNamed
    ? Math.max(18, Math.min(36, Math.floor(480 / columns.length)))
    : Math.max(3, Math.min(10, Math.floor(720 / columns.length)));
  const margin = isNamed ? 6.6 * Math.min(24, Math.max(...rows.map((name) => name.length))) + 10 : 4;
  const top = isNamed ? 6.6 * Math.min(24, Math.max(...columns.map((name) => name.length))) + 8 : 4;
  const full = values.flat().reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 1e-12);
  const text = (value: number | null): string => (value === null ? "not known" : numberText(value, "number", decimals));
  const tell = (row: number, column: number): string =>
    `${reading.replace("{row}", () => rows[row]).replace("{column}", () => columns[column])}: ${text(values[row][column])}`;
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt((now) => {
      if (now === null) return { row: 0, column: 0 };
      const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
      return { row: clamp(now.row + step[0], rows.length), column: clamp(now.column + step[1], columns.length) };
    });
  };
  const point = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const frame = event.currentTarget.getBoundingClientRect();
    const scale = (margin + columns.length * side + 2) / frame.width;
    const column = Math.floor(((event.clientX - frame.left) * scale - margin) / side);
    const row = Math.floor(((event.clientY - frame.top) * scale - top) / side);
    setAt(row < 0 || column < 0 || row >= rows.length || column >= columns.length ? null : { row, column });
  };
  const width = margin + columns.length * side + 2;
  const height = top + rows.length * side + 2;
  return (
    <figure id={id} tabIndex={-1}>
      <h3>{typographic(title)}</h3>
      <div
        class="scroll map"
        tabIndex={0}
        role="application"
        aria-label={`${title}. ${description} Arrow keys walk from cell to cell.`}
        aria-describedby={told}
        onKeyDown={move}
      >
        <svg
          class="chart"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          aria-hidden="true"
          onPointerMove={point}
          onPointerLeave={() => setAt(null)}
        >
          {bucketsOf(values, full, side).map(({ bucket, path }) => (
            <path
              key={bucket}
              class={bucket < 0 ? "below" : "above"}
              fill-opacity={Math.abs(bucket) / steps}
              d={path}
              transform={`translate(${margin},${top})`}
            />
          ))}
          <path class="unknown" d={unknownIn(values, side)} transform={`translate(${margin},${top})`} />
          {breaks.map((edge) => (
            <path
              key={edge}
              class="break"
              d={`M${margin} ${top + edge * side}H${width - 2}${rows.length === columns.length ? `M${margin + edge * side} ${top}V${height - 2}` : ""}`}
            />
          ))}
          {isNamed &&
            rows.map((name, i) => (
              <text key={i} x={margin - 6} y={top + (i + 0.5) * side + 4} text-anchor="end">
                {shortened(name)}
              </text>
            ))}
          {isNamed &&
            columns.map((name, i) => (
              <text key={i} transform={`translate(${margin + (i + 0.5) * side + 4},${top - 6}) rotate(-90)`}>
                {shortened(name)}
              </text>
            ))}
          {at !== null && <rect class="cursor" x={margin + at.column * side} y={top + at.row * side} width={side} height={side} />}
        </svg>
      </div>
      <p id={told} class="told" aria-live="polite">
        <bdi>
          {at === null
            ? `From ${text(-full * Number(values.flat().some((value) => (value ?? 0) < 0)))} to ${text(full)}; the deeper the colour, the larger.`
            : tell(at.row, at.column)}
        </bdi>
      </p>
      <figcaption>{typographic(caption)}</figcaption>
      <details class="behind" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          The figures<span class="unseen"> of: {title}</span>
        </summary>
        {isOpen && <TableView table={tableOf(map)} />}
      </details>
    </figure>
  );
}

/** One outline for each depth of colour, however many cells there are. */
function bucketsOf(values: HeatMap["values"], full: number, side: number): { readonly bucket: number; readonly path: string }[] {
  const paths = new Map<number, string>();
  values.forEach((row, i) =>
    row.forEach((value, k) => {
      const bucket = value === null ? 0 : Math.round((value / full) * steps);
      if (bucket !== 0) paths.set(bucket, `${paths.get(bucket) ?? ""}M${k * side} ${i * side}h${side}v${side}h${-side}z`);
    }),
  );
  return [...paths].map(([bucket, path]) => ({ bucket, path }));
}

function unknownIn(values: HeatMap["values"], side: number): string {
  return values
    .flatMap((row, i) => row.flatMap((value, k) => (value === null ? [`M${(k + 0.3) * side} ${(i + 0.5) * side}h${0.4 * side}`] : [])))
    .join("");
}

function tableOf({ id, title, rows, columns, values, decimals = 2 }: HeatMap): Table {
  return {
    kind: "table",
    id: `${id}-figures`,
    caption: title,
    columns: [{ name: "from" }, ...columns.map((name) => ({ name, decimals }))],
    rows: rows.map((name, i) => [name, ...values[i]]),
    shown: 20,
  };
}

function shortened(name: string): string {
  return name.length <= 24 ? name : `${name.slice(0, 23)}…`;
}
