/** The request was wrong: an option, a file, a configuration. The message says who, what was wrong and what was allowed. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(message: string) {
    super(inOneLine(message));
  }
}

/** The numbers were wrong: a system without a solution, a loss that is not finite. */
export class NumericalError extends Error {
  override readonly name = "NumericalError";

  constructor(message: string) {
    super(inOneLine(message));
  }
}

/** The machine gave out while a run was written: the disk is full, the folder was removed. */
export class StorageError extends Error {
  override readonly name = "StorageError";

  constructor(message: string) {
    super(inOneLine(message));
  }
}

/** The caller asked to stop. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** No name is longer; comparing a text of megabytes with each name would take minutes. */
const longestName = 200;

/** Names and cells from files may hold line breaks and be as long as they like, and a message is a line: of a long one its middle is left out. */
function inOneLine(message: string): string {
  const line = message.replace(/\s*[\r\n]\s*/g, " ");
  return line.length <= 4000 ? line : `${line.slice(0, 2500)} … (${line.length - 3500} characters left out) … ${line.slice(-1000)}`;
}

/** ` (did you mean "label"?)` when one of the allowed names is near enough to what was given, else the empty string. */
export function didYouMean(given: string, allowed: readonly string[]): string {
  if (given.length > longestName) return "";
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1;
  for (const name of allowed) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best === undefined ? "" : ` (did you mean "${best}"?)`;
}

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
function editDistance(a: string, b: string): number {
  let beforeLast = new Int32Array(b.length + 1);
  let last = Int32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = new Int32Array(b.length + 1);
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
