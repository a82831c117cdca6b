import { z } from "zod";
import { accesses, goals, knowledges } from "../../core/threat.ts";
import type { ClassRecall, LearnerDoubts, SurrogateFigures, TrialRecord } from "../../study/record.ts";
import type { DefenceOfSeed, DefendedCell, FewLineOfSeed, FewOfSeed, SearchFindings, SharingFindings } from "../../study/tasks/findings.ts";
import { type Decided, decidedWhys } from "../../study/stopping/decided.ts";
import type { UnnoticedResult } from "../../study/unnoticed/result.ts";
import type { SearchResult, Tried } from "../../study/until/search.ts";
import type { AttackOutcome } from "../../study/tasks/measure-attack.ts";
import { taskKnowledges } from "../../study/tasks/config.ts";
import type { PriceOfSeed } from "../../study/tasks/price-of-sharing.ts";
import { type SchemaKeys, anyNumber, count, fraction, numbers, sha256, trialId } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

const figures = z.record(z.string(), anyNumber);
const orNull = anyNumber.nullable();

const tasks = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("sharing"),
    single: orNull,
    pooled: orNull,
    together: orNull,
    byTask: z.array(z.object({ single: orNull, together: orNull } satisfies SchemaKeys<SharingFindings["byTask"][number]>)),
    trainRows: z.array(count),
    relation: numbers,
    vulnerability: numbers,
    noVulnerability: z.string().optional(),
  } satisfies SchemaKeys<SharingFindings>),
  z.object({
    kind: z.literal("attack"),
    outcome: z
      .object({
        kind: z.enum(["ascent", "copies"]),
        before: anyNumber,
        after: anyNumber,
        flipped: anyNumber,
      } satisfies SchemaKeys<AttackOutcome>)
      .nullable(),
  }),
  z.object({
    kind: z.literal("price"),
    points: z.array(
      z.object({
        by: z.enum(["relationDecay", "targetRows"]),
        value: anyNumber,
        gain: orNull,
        gainOfAll: orNull,
        damage: orNull,
      } satisfies SchemaKeys<PriceOfSeed>),
    ),
  }),
  z.object({
    kind: z.literal("defence"),
    measured: z
      .object({
        ownRows: count,
        freshRows: count,
        cells: z.array(
          z.object({
            knowledge: z.enum(taskKnowledges).nullable(),
            repair: z.string(),
            isFresh: z.boolean(),
            value: anyNumber,
          } satisfies SchemaKeys<DefendedCell>),
        ),
      } satisfies SchemaKeys<DefenceOfSeed>)
      .nullable(),
  }),
  z.object({
    kind: z.literal("search"),
    tried: z.array(z.object({ tasks: z.array(count), harm: anyNumber } satisfies SchemaKeys<SearchFindings["tried"][number]>)),
  } satisfies SchemaKeys<SearchFindings>),
  z.object({
    kind: z.literal("few"),
    measured: z
      .object({
        poisonRows: count,
        flipped: anyNumber,
        lines: z.array(
          z.object({
            knowledge: z.enum(taskKnowledges),
            isHalved: z.boolean(),
            targetRows: count,
            before: anyNumber,
            alone: anyNumber,
            after: anyNumber,
          } satisfies SchemaKeys<FewLineOfSeed>),
        ),
      } satisfies SchemaKeys<FewOfSeed>)
      .nullable(),
  }),
]);

/** A line of `records.jsonl` without its check; it is of the version of its manifest. */
export const recordFile: OwnFile<TrialRecord & { readonly patch: string | null }> = {
  what: "the record of a trial",
  versions: null,
  // Compiled, since there may be very many.
  schema: z.compile(
    z.object({
      id: trialId,
      status: z.enum(["ok", "failed", "not-needed"]),
      decided: z.object({ seed: count, why: z.enum(decidedWhys) } satisfies SchemaKeys<Decided>).optional(),
      error: z.string().optional(),
      learner: z.string(),
      learnerParams: z.unknown(),
      encoder: z.enum(["poisoned", "frozen"]).nullish(),
      attack: z.string().nullable(),
      access: z.enum(accesses).nullable(),
      goal: z.enum(goals).nullable(),
      knowledge: z.enum(knowledges).nullable(),
      adaptive: z.literal(true).optional(),
      inFeatureSpace: z.literal(true).optional(),
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
      recalls: z.array(z.object({ rows: count, recall: orNull } satisfies SchemaKeys<ClassRecall>)).optional(),
      attackerObjective: orNull,
      attackerEstimate: orNull.optional(),
      until: z
        .object({
          rows: orNull,
          tried: z.array(z.object({ rows: count, value: anyNumber } satisfies SchemaKeys<Tried>)),
        } satisfies SchemaKeys<SearchResult>)
        .optional(),
      unnoticed: z
        .object({
          attack: z.string().nullable(),
          access: z.enum(accesses).nullable(),
          rows: count,
          flaggedAgain: count,
          blind: z.object({
            attack: z.string(),
            rows: count,
            flagged: count,
            byDetector: z.array(z.object({ detector: z.string(), flagged: count })),
          } satisfies SchemaKeys<UnnoticedResult["blind"]>),
          falseAlarms: count,
          tried: z.array(z.string()),
        } satisfies SchemaKeys<UnnoticedResult>)
        .optional(),
      detections: z.array(z.object({ detector: z.string(), auc: orNull, precision: anyNumber, recall: anyNumber })),
      cuts: z
        .array(z.object({ detector: z.string(), flagged: count, precision: orNull, recall: orNull, falseAlarmRate: anyNumber }))
        .optional(),
      tasks: tasks.optional(),
      transfer: z
        .object({
          surrogate: z.string(),
          agreement: anyNumber,
          metrics: figures,
          cleanMetrics: figures,
          runs: count,
          isAsked: z.boolean(),
          tried: z.array(orNull).optional(),
        } satisfies SchemaKeys<SurrogateFigures>)
        .optional(),
      doubts: z
        .object({
          repeated: z.object({ answers: count, changed: count }).optional(),
          constant: z.object({ rows: count, right: count, constantRight: count }).optional(),
        } satisfies SchemaKeys<LearnerDoubts>)
        .optional(),
      times: z.object({ attackMs: anyNumber, trainMs: anyNumber }),
      patch: sha256.nullable(),
    } satisfies SchemaKeys<TrialRecord & { readonly patch: string | null }>),
  ),
};
