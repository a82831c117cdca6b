import { z } from "zod";
import { knowledges } from "../../core/threat.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { DataInfo } from "../runs/manifest.ts";
import type { RunKind } from "../runs/run-kind.ts";
import { patchSchema } from "../schemas/run-poison-file.ts";
import {
  type SchemaKeys,
  chosen,
  count,
  counted,
  encoder,
  fraction,
  openFraction,
  readRequest,
  roles,
  seeds,
  sharing,
  someFraction,
  sourceFile,
  stoppingSchema,
  target,
  texts,
  unnoticedSchema,
  untilSchema,
} from "../schemas/parts.ts";

/** What a run of a table holds of its kind. */
export const tableSchemas: RunKind["schemas"] = {
  read: readRequest,
  data: z
    .object({
      files: z.array(sourceFile),
      roles,
      rows: count,
      examples: count,
      measuredExamples: count,
      target,
      classShares: z.array(fraction),
      tasks: count.optional(),
      sources: count.optional(),
    } satisfies SchemaKeys<DataInfo>)
    .refine(
      (data) => data.classShares.length === (data.target.kind === "classes" ? data.target.names.length : 0),
      "data with one class share for each class",
    ),
  study: z.object({
    encoder,
    learner: chosen,
    learners: z
      .array(chosen.extend({ attacks: texts.optional(), detectors: texts.optional(), repairs: texts.optional() }))
      .min(1)
      .optional(),
    sharing,
    attacks: z.array(
      chosen.extend({
        knowledge: z.enum(knowledges).optional(),
        against: z.string().optional(),
        goesOn: z.literal(true).optional(),
        lasting: z.literal(true).optional(),
        until: z.literal(true).optional(),
        unseen: z.literal(true).optional(),
      }),
    ),
    detectors: z.array(chosen),
    repairs: z.array(chosen.extend({ detector: chosen.nullable() })),
    budgets: z.array(someFraction),
    certificates: z.array(chosen).optional(),
    until: untilSchema.optional(),
    unnoticed: unnoticedSchema.optional(),
    stopping: stoppingSchema.optional(),
    counted,
    ...seeds,
    testFraction: openFraction,
    pretraining: openFraction.optional(),
    trustedFraction: openFraction.optional(),
    flagFraction: someFraction,
    attackTasks: texts.nullable(),
    targetTasks: texts.nullable(),
    target: texts.nullable(),
    ignorance: z.object({ ownSample: someFraction, surrogate: chosen }),
  } satisfies SchemaKeys<StudyConfig>),
  poison: patchSchema,
};
