import type { z } from "zod";
import { describeIssue } from "../node/schemas/describe-issue.ts";
import { Refusal } from "./refusal.ts";

/** What was asked for, held against its schema. @throws Refusal that names the place and what is allowed */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal(400, describeIssue(result.error.issues[0], value));
}
