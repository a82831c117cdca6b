import { randomBytes } from "node:crypto";
import { z } from "zod";
import { digest } from "../runs/provenance.ts";
import { type SchemaKeys, isoTime, rowNumber, sha256 } from "../schemas/parts.ts";
import { type OwnFile, parseOwn } from "../schemas/read-own-file.ts";
import { type Column, cellOf } from "../../core/table.ts";

export const choices = ["poison", "fine", "unsure"] as const;
export type Choice = (typeof choices)[number];

/** Somebody's decision on one data row. */
export interface Decision {
  /** 16 hexadecimal digits, new for each. */
  readonly id: string;
  /** The mark of the scan, as in `review.csv`. */
  readonly scan: string;
  /** From 1 among the data rows. */
  readonly row: number;
  readonly decision: Choice;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** SHA-256 of the cells of the row, see `contentDigest`. */
  readonly content: string;
}

/** Takes a decision back. */
export interface Undoing {
  readonly id: string;
  readonly scan: string;
  /** The id of the decision. */
  readonly undo: string;
  readonly by: string;
  readonly at: string;
}

/** A line of `decisions.jsonl`. */
export type Entry = Decision | Undoing;

export const decisionId = z.string().regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits");
export const longestName = 200;
export const byText = z.string().min(1).max(longestName);
const common = { id: decisionId, scan: z.string(), by: byText, at: isoTime };

export const decisionShape = z.object({
  ...common,
  row: rowNumber,
  decision: z.enum(choices),
  content: sha256,
} satisfies SchemaKeys<Decision>);

const entryFile: OwnFile<Entry> = {
  what: "a decision of a review",
  versions: null,
  schema: z.union([decisionShape, z.object({ ...common, undo: decisionId } satisfies SchemaKeys<Undoing>)]),
};

const checkLength = 16;
const checkPattern = new RegExp(`,"check":"([0-9a-f]{${checkLength}})"}$`);

/** The line of an entry. It ends with a digest of what stands before, so that a changed line is known. */
export function entryLine(entry: Entry): string {
  const body = JSON.stringify(entry);
  return `${body.slice(0, -1)},"check":"${digest(body).slice(0, checkLength)}"}\n`;
}

/** What a line says; null where it was never written to its end, or was changed since. */
export function parseEntry(line: string, where: string): Entry | null {
  const check = checkPattern.exec(line)?.[1];
  const body = line.replace(checkPattern, "}");
  return check !== undefined && digest(body).slice(0, checkLength) === check ? parseOwn(body, where, entryFile) : null;
}

export function newId(): string {
  return randomBytes(8).toString("hex");
}

/** SHA-256 of what a data row holds, by the names of its columns. `row` counts from 0. */
export function contentDigest(columns: readonly Column[], row: number): string {
  return digest(JSON.stringify(columns.map((column) => [column.name, cellOf(column, row)])));
}
