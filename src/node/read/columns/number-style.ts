import type { Cell } from "../../../core/table.ts";
import type { NumberParts } from "./number-parts.ts";

/** How a column writes its numbers, where that is not the way of programs. */
export interface NumberStyle {
  readonly decimal: "." | ",";
  readonly prefix: string;
  /** With the blank before it, if any. */
  readonly suffix: string;
}

const whole = (separator: string): string =>
  String.raw`\d+|[1-9]\d{0,2}(?:${separator}\d{3})+|[1-9]\d{0,2}(?: \d{3})+|[1-9]\d{0,2}(?:'\d{3})+`;
const shapes = {
  // Lakhs and crores are written with a point alone.
  ".": new RegExp(String.raw`^(?:${whole(",")}|[1-9]\d?(?:,\d{2})+,\d{3})?(?:\.\d*)?$`),
  ",": new RegExp(String.raw`^(?:${whole("\\.")})?(?:,\d*)?$`),
};

/** The number with this decimal mark; NaN where it cannot be read so. A leading zero says that this is a code and no quantity. */
export function numberOf({ digits, exponent, isNegative }: NumberParts, decimal: "." | ","): number {
  if (/^0\d/.test(digits) || !shapes[decimal].test(digits)) return NaN;
  const plain = decimal === "." ? digits.replace(/[, ']/g, "") : digits.replace(/[. ']/g, "").replace(",", ".");
  const value = Number(plain + exponent);
  return isNegative ? -value : value;
}

/** A cell as its column writes numbers, so that what is put into a file is read as it was meant. */
export function writtenCell(cell: Cell, column: string, styles: Readonly<Record<string, NumberStyle>> | undefined): Cell {
  if (typeof cell !== "number" || styles === undefined || !Object.hasOwn(styles, column)) return cell;
  const { decimal, prefix, suffix } = styles[column];
  const text = String(Math.abs(cell));
  return `${cell < 0 ? "-" : ""}${prefix}${decimal === "," ? text.replace(".", ",") : text}${suffix}`;
}
