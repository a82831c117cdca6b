import { UsageError } from "../../../core/errors.ts";

/** What may lie between cells; runs of blanks are written as `blanks`. */
export interface Separator {
  readonly delimiter: string;
  readonly wide?: "text" | "blanks";
}

export interface SampledCell {
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface SampledRecord {
  readonly line: number;
  readonly cells: readonly SampledCell[];
  readonly isBare: boolean;
}

/** The records of the head of a file under one separator; throws UsageError where its quotes are unsound. */
export type Sample = (separator: Separator) => readonly SampledRecord[];

export interface Layout {
  /** Cells of nearly every record. */
  readonly cells: number;
  /** Records before the first that has so many. */
  readonly before: number;
  /** Whether all from there on have so many. */
  readonly isAlike: boolean;
}

const blanks: Separator = { delimiter: " ", wide: "blanks" };
/** In the order of preference among equals. */
const plain: readonly Separator[] = [
  ...[",", "\t", ";", "|", "\u0001", "\u001f", "^", "~"].map((delimiter): Separator => ({ delimiter })),
  ...["::", "||", "|||"].map((delimiter): Separator => ({ delimiter, wide: "text" })),
];
const spoken: Readonly<Record<string, string>> = {
  "\t": "a tab",
  ",": "a comma",
  ";": "a semicolon",
  "|": "a bar",
  " ": "a space",
  "\u0001": "the control character 1",
  "\u001f": "the unit separator (control character 31)",
  "^": "a caret",
  "~": "a tilde",
};
const mostBefore = 10;

export function spokenSeparator({ delimiter, wide }: Separator): string {
  return wide === "blanks" ? "one or several blanks" : (spoken[delimiter] ?? JSON.stringify(delimiter));
}

/** What `--delimiter` says. @throws UsageError */
export function readDelimiter(given: string): Separator {
  const named: Readonly<Record<string, Separator>> = {
    tab: { delimiter: "\t" },
    "\\t": { delimiter: "\t" },
    comma: { delimiter: "," },
    semicolon: { delimiter: ";" },
    bar: { delimiter: "|" },
    pipe: { delimiter: "|" },
    space: { delimiter: " " },
    spaces: blanks,
    blanks,
    whitespace: blanks,
    "\\s+": blanks,
  };
  if (Object.hasOwn(named, given)) return named[given];
  if (given === "" || /["\r\n\0]/.test(given) || given.length > 16)
    throw new UsageError(
      `--delimiter must be one character or a few (or "tab", "space", "spaces") without quotes and newlines, got ${JSON.stringify(given)}`,
    );
  const isOneByte = given.length === 1 && given.charCodeAt(0) < 0x80;
  return isOneByte ? { delimiter: given } : { delimiter: given, wide: "text" };
}

/** How the records lie: bare ones at the end aside, which count for nothing. */
export function layoutOf(records: readonly SampledRecord[]): Layout {
  let end = records.length;
  while (end > 1 && records[end - 1].isBare) end--;
  const counts = records.slice(0, end).map((record) => record.cells.length);
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  const [cells] = [...times].reduce((best, own) => (own[1] > best[1] ? own : best), [0, 0] as [number, number]);
  const before = Math.max(0, counts.indexOf(cells));
  return { cells, before, isAlike: counts.slice(before).every((count) => count === cells) };
}

/**
 * The separator that splits all records alike into the most cells, where one does; titles may stand before them. Blanks are thought of last, for texts are full
 * of them. Where none splits all alike: the one under which most records are like the first, and the usual one in doubt.
 *
 * @throws UsageError where the quotes are unsound under each
 */
export function guessDelimiter(usual: string, sample: Sample): Separator {
  const first: Separator = { delimiter: usual };
  let failure: unknown = null;
  const tryAll = (separators: readonly Separator[]): Tried[] =>
    separators.flatMap((separator) => {
      try {
        const records = sample(separator);
        return [{ separator, records, layout: layoutOf(records) }];
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (separator.delimiter === usual) failure = error;
        return [];
      }
    });
  const strong = tryAll([first, ...plain.filter(({ delimiter }) => delimiter !== usual)]);
  const weak = (): Tried[] => tryAll([{ delimiter: " " }, blanks]);
  const found = best(strong, 0) ?? best(strong, mostBefore);
  // One tab between columns that lie under each other is a blank like the others.
  if (found?.delimiter === "\t" && isAligned(strong)) return best(tryAll([blanks]), 0) ?? found;
  if (found !== null) return found;
  const byBlanks = weak();
  // One space each, and so a run each: the plainer one, unless it finds cells that are always empty.
  const isBlank = (one: Tried): boolean => isNeverEmpty(one) && !(failure !== null && mostlyHold(one, usual));
  const spaced = best(byBlanks, 0, isBlank) ?? best(byBlanks, mostBefore, isBlank);
  const nearly = mostlyAlike(strong);
  if (nearly !== null && (spaced === null || nearly.delimiter === usual)) return nearly;
  if (spaced !== null) return spaced;
  if (failure !== null) throw failure as UsageError;
  return first;
}

interface Tried {
  readonly separator: Separator;
  readonly records: readonly SampledRecord[];
  readonly layout: Layout;
}

function best(tried: readonly Tried[], mayBefore: number, accept: (tried: Tried) => boolean = () => true): Separator | null {
  const alike = tried.filter(
    (one) =>
      one.layout.isAlike &&
      one.layout.cells >= 2 &&
      one.layout.before <= mayBefore &&
      one.records.length >= (one.layout.before === 0 ? 1 : one.layout.before + 3) &&
      accept(one),
  );
  if (alike.length === 0) return null;
  const delimiters = alike.map(({ separator }) => separator.delimiter);
  const shares = alike.map((one) => cleanShare(one, delimiters));
  const top = Math.max(...shares) - 0.05;
  const near = alike.filter((_, i) => shares[i] >= top);
  return near.reduce((one, other) => (other.layout.cells > one.layout.cells ? other : one)).separator;
}

/** Share of the cells that hold no other separator: `5;2` of the decimals `1,5;2,5` does. */
function cleanShare({ records, separator }: Tried, delimiters: readonly string[]): number {
  const others = delimiters.filter((other) => other !== separator.delimiter && !separator.delimiter.includes(other));
  let [all, clean] = [0, 0];
  for (const { cells } of records.slice(0, 50)) {
    for (const { text, isQuoted } of cells.slice(0, 200)) {
      all++;
      // A blank after a separator is how prose is written.
      const isProse = text.startsWith(" ") || others.some((other) => text.includes(other));
      if (isQuoted || /^\s*[+-]?\d[\d.,']*\s*%?$/.test(text) || !isProse) clean++;
    }
  }
  return all === 0 ? 0 : clean / all;
}

/** Whether the usual separator stands in most records: then its quotes are unsound, and not another one meant. */
function mostlyHold({ records }: Tried, usual: string): boolean {
  const holding = records.filter(({ cells }) => cells.some(({ text }) => text.includes(usual)));
  return holding.length * 2 > records.length;
}

function isNeverEmpty({ records }: Tried): boolean {
  return records.length >= 2 && records.every(({ cells }) => cells.every(({ text, isQuoted }) => text !== "" || isQuoted));
}

/** Whether each record between tabs has a cell with several blanks side by side. */
function isAligned(tried: readonly Tried[]): boolean {
  const tabs = tried.find(({ separator }) => separator.delimiter === "\t");
  return tabs !== undefined && tabs.records.every(({ cells }) => cells.some(({ text, isQuoted }) => !isQuoted && / {2}/.test(text)));
}

/** The separator under which at least half of the records have as many cells as the first. */
function mostlyAlike(tried: readonly Tried[]): Separator | null {
  let found: Separator | null = null;
  let most = 0.5;
  for (const { separator, records } of tried) {
    const cells = records[0]?.cells.length ?? 0;
    const share = records.filter((record) => record.cells.length === cells).length / records.length;
    if (cells >= 2 && share > most) [found, most] = [separator, share];
  }
  return found;
}
