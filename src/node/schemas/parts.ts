import { z } from "zod";
import type { EncoderParams } from "../../data/encoder.ts";
import { type AskedBudget, type BudgetUnit, type CountedBudget, budgetUnits, readCount } from "../../study/budgets.ts";
import type { CommandName, DataKind, OptionType } from "../config/options/option.ts";
import { optionsOf } from "../config/options/options.ts";
import type { UnnoticedAsked } from "../../study/config.ts";
import type { Stopping, WatchedLimit } from "../../study/stopping/decided.ts";
import type { UntilAsked } from "../../study/until/goal.ts";
import type { SourceFile } from "../read/request.ts";

/** A schema for each key of a type: a key that comes to the type and not to its schema is an error of the compiler. */
export type SchemaKeys<T> = { readonly [K in keyof Required<T>]: z.ZodType };

/** Texts that may go into a path: without NUL, which no path may hold, and no longer than paths are. */
export const pathText = z
  .string()
  .refine((text) => text.length <= 4096 && !text.includes("\0"), "a path of at most 4096 characters without a NUL character");

/** Any number, NaN and the infinities too. */
export const anyNumber = z.custom<number>((value) => typeof value === "number", "a number");

export const finite = z.number();
export const count = z.int().min(0);
/** Rows and lines as people count them. */
export const rowNumber = z.int().min(1);
export const fraction = z.number().min(0).max(1);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 of 64 hexadecimal digits");

/** As `Date.toISOString` writes them; what else `Date.parse` takes differs from engine to engine. */
export const isoTime = z
  .string()
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    "a time such as 2026-01-01T00:00:00.000Z",
  );

/** The name of a file without its folder, short enough for every file system. */
export const plainName = z
  .string()
  .refine(
    (name) => name !== "" && name !== "." && name !== ".." && !/[\\/\0]/.test(name) && Buffer.byteLength(name) <= 255,
    "the name of a file without its folder, of at most 255 bytes",
  );

/** A method by name with its parameters. */
export const chosen = z.object({ id: z.string(), params: z.record(z.string(), z.unknown()) });

export const provenance = {
  theriac: z.string(),
  node: z.string(),
  platform: z.string(),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
};

export const sourceFile = z.object({ path: pathText, bytes: count, sha256, rows: count } satisfies SchemaKeys<SourceFile>);
export const note = z.object({ level: z.enum(["info", "warning"]), text: z.string() });

/** Which formats there are, the reader knows. */
const format = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, "the name of a format");
export const texts = z.array(z.string());

export const roles = z.object({
  labels: texts.min(1),
  features: texts,
  task: z.string().nullable(),
  source: z.string().nullable(),
  id: z.string().nullable(),
});

/** What was asked to be read of such data: what the table of options has of them. */
function requestOf(kind: DataKind, command: CommandName = "audit"): z.ZodObject {
  const own = optionsOf(command, kind).flatMap(({ key, type }) => {
    const [, name] = /^data\.(\w+)$/.exec(key ?? "") ?? [];
    return name === undefined || name === "kind" || name === "path" ? [] : [[name, name === "format" ? format.optional() : valueOf(type)]];
  });
  return z.object({ data: pathText, memoryLimitBytes: finite.min(0).optional(), ...(Object.fromEntries(own) as z.ZodRawShape) });
}

function valueOf(type: OptionType): z.ZodType {
  switch (type.of) {
    case "columns":
      return texts;
    case "texts":
      return texts.optional();
    case "values":
      return z.array(z.union([finite, z.string()])).optional();
    case "choice":
      return z.enum(type.among).optional();
    case "switch":
    case "either":
      return z.boolean().optional();
    case "path":
      return pathText.optional();
    case "whole":
      return count.optional();
    case "scale":
      return z.object({ low: finite, high: finite, step: finite.optional(), clip: z.boolean().optional() }).optional();
    default:
      return z.string().optional();
  }
}

export const readRequest = requestOf("table");
export const ratingsRequest = requestOf("ratings");
export const dialoguesRequest = requestOf("dialogues", "scan");

export const ratingScale = z.object({ low: finite, high: finite, step: finite.min(0) });

export const target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("classes"), names: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal("real") }),
]);

export const encoder = z.object({
  bigrams: z.boolean(),
  minDocuments: z.int().min(1),
  fittedOn: z.enum(["poisoned", "frozen"]),
} satisfies SchemaKeys<EncoderParams>);
export const sharing = z.enum(["pooled", "separate"]);

const sparseCell = z
  .object({ indices: z.array(count), values: z.array(anyNumber) })
  .refine(({ indices, values }) => indices.length === values.length, "a sparse vector with as many indices as values");

/** One cell of a table. */
export const cell = z.union([finite, z.string(), z.null(), sparseCell]);
export const cells = z.record(z.string(), cell);
export const numbers = z.array(anyNumber);
export { sparseCell };

export const openFraction = z.number().gt(0).lt(1);
export const someFraction = z.number().gt(0).max(1);
/** Budgets that were asked for as counts. */
export const counted = z
  .array(
    z.object({
      fraction: someFraction,
      count: z.int().min(1),
      unit: z.enum(Object.keys(budgetUnits) as [BudgetUnit]),
      rowsEach: z.int().min(1).optional(),
      attacks: z.array(z.string()).optional(),
    } satisfies SchemaKeys<CountedBudget>),
  )
  .optional();
/** More seeds than anybody waits for; a larger number would only fill the memory. */
export const seeds = { seeds: z.int().min(1).max(1_000_000), firstSeed: count };

/** 16 hexadecimal digits: a file is named after one. */
export const trialId = z.string().regex(/^[0-9a-f]{16}$/, "the id of a trial, 16 hexadecimal digits");

/** What is asked how little poison brings it about. */
export const untilSchema = z.object({
  metric: z.string(),
  operator: z.enum([">=", "<="]),
  bound: anyNumber,
  seeds: seeds.seeds,
} satisfies SchemaKeys<UntilAsked>);

/** When it is looked which trials are still needed. */
export const stoppingSchema = z.object({
  looks: z.array(seeds.seeds),
  limits: z.array(
    z.object({
      metric: z.string(),
      budget: z.custom<AskedBudget>((value) =>
        typeof value === "number" ? value > 0 && value <= 1 : typeof value === "string" && readCount(value) !== null,
      ),
      operator: z.enum([">=", "<="]),
      bound: anyNumber,
    } satisfies SchemaKeys<WatchedLimit>),
  ),
} satisfies SchemaKeys<Stopping>);

/** What is asked of attackers who keep below the cut of a scan. */
export const unnoticedSchema = z.object({
  budgetFraction: someFraction,
  watchers: z.array(chosen),
} satisfies SchemaKeys<UnnoticedAsked>);
