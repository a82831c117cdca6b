import { UsageError } from "../../../core/errors.ts";
import { skipBlanks, stringEnd, valueEnd } from "../json/json-records.ts";
import { between } from "./content.ts";
import type { Path, Piece } from "./form.ts";

/** A value of a record to be replaced: where it stands, and the JSON that is to stand there. */
export interface Replacement {
  readonly at: Path;
  readonly json: string;
}

/** The text of a record with some values replaced and every other byte as it was. @param text sound JSON of an object that has these values, no key twice */
export function replaceValues(text: string, replacements: readonly Replacement[]): string {
  const spans = replacements.map(({ at, json }) => ({ ...spanOf(text, at), json })).sort((a, b) => a.start - b.start);
  let out = "";
  let from = 0;
  for (const { start, end, json } of spans) {
    out += text.slice(from, start) + json;
    from = end;
  }
  return out + text.slice(from);
}

/** The text of a record in which two values have changed places. */
export function swapValues(text: string, a: Path, b: Path): string {
  const [one, other] = [spanOf(text, a), spanOf(text, b)];
  return replaceValues(text, [
    { at: a, json: text.slice(other.start, other.end) },
    { at: b, json: text.slice(one.start, one.end) },
  ]);
}

/** Where a value stands in the text of a record. */
export function spanOf(text: string, at: Path): { readonly start: number; readonly end: number } {
  let start = skipBlanks(text, 0);
  for (const step of at) start = typeof step === "number" ? elementStart(text, start, step) : memberStart(text, start, step);
  return { start, end: valueEnd(text, start) };
}

function elementStart(text: string, list: number, index: number): number {
  let at = skipBlanks(text, list + 1);
  for (let i = 0; i < index; i++) at = skipBlanks(text, skipBlanks(text, valueEnd(text, at)) + 1);
  return at;
}

function memberStart(text: string, object: number, name: string): number {
  let at = skipBlanks(text, object + 1);
  while (text[at] !== "}") {
    const keyEnd = stringEnd(text, at);
    const value = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    if ((JSON.parse(text.slice(at, keyEnd)) as string) === name) return value;
    at = skipBlanks(text, valueEnd(text, value));
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  throw new Error(`a record has no "${name}"`);
}

/** A new text of one piece of a record. */
export interface PieceText {
  readonly piece: Piece;
  readonly text: string;
}

/**
 * What each piece of a text must become so that together they say a new text: pieces that the new text still begins or ends with stay, the first of the
 * others takes what is left, and the rest fall empty.
 *
 * @throws UsageError where there is nothing to write into, or an empty text would have to stand where JSON is due
 */
export function spreadText(where: string, pieces: readonly Piece[], text: string): PieceText[] {
  const own = pieces.length > 1 ? pieces.filter((piece) => piece.text !== "") : [...pieces];
  if (own.length === 0) own.push(...pieces.slice(0, 1));
  if (own.length === 0) throw new UsageError(`${where} holds no text there that could be changed`);
  let [first, last, rest] = [0, own.length - 1, text];
  const joint = (i: number): string => own[i].before ?? between;
  while (last > first && rest.endsWith(joint(last) + own[last].text)) {
    rest = rest.slice(0, rest.length - own[last].text.length - joint(last).length);
    last--;
  }
  while (first < last && rest.startsWith(own[first].text + joint(first + 1))) {
    rest = rest.slice(own[first].text.length + joint(first + 1).length);
    first++;
  }
  const changed = own.slice(first, last + 1).map((piece, i): PieceText => ({ piece, text: i === 0 ? rest : "" }));
  for (const { piece, text: after } of changed)
    if (piece.isJson === true && !isJson(after))
      throw new UsageError(`${where}: the arguments of a tool call would become ${JSON.stringify(after.slice(0, 60))}, which is no JSON`);
  return changed.filter(({ piece, text: after }) => piece.text !== after);
}

/** The replacements that write these texts. @param ascii whether the file writes other letters as escapes */
export function replacementsOf(text: string, changes: readonly PieceText[], ascii: boolean): Replacement[] {
  const byPlace = new Map<string, PieceText[]>();
  for (const change of changes) {
    const key = JSON.stringify(change.piece.at);
    const own = byPlace.get(key);
    if (own === undefined) byPlace.set(key, [change]);
    else own.push(change);
  }
  return Array.from(byPlace.values(), (own): Replacement => {
    const [{ piece, text: after }] = own;
    if (piece.isJson === true) return { at: piece.at, json: after };
    if (piece.inside === undefined) return { at: piece.at, json: quoted(after, ascii) };
    const { start, end } = spanOf(text, piece.at);
    let whole = JSON.parse(text.slice(start, end)) as string;
    for (const { piece: part, text: changed } of [...own].sort((a, b) => b.piece.inside! - a.piece.inside!))
      whole = whole.slice(0, part.inside) + changed + whole.slice(part.inside! + part.text.length);
    return { at: piece.at, json: quoted(whole, ascii) };
  });
}

function quoted(text: string, ascii: boolean): string {
  const json = JSON.stringify(text);
  return ascii ? json.replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`) : json;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
