import { type Markup, markup } from "../words/markup.ts";
import type { Scale } from "./scale.ts";

/** Differ in colour (by class, see the style), in shape and in dash, so that each alone tells the series apart. */
const seriesStyles = [
  { shape: "circle", dash: "none" },
  { shape: "square", dash: "6 3" },
  { shape: "diamond", dash: "2 3" },
  { shape: "triangle", dash: "9 3 2 3" },
  { shape: "down", dash: "4 2" },
  { shape: "cross", dash: "12 3" },
  { shape: "plus", dash: "1 2" },
  { shape: "bar", dash: "8 2 2 2 2 2" },
] as const;

/** Beyond eight series, colours come again with another shape and dash. */
export function styleOf(series: number): { readonly shape: (typeof seriesStyles)[number]["shape"]; readonly dash: string } {
  const round = Math.floor(series / seriesStyles.length);
  return seriesStyles[(series + 3 * round) % seriesStyles.length];
}

export interface SvgFrame {
  /** Unique on the page. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
}

export function svgFrame({ id, width, height, title, description }: SvgFrame, content: readonly Markup[]): Markup {
  return markup`<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${px(height)}" width="${width}" height="${px(height)}">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${content}
</svg>`;
}

/** Two digits are enough for a screen, and keep the file small. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function svgLine(x1: number, y1: number, x2: number, y2: number, className: string): Markup {
  return markup`<line class="${className}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

export function svgText(x: number, y: number, anchor: "start" | "middle" | "end", className: string, text: string): Markup {
  return markup`<text class="${className}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${text}</text>`;
}

/** About how wide text is at 12 px in a sans-serif font; a little too much rather than too little. */
export function textWidth(text: string, fontPixels = 12): number {
  return [...text].length * fontPixels * 0.57;
}

/** As much of the text as fits, with an ellipsis where some is left out. */
export function fitText(text: string, width: number, fontPixels = 12): string {
  const fits = Math.max(3, Math.floor(width / (fontPixels * 0.57)));
  const characters = [...text];
  return characters.length <= fits ? text : `${characters.slice(0, fits - 1).join("")}…`;
}

export function marker(series: number, x: number, y: number, isRinged = false): Markup {
  const r = 4.5;
  const ring = isRinged && markup`<circle class="ring" cx="${px(x)}" cy="${px(y)}" r="9"/>`;
  const path = (d: string): Markup => markup`<path class="mark" d="${d}"/>`;
  const polygon = (...points: readonly (readonly [number, number])[]): Markup =>
    path(`M${points.map(([dx, dy]) => `${px(x + dx)} ${px(y + dy)}`).join("L")}Z`);
  const shape = (): Markup => {
    switch (styleOf(series).shape) {
      case "circle":
        return markup`<circle class="mark" cx="${px(x)}" cy="${px(y)}" r="${r}"/>`;
      case "square":
        return polygon([-4, -4], [4, -4], [4, 4], [-4, 4]);
      case "diamond":
        return polygon([0, -5.5], [5.5, 0], [0, 5.5], [-5.5, 0]);
      case "triangle":
        return polygon([0, -5.5], [5, 4], [-5, 4]);
      case "down":
        return polygon([0, 5.5], [5, -4], [-5, -4]);
      case "cross":
        return markup`<path class="mark open" d="M${px(x - 4)} ${px(y - 4)}L${px(x + 4)} ${px(y + 4)}M${px(x - 4)} ${px(y + 4)}L${px(x + 4)} ${px(y - 4)}"/>`;
      case "plus":
        return markup`<path class="mark open" d="M${px(x - 5)} ${px(y)}L${px(x + 5)} ${px(y)}M${px(x)} ${px(y + 5)}L${px(x)} ${px(y - 5)}"/>`;
      case "bar":
        return polygon([-6, -2.2], [6, -2.2], [6, 2.2], [-6, 2.2]);
    }
  };
  return markup`${ring}${shape()}`;
}

/** An interval along one axis; an end that lies beyond the chart has no bar across it. */
export function whisker(low: number | null, high: number | null, across: number, scale: Scale, along: "x" | "y"): Markup | null {
  if (low === null || high === null) return null;
  const [from, to] = [Math.max(low, scale.low), Math.min(high, scale.high)];
  if (from > to) return null;
  const [start, end] = [scale.at(from), scale.at(to)];
  const line = (a: number, acrossFrom: number, b: number, acrossTo: number): Markup =>
    along === "y" ? svgLine(acrossFrom, a, acrossTo, b, "whisker") : svgLine(a, acrossFrom, b, acrossTo, "whisker");
  return markup`${line(start, across, end, across)}${from === low && line(start, across - 3, start, across + 3)}${to === high && line(end, across - 3, end, across + 3)}`;
}

/** Names of the series with their marks, in as many lines as the width asks for. */
export function legend(
  items: readonly { readonly series: number | "ring" | "clean"; readonly name: string }[],
  left: number,
  top: number,
  width: number,
): { readonly content: readonly Markup[]; readonly height: number } {
  const lineHeight = 20;
  let x = left;
  let y = top + 12;
  const content = items.map(({ series, name }) => {
    const shown = fitText(name, width - 30);
    const needed = 22 + textWidth(shown) + 16;
    if (x > left && x + needed - 16 > left + width) {
      x = left;
      y += lineHeight;
    }
    const at = x;
    x += needed;
    const sign =
      series === "ring"
        ? markup`<circle class="ring" cx="${px(at + 9)}" cy="${px(y - 4)}" r="7"/>`
        : series === "clean"
          ? svgLine(at, y - 4, at + 18, y - 4, "clean")
          : markup`<g class="s${series % 8}">${marker(series, at + 9, y - 4)}</g>`;
    return markup`${sign}${svgText(at + 22, y, "start", "label", shown)}`;
  });
  return { content, height: items.length === 0 ? 0 : y - top + 10 };
}
