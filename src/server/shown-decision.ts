import { visible } from "../core/text/visible.ts";
import type { Decision } from "../node/review/decision.ts";
import type { ShownDecision } from "./api.ts";

export function shownDecision({ id, decision, by, at }: Decision): ShownDecision {
  return { id, decision, by: visible(by), at };
}
