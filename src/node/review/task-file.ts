import { z } from "zod";
import type { NumberedFinding } from "../scan/numbered-finding.ts";
import { rowNumber, sha256 } from "../schemas/parts.ts";
import { type Decision, byText, choices, decisionId } from "./decision.ts";
import type { ShownRow } from "./rows-of-data.ts";

/** A row as it goes to another tool for labels. */
export interface ReviewTask {
  readonly scan: string;
  readonly content: string;
  readonly shown: ShownRow;
  /** null = the scan does not list it. */
  readonly finding: NumberedFinding | null;
  /** In force. */
  readonly decision: Decision | null;
}

/** What somebody decided in another tool, or here before the tasks were written; then with all that was known of it. */
export type ReturnedDecision = Pick<Decision, "row" | "decision" | "by" | "content" | "scan"> & Partial<Pick<Decision, "id" | "at">>;

/** How tasks are written for another tool, and what comes back is read. */
export interface TaskFormat {
  readonly id: string;
  readonly title: string;
  write(task: ReviewTask): unknown;
  /** What a task of a file is held against. */
  readonly task: z.ZodType;
  /** Decisions on it, the last in force; whoever has no name of ours is called after the tool. @param task one that holds to the schema */
  read(task: any): ReturnedDecision[];
}

/** What goes along with each task, so that it can be told where an answer belongs. */
export const origin = z.object({ scan: z.string().max(100), row: rowNumber, content: sha256 });
export const choice = z.enum(choices);

/** What is known of a decision of ours. */
export const ownDecision = z.object({ id: decisionId, decision: choice, by: byText, at: z.iso.datetime() });

/** The row in lines, for whoever labels it: `name: value`. */
export function textOfRow({ cells }: ShownRow): string {
  return cells.map(({ name, text }) => `${name}: ${text ?? ""}`).join("\n");
}
