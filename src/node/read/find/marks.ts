import { type Format, formatMarks } from "../../formats.ts";

/** What tells files of a format; see `Reader`. */
export interface Marks {
  readonly format: Format;
  readonly title: string;
  readonly endings: readonly string[];
  readonly names?: RegExp;
  readonly magic?: string;
  readonly inZip?: string;
}

const marks: readonly Marks[] = formatMarks;

export function titleOf(format: Format): string {
  return marks.find((mark) => mark.format === format)?.title ?? format;
}

/** The format that a file is of by its first bytes, whatever it is called; null where they do not tell. */
export function markedFormat(bytes: Buffer): Marks | null {
  const head = bytes.toString("latin1", 0, 4096);
  const isZip = head.startsWith("PK\x03\x04");
  return (
    marks.find(
      ({ magic, inZip }) => (magic !== undefined && head.startsWith(magic)) || (isZip && inZip !== undefined && head.includes(inZip)),
    ) ?? null
  );
}
