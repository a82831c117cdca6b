import { z } from "zod";
import { type ReturnedDecision, type TaskFormat, choice, origin, ownDecision, textOfRow } from "./task-file.ts";

const question = "decision";
const answered = z.object({
  from_name: z.string(),
  type: z.string().optional(),
  value: z.unknown(),
  meta: z.object({ theriac: ownDecision.optional() }).optional(),
});
const answer = z.object({ choices: z.array(choice).length(1) });
const annotation = z.object({
  result: z.array(answered),
  was_cancelled: z.boolean().optional(),
  completed_by: z.union([z.int(), z.string(), z.object({ id: z.int().optional(), email: z.string().optional() }), z.null()]).optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
});
const task = z.object({ data: origin, annotations: z.array(annotation).optional() });
type Task = z.infer<typeof task>;
type Annotation = z.infer<typeof annotation>;

/**
 * Tasks of Label Studio (https://labelstud.io/guide/task_format): a text and one choice named `decision`. What is flagged comes as a prediction, what was
 * decided as an annotation, in which all that is known of the decision lies under `meta`.
 */
export const labelStudio: TaskFormat = {
  id: "label-studio",
  title: "Label Studio",
  task,
  write({ scan, content, shown, finding, decision }) {
    const choose = (value: string, more: object) => ({
      from_name: question,
      to_name: "text",
      type: "choices",
      value: { choices: [value] },
      ...more,
    });
    return {
      id: shown.row,
      data: {
        text: textOfRow(shown),
        ...{ scan, row: shown.row, content },
        ...{ flagged: finding?.flagged ?? false, score: finding?.score ?? null, reasons: finding?.reasons.join("; ") ?? "" },
      },
      predictions: finding?.flagged === true ? [{ model_version: scan, result: [choose("poison", {})] }] : [],
      annotations:
        decision === null
          ? []
          : [{ created_at: decision.at, result: [choose(decision.decision, { id: decision.id, meta: { theriac: ownOf(decision) } })] }],
    };
  },
  read({ data: { scan, row, content }, annotations = [] }: Task) {
    return [...annotations]
      .filter(({ was_cancelled }) => was_cancelled !== true)
      .sort((a, b) => Number(timeOf(a) > timeOf(b)) - Number(timeOf(a) < timeOf(b)))
      .flatMap((one) =>
        one.result
          .filter(({ from_name }) => from_name === question)
          .map(({ value, meta }): ReturnedDecision => {
            const [decision] = answer.parse(value).choices;
            const own = meta?.theriac;
            const told = own !== undefined && own.decision === decision ? { id: own.id, by: own.by, at: own.at } : byOf(one);
            return { scan, row, content, decision, ...told };
          }),
      );
  },
};

function ownOf({ id, decision, by, at }: z.infer<typeof ownDecision>): z.infer<typeof ownDecision> {
  return { id, decision, by, at };
}

function timeOf({ updated_at, created_at }: Annotation): string {
  return updated_at ?? created_at ?? "";
}

function byOf(one: Annotation): Pick<ReturnedDecision, "by" | "at"> {
  const { completed_by: by } = one;
  const name = typeof by === "object" && by !== null ? (by.email ?? by.id) : by;
  const at = Date.parse(timeOf(one));
  return { by: `label-studio:${String(name ?? "unknown").slice(0, 150)}`, ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }) };
}
