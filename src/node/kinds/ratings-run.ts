import { z } from "zod";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { RatingsInfo } from "../runs/manifest.ts";
import type { RunKind } from "../runs/run-kind.ts";
import { patchSchema } from "../schemas/run-poison-file.ts";
import {
  type SchemaKeys,
  chosen,
  count,
  counted,
  ratingScale,
  ratingsRequest,
  seeds,
  someFraction,
  sourceFile,
  texts,
  unnoticedSchema,
  untilSchema,
} from "../schemas/parts.ts";

/** What a run of ratings holds of its kind. */
export const ratingsSchemas: RunKind["schemas"] = {
  read: ratingsRequest,
  data: z.object({
    files: z.array(sourceFile),
    ratings: count,
    users: count,
    items: count,
    scale: ratingScale,
    hasTime: z.boolean(),
    leftOut: z.object({ users: count, items: count, ratings: count }).optional(),
  } satisfies SchemaKeys<RatingsInfo>),
  study: z.object({
    engines: z.array(chosen.extend({ attacks: texts, repairs: texts.optional() })).min(1),
    attacks: z.array(chosen),
    detectors: z.array(chosen),
    repairs: z.array(chosen.extend({ detector: chosen })),
    budgets: z.array(someFraction),
    certificates: z.array(chosen).optional(),
    until: untilSchema.optional(),
    unnoticed: unnoticedSchema.optional(),
    counted,
    ...seeds,
    goal: z.enum(["promote", "demote", "availability"]),
    targets: texts,
    audience: texts.optional(),
    fillers: count,
    flagFraction: someFraction,
  } satisfies SchemaKeys<RatingsStudyConfig>),
  poison: patchSchema,
};
