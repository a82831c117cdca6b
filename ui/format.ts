import type { Figure } from "../src/numeric/statistics/intervals.ts";
import type { Cell, Column, Noted, Told } from "../src/report/page/document.ts";

export type Unit = Column["unit"];

/** `0.012`, `2.46`, `31,200`, with a minus; a share as `12 %`, where rounding would claim none or all as `<1 %` or `>99 %`. */
export function numberText(value: number, unit: Unit = "number", decimals = decimalsOf(value)): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  if (unit === "count") return grouped(String(Math.round(value)));
  if (unit === "share") {
    const percent = value * 100;
    const whole = Math.round(percent);
    if (whole === 0 && value > 0) return "<1\u00A0%";
    if (whole === 100 && value < 1) return ">99\u00A0%";
    return `${Math.abs(percent) < 10 && Math.abs(percent - whole) > 0.05 ? trimmed(percent.toFixed(1)) : grouped(String(whole))}\u00A0%`;
  }
  if (decimals < 0) return grouped(String(Math.round(Math.round(value * 10 ** decimals) * 10 ** -decimals)));
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** `[0.831, 0.855]`; empty where there is no interval. */
export function intervalText({ value, low, high }: Figure, unit: Unit = "number", decimals = decimalsOf(value)): string {
  return low === null || high === null ? "" : `[${numberText(low, unit, decimals)}, ${numberText(high, unit, decimals)}]`;
}

/** A cell as a reader of a CSV file wants it: numbers whole. */
export function plainCells(cell: Cell, hasInterval: boolean): string[] {
  const one = cell === null ? "" : isFigure(cell) ? String(cell.value) : isNoted(cell) ? notedText(cell) : String(cell);
  if (!hasInterval) return [one];
  return isFigure(cell) ? [one, String(cell.low ?? ""), String(cell.high ?? "")] : [one, "", ""];
}

/** A cell as it is searched. */
export function cellText(cell: Cell, { unit, decimals }: Column): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return numberText(cell, unit, decimals ?? (Number.isInteger(cell) ? 0 : undefined));
  if (isFigure(cell))
    return [numberText(cell.value, unit, decimals), intervalText(cell, unit, decimals)].filter((part) => part !== "").join(" ");
  return notedText(cell);
}

export function isFigure(cell: Cell): cell is Told {
  return typeof cell === "object" && cell !== null && "low" in cell;
}

export function isNoted(cell: Cell | Noted): cell is Noted {
  return typeof cell === "object" && cell !== null && "text" in cell;
}

function notedText({ text, note }: Noted): string {
  return note === undefined ? text : `${text} (${note})`;
}

/** A minus where a number has a hyphen, and no line end between a number and its percent sign. */
export function typographic(text: string): string {
  return text.replace(/(^|[\s[(])-(?=\d)/g, "$1−").replace(/(?<=\d) %/g, "\u00A0%");
}

function decimalsOf(value: number): number {
  return Math.abs(value) < 1 || !Number.isFinite(value) ? 3 : 2 - Math.floor(Math.log10(Math.abs(value)));
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
}

function trimmed(text: string): string {
  return text.replace(/\.0$/, "").replace("-", "−");
}
