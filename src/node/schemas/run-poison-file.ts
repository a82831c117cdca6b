import { z } from "zod";
import type { Poison } from "../../core/poison.ts";
import { anyNumber, cell, cells, chosen, count, fraction, numbers, sparseCell, trialId } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

export const patchOfARun = "a patch of a run";

/** What `poison/<trial>.json` of a run holds. */
export interface RunPoison {
  readonly seed: number;
  readonly budgetFraction: number;
  readonly attack: { readonly id: string } | null;
  readonly learner?: { readonly id: string };
  /** What runs of 0.1.0 call the learner of a recommender. */
  readonly engine?: { readonly id: string };
  readonly trials: readonly string[];
  readonly poison: Poison;
}

/** Conditions have grown with the attacks; what reads them checks them against the table. */
const intent = z.record(z.string(), z.unknown()).optional();

export const cellChange = z.object({ row: count, column: z.string(), before: cell, after: cell });
export const rawRow = z.object({ kind: z.literal("raw"), cells });
const featureChange = z.object({ row: count, task: count, x: numbers });
const featureRow = z.object({ kind: z.literal("features"), x: z.union([numbers, sparseCell]), y: anyNumber, task: count });

const dataPoison = z.object({
  kind: z.literal("data"),
  relabel: z.array(cellChange),
  edit: z.array(z.union([cellChange, featureChange])),
  insert: z.array(z.discriminatedUnion("kind", [rawRow, featureRow])),
  intent,
});

/** A patch to the data, to what was pretrained on, to the learner, or of accounts. */
export const patchSchema = z.discriminatedUnion("kind", [
  dataPoison,
  z.object({
    kind: z.literal("upstream"),
    pretraining: dataPoison,
    base: z.object({ sizes: z.array(count), theta: numbers }).optional(),
    intent,
  }),
  z.object({
    kind: z.literal("logic"),
    reweight: z.array(z.object({ row: count, task: count, factor: anyNumber })),
    mislabel: z.array(z.object({ row: count, task: count, y: anyNumber })),
    settings: z.record(z.string(), z.unknown()),
    parameters: z.array(z.object({ index: count, value: anyNumber })),
    rules: z.array(z.record(z.string(), z.unknown())),
    intent,
  }),
  z.object({
    kind: z.literal("accounts"),
    accounts: z.array(
      z
        .object({ items: z.array(count), values: numbers })
        .refine(({ items, values }) => items.length === values.length, "an account with as many items as values"),
    ),
  }),
]);

export function runPoisonFile(poison: z.ZodType): OwnFile<RunPoison> {
  return {
    what: patchOfARun,
    versions: [1],
    schema: z.object({
      schema: z.literal(1),
      seed: count,
      budgetFraction: fraction,
      attack: chosen.nullable(),
      learner: chosen.optional(),
      engine: chosen.optional(),
      trials: z.array(trialId).min(1),
      poison,
    }),
  };
}
