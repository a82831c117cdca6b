import { z } from "zod";
import { accesses, goals, knowledges } from "../../core/threat.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type SchemaKeys, anyNumber, count, fraction, sha256, trialId } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

const figures = z.record(z.string(), anyNumber);
const orNull = anyNumber.nullable();

/** A line of `records.jsonl` without its check; it is of the version of its manifest. */
export const recordFile: OwnFile<TrialRecord & { readonly patch: string | null }> = {
  what: "the record of a trial",
  versions: null,
  // Compiled, since there may be very many.
  schema: z.compile(
    z.object({
      id: trialId,
      status: z.enum(["ok", "failed"]),
      error: z.string().optional(),
      learner: z.string(),
      learnerParams: z.unknown(),
      encoder: z.enum(["poisoned", "frozen"]).nullish(),
      attack: z.string().nullable(),
      access: z.enum(accesses).nullable(),
      goal: z.enum(goals).nullable(),
      knowledge: z.enum(knowledges).nullable(),
      adaptive: z.literal(true).optional(),
      arrival: z.object({ times: count, start: z.enum(["cold", "warm"]), rows: count, cleanMetrics: figures }).optional(),
      reach: z.enum(["direct", "indirect", "hybrid"]).nullable(),
      target: z.string().nullable(),
      budgetFraction: fraction,
      budgetRows: count,
      touchedRows: count,
      repair: z.string(),
      seed: count,
      trainingRows: count,
      testRows: count,
      metrics: figures,
      shareRows: figures.optional(),
      attackerObjective: orNull,
      detections: z.array(z.object({ detector: z.string(), auc: orNull, precision: anyNumber, recall: anyNumber })),
      cuts: z
        .array(z.object({ detector: z.string(), flagged: count, precision: orNull, recall: orNull, falseAlarmRate: anyNumber }))
        .optional(),
      times: z.object({ attackMs: anyNumber, trainMs: anyNumber }),
      patch: sha256.nullable(),
    } satisfies SchemaKeys<TrialRecord & { readonly patch: string | null }>),
  ),
};
