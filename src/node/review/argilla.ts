import { z } from "zod";
import { type ReturnedDecision, type TaskFormat, choice, origin, ownDecision, textOfRow } from "./task-file.ts";

const metadata = z.object({
  theriac_scan: origin.shape.scan,
  theriac_row: origin.shape.row,
  theriac_content: origin.shape.content,
  theriac_id: ownDecision.shape.id.optional(),
  theriac_decision: ownDecision.shape.decision.optional(),
  theriac_by: ownDecision.shape.by.optional(),
  theriac_at: ownDecision.shape.at.optional(),
});
const task = z.object({
  metadata,
  responses: z.object({ decision: z.array(z.object({ value: choice, user_id: z.string().max(150).nullish() })).optional() }).optional(),
});
type Task = z.infer<typeof task>;

/**
 * Records of Argilla 2 as `records.to_json` writes them: a field `text` and a label question `decision`. What was decided, else what is flagged, comes as a
 * suggestion, since a response needs a user of the server; all that is known of a decision lies in the metadata. Responses are what is decided there.
 */
export const argilla: TaskFormat = {
  id: "argilla",
  title: "Argilla",
  task,
  write({ scan, content, shown, finding, decision }) {
    const suggested = decision?.decision ?? (finding?.flagged === true ? "poison" : null);
    return {
      id: `${scan}-row-${shown.row}`,
      fields: { text: textOfRow(shown) },
      metadata: {
        ...{ theriac_scan: scan, theriac_row: shown.row, theriac_content: content },
        ...{ theriac_flagged: finding?.flagged === true ? "yes" : "no", theriac_reasons: finding?.reasons.join("; ") ?? "" },
        ...(finding !== null && Number.isFinite(finding.score) ? { theriac_score: finding.score } : {}),
        ...(decision === null
          ? {}
          : { theriac_id: decision.id, theriac_decision: decision.decision, theriac_by: decision.by, theriac_at: decision.at }),
      },
      suggestions:
        suggested === null ? {} : { decision: { value: suggested, score: null, agent: decision === null ? "theriac" : decision.by } },
      responses: {},
      vectors: {},
      _server_id: null,
    };
  },
  read({ metadata: about, responses }: Task) {
    const where = { scan: about.theriac_scan, row: about.theriac_row, content: about.theriac_content };
    const own = ownDecision.safeParse({
      ...{ id: about.theriac_id, decision: about.theriac_decision, by: about.theriac_by, at: about.theriac_at },
    });
    const answers = (responses?.decision ?? []).map(({ value, user_id }): ReturnedDecision => ({
      ...where,
      decision: value,
      by: `argilla:${user_id ?? "unknown"}`,
    }));
    return [...(own.success ? [{ ...where, ...own.data }] : []), ...answers];
  },
};
