/**
 * A CSV for people: spreadsheets run what looks like a formula, and terminals obey control characters, so neither stands in its cells as it is.
 * `readSpreadsheetCell` gives back what the cell held.
 */
export function spreadsheetTable(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/**
 * A cell that a spreadsheet takes for text. An apostrophe goes before what would be run (=, +, -, @ and their full-width twins) and before an apostrophe; plain
 * numbers stay. Control, direction and line-breaking characters become \uXXXX, as do semicolons and bars behind which a formula would begin where they
 * separate cells; then backslashes do too.
 */
export function spreadsheetCell(text: string): string {
  const escaped = needsEscapes.test(text) ? text.replace(escapees, escape) : text;
  return !plainNumber.test(escaped) && runs.test(escaped) ? `'${escaped}` : escaped;
}

/** Takes `spreadsheetCell` back. */
export function readSpreadsheetCell(cell: string): string {
  const text = cell.startsWith("'") && runs.test(cell.slice(1)) ? cell.slice(1) : cell;
  return text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

const formula = "[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]";
const runs = new RegExp(`^(?:\\s*${formula}|')`);
const plainNumber = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Controls, soft hyphen, zero-width and direction marks, line separators, the byte-order mark, and halves of surrogate pairs. */
const unsafe = "[\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u061C\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF]";
const separated = `[;|](?=\\s*${formula})`;
const half = "[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]";
const needsEscapes = new RegExp(`${unsafe}|${separated}|${half}|\\\\u[0-9a-f]{4}`);
const escapees = new RegExp(`${unsafe}|${separated}|${half}|\\\\`, "g");

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function quoted(text: string): string {
  const cell = spreadsheetCell(text);
  return /[",;\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;
}
