import type { Figure } from "../../numeric/statistics/intervals.ts";
import { figureText } from "../words/format.ts";
import { type Markup, type Slot, markup } from "../words/markup.ts";

export interface ReportTable {
  /** Unique on the page. */
  readonly id: string;
  readonly caption: Slot;
  readonly head: readonly Slot[];
  readonly groups: readonly {
    /** A line above the rows of the group; null = none. */
    readonly name: string | null;
    readonly rows: readonly { readonly head: Slot; readonly cells: readonly Slot[] }[];
  }[];
}

/** In a box of its own, which scrolls where the screen is narrower than the table; a short one stays on one page in print. */
export function reportTable({ id, caption, head, groups }: ReportTable): Markup {
  const rowCount = groups.reduce((sum, { name, rows }) => sum + rows.length + Number(name !== null), 0);
  return markup`<div class="scroll${rowCount <= 18 && " short"}" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table id="${id}">
<caption id="${id}-caption"><span>${caption}</span></caption>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
${groups.map(
  ({ name, rows }) => markup`<tbody>${
    name !== null &&
    markup`
<tr class="group"><th scope="rowgroup" colspan="${head.length}">${name}</th></tr>`
  }${rows.map(
    (row) => markup`
<tr><th scope="row">${row.head}</th>${row.cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
`,
)}</table>
</div>`;
}

/** A figure with its interval; the two may part at a line end, neither breaks within. */
export function figureCell(figure: Figure | null | undefined, decimals?: number): Markup {
  if (figure === null || figure === undefined) return markup`<span class="absent">–</span>`;
  const [value, interval] = figureText(figure, decimals).split(/ (?=\[)/);
  return markup`<span class="value">${typographic(value)}</span>${interval !== undefined && markup` <span class="interval">${typographic(interval)}</span>`}`;
}

/** A minus where a number has a hyphen, and no line end between a number and its percent sign. */
export function typographic(text: string): string {
  return text.replace(/(^|[\s[(])-(?=\d)/g, "$1−").replace(/(?<=\d) %/g, "\u00A0%");
}

/** Running text with figures, whose intervals do not break. */
export function proseWithFigures(text: string): Markup {
  const parts = typographic(text).split(/(\[[^\]]*\][.,;:)]*)/);
  return markup`${parts.map((part, i) => (i % 2 === 1 ? markup`<span class="whole">${part}</span>` : part))}`;
}

/** A chart in the two widths between which the style chooses. */
export function bothWidths(draw: (idSuffix: string, width: number) => Markup): Markup {
  return markup`<div class="wide">${draw("wide", 760)}</div>
<div class="narrow">${draw("narrow", 350)}</div>`;
}
