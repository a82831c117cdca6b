import { z } from "zod";
import { type DialoguesStudyConfig, standIns } from "../../study/dialogues/config.ts";
import type { DialoguesInfo } from "../runs/manifest.ts";
import type { RunKind } from "../runs/run-kind.ts";
import {
  type SchemaKeys,
  chosen,
  count,
  counted,
  dialoguesRequest,
  openFraction,
  seeds,
  someFraction,
  sourceFile,
} from "../schemas/parts.ts";

const texts = { prompt: z.string().optional(), answer: z.string().optional() };

/** What a run of fine-tuning data holds of its kind. */
export const dialoguesSchemas: RunKind["schemas"] = {
  read: dialoguesRequest,
  data: z.object({
    files: z.array(sourceFile),
    form: z.string(),
    records: count,
    answers: count,
    misfits: count,
  } satisfies SchemaKeys<DialoguesInfo>),
  study: z.object({
    learner: chosen.extend({ id: z.enum([...standIns, "command"]) }),
    attacks: z.array(chosen),
    detectors: z.array(chosen),
    repairs: z.array(chosen.extend({ detector: z.null() })),
    budgets: z.array(someFraction),
    counted,
    ...seeds,
    testFraction: openFraction,
    flagFraction: someFraction,
  } satisfies SchemaKeys<DialoguesStudyConfig>),
  poison: z.object({
    kind: z.literal("dialogues"),
    edit: z.array(z.object({ turn: count, ...texts })),
    insert: z.array(z.object({ like: count, ...texts })),
    swap: z.array(count),
  }),
};
