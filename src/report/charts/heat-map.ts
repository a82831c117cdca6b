import { type Markup, markup } from "../words/markup.ts";
import { fitText, px, svgFrame, svgText, textWidth } from "./svg-chart.ts";

export interface HeatMapSpec {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Of rows and columns alike, in the order in which they are drawn. */
  readonly names: readonly string[];
  /** By row and column in that order; null = not defined, drawn empty. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** The value that gets the full colour; its negative too, in the colour of what is below 0. */
  readonly full: number;
  /** "leave": the diagonal is of another size and stays blank. */
  readonly diagonal: "draw" | "leave";
  /** Colours by series of the report's palette, of values above 0 and below. */
  readonly colours: { readonly above: number; readonly below: number };
  /** For cells that are wide enough, and the ends of the legend. */
  readonly text: (value: number) => string;
  readonly rowsAre: string;
  readonly columnsAre: string;
  readonly legend: string;
}

/** A cell grows no larger; few tasks make a small map. */
const largestCell = 62;
const strongest = 0.92;

/** A square matrix in colour: its strength is opacity over the page, so that it reads in light, dark and print. */
export function heatMap(spec: HeatMapSpec, width: number): Markup {
  const count = spec.names.length;
  const isNarrow = width < 500;
  const nameWidth = Math.min(isNarrow ? 84 : 170, Math.max(...spec.names.map((name) => textWidth(name)), 20) + 4);
  const cell = Math.min(largestCell, (width - nameWidth - 8) / count);
  const font = Math.max(7.5, Math.min(12, cell - 1));
  const isFlat = spec.names.every((name) => textWidth(name, font) <= cell - 4);
  const top = 24 + (isFlat ? font + 8 : nameWidth + 4);
  const left = nameWidth + 6;
  const size = cell * count;
  // Names that would touch give way, every second, every third.
  const stride = Math.max(1, Math.ceil((font + 0.5) / cell));
  const hasText = cell >= 34;
  const strengthOf = (value: number): number => strongest * Math.min(1, Math.abs(value) / spec.full);

  const squares = spec.cells.flatMap((row, i) =>
    row.flatMap((value, j): Markup[] => {
      if (value === null || (spec.diagonal === "leave" && i === j)) return [];
      const strength = strengthOf(value);
      const [x, y] = [left + j * cell, top + i * cell];
      const series = value < 0 ? spec.colours.below : spec.colours.above;
      const told = `${spec.names[i]}, ${spec.names[j]}: ${spec.text(value)}`;
      const box = markup`<rect class="cell s${series}" x="${px(x + 0.5)}" y="${px(y + 0.5)}" width="${px(cell - 1)}" height="${px(cell - 1)}" fill-opacity="${px(strength)}">${!isNarrow && markup`<title>${told}</title>`}</rect>`;
      const label =
        hasText && svgText(x + cell / 2, y + cell / 2 + 4, "middle", strength > 0.55 ? "on" : "in", fitText(spec.text(value), cell, 11));
      return [markup`${box}${label}`];
    }),
  );
  const blanks = spec.names.flatMap((_, i): Markup[] =>
    spec.diagonal === "leave" || spec.cells[i][i] === null
      ? [
          markup`<rect class="blank" x="${px(left + i * cell + 0.5)}" y="${px(top + i * cell + 0.5)}" width="${px(cell - 1)}" height="${px(cell - 1)}"/>`,
        ]
      : [],
  );
  const names = spec.names.flatMap((name, i): Markup[] => {
    if (i % stride !== 0) return [];
    const middle = (i + 0.5) * cell;
    const shown = fitText(name, nameWidth, font);
    const column = isFlat
      ? text(left + middle, top - 8, "middle", font, shown)
      : markup`<text class="tick" font-size="${px(font)}" text-anchor="start" transform="translate(${px(left + middle + font / 3)} ${px(top - 6)}) rotate(-90)">${shown}</text>`;
    return [text(left - 6, top + middle + font / 3, "end", font, shown), column];
  });
  const key = legendOf(spec, left, top + size + 16, Math.min(220, Math.max(size, 120)));
  return svgFrame({ id: spec.id, width, height: top + size + 16 + key.height, title: spec.title, description: spec.description }, [
    svgText(0, 12, "start", "axis-name", `↓ ${spec.rowsAre}   → ${spec.columnsAre}`),
    ...blanks,
    ...squares,
    ...names,
    ...key.content,
  ]);
}

function text(x: number, y: number, anchor: "start" | "middle" | "end", font: number, shown: string): Markup {
  return markup`<text class="tick" font-size="${px(font)}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${shown}</text>`;
}

function legendOf(spec: HeatMapSpec, left: number, top: number, width: number): { content: Markup[]; height: number } {
  const hasBelow = spec.cells.some((row, i) =>
    row.some((value, j) => value !== null && value < 0 && !(spec.diagonal === "leave" && i === j)),
  );
  const steps = 11;
  const step = width / steps;
  const low = hasBelow ? -1 : 0;
  const patches = Array.from({ length: steps }, (_, k) => {
    const share = low + ((1 - low) * k) / (steps - 1);
    const series = share < 0 ? spec.colours.below : spec.colours.above;
    return markup`<rect class="cell s${series}" x="${px(left + k * step)}" y="${px(top)}" width="${px(step)}" height="10" fill-opacity="${px(strongest * Math.abs(share))}"/>`;
  });
  return {
    content: [
      ...patches,
      svgText(left, top + 26, "start", "tick", spec.text(low * spec.full)),
      svgText(left + width, top + 26, "end", "tick", spec.text(spec.full)),
      svgText(0, top + 44, "start", "tick", spec.legend),
    ],
    height: 52,
  };
}
