import { z } from "zod";
import type { EncoderParams } from "../../data/encoder.ts";
import type { RatingsRequest } from "../read/ratings/read-ratings.ts";
import type { ReadRequest, SourceFile } from "../read/request.ts";

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
const texts = z.array(z.string());

export const roles = z.object({
  labels: texts.min(1),
  features: texts,
  task: z.string().nullable(),
  source: z.string().nullable(),
  id: z.string().nullable(),
});

const cellsOfRequest = {
  data: pathText,
  format: format.optional(),
  header: z.boolean().optional(),
  delimiter: z.string().optional(),
  quoted: z.boolean().optional(),
  memoryLimitBytes: finite.min(0).optional(),
};

export const readRequest = z.object({
  ...cellsOfRequest,
  labelFile: pathText.optional(),
  imageSize: z.string().optional(),
  colour: z.boolean().optional(),
  labels: texts,
  text: texts,
  features: texts,
  drop: texts,
  task: z.string().optional(),
  source: z.string().optional(),
  id: z.string().optional(),
  predict: z.enum(["classes", "number"]).optional(),
  missing: texts.optional(),
  notMissing: texts.optional(),
} satisfies SchemaKeys<ReadRequest>);

export const ratingsRequest = z.object({
  ...cellsOfRequest,
  user: z.string().optional(),
  item: z.string().optional(),
  rating: z.string().optional(),
  time: z.string().optional(),
  scale: z.object({ low: finite, high: finite, step: finite.optional(), clip: z.boolean().optional() }).optional(),
  notRated: z.array(z.union([finite, z.string()])).optional(),
} satisfies SchemaKeys<RatingsRequest>);

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
