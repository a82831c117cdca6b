import { catalog } from "../../catalog.ts";
import { efforts } from "../../core/method.ts";
import type { MethodInfo } from "../../core/method.ts";
import { paramsSchema } from "../../core/params.ts";
import { accesses, goals, knowledges } from "../../core/threat.ts";
import { encoderParams } from "../../data/encoder.ts";
import type { JsonSchema } from "./json-schema.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const list = (items: JsonSchema, description: string): JsonSchema => ({ type: "array", items, description });
const column = (description: string): JsonSchema => ({ anyOf: [{ type: "string" }, { type: "integer", minimum: 1 }], description });
const columns = (description: string): JsonSchema => list(column("a name, or a 1-based position"), description);
const fraction = (description: string, ends: { readonly default: number; readonly maximum?: number }): JsonSchema => ({
  type: "number",
  exclusiveMinimum: 0,
  ...(ends.maximum === undefined ? { exclusiveMaximum: 1 } : { maximum: ends.maximum }),
  default: ends.default,
  description,
});

/** JSON Schema of a configuration file, made from the catalog. Files are checked against this very object. */
export const configSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Theriac configuration",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: text("where this schema is"),
    data: {
      type: "object",
      additionalProperties: false,
      description: "what is read",
      properties: {
        path: text("a file, a glob or a folder, seen from this file"),
        labels: columns("columns to predict; several are one task each"),
        text: columns("columns of free text to learn from"),
        features: columns("columns to learn from; default: every other column, or only text where text is named"),
        drop: columns("columns to leave out"),
        task: column("column that says which of several related problems a row belongs to"),
        source: column("column that says who contributed a row; none = do not guess one"),
        id: column("column that identifies a row; never learned from"),
        missing: list({ type: "string" }, "words or numbers that mean a missing cell, beside the usual ones"),
        notMissing: list({ type: "string" }, "words that usually mean a missing cell and here are values, such as NA"),
        predict: { enum: ["classes", "number"], description: "what the label is, where the guess is wrong" },
        format: { enum: ["csv", "tsv", "jsonl", "json", "parquet", "svmlight", "idx", "images"], description: "default: by the ending" },
        labelFile: text(
          "images: the IDX file of their labels, or for PNG and JPEG a table with their names and labels; default: as lies beside them",
        ),
        imageSize: text("images: width and height that all are resized to, as 28x28; default: they must have one size"),
        colour: { type: "boolean", description: "images: three numbers a pixel instead of its brightness" },
        header: { type: "boolean", description: "whether the first record names the columns" },
        delimiter: text('one character, or "tab"'),
        quoted: { type: "boolean", description: 'whether " quotes a cell' },
      },
    },
    effort: { enum: efforts, default: "quick", description: "how much is tried unasked: which methods, budgets and seeds" },
    learner: chooseOne("learner", catalog.learners, {}, "what is trained; default: logistic for classes, ridge for a number"),
    encoder: { ...(paramsSchema(encoderParams) as JsonSchema), description: "how columns become numbers" },
    attacks: list(chooseOne("attack", catalog.attacks), "what an attacker tries; default: all that work with the label"),
    access: list({ enum: accesses }, "only attacks with one of these accesses"),
    goal: list({ enum: goals }, "only attacks with one of these goals"),
    knowledge: list(
      { enum: knowledges },
      "what attackers know: each attack is tried with all of these that it can use; default: all that it can use",
    ),
    ownSample: fraction("share of the training rows that an attacker with less than white-box knowledge has", { default: 0.2, maximum: 1 }),
    surrogate: chooseOne(
      "learner",
      catalog.learners,
      {},
      "what a black-box attacker takes for the learner; default: another one for such labels",
    ),
    persistence: {
      type: "boolean",
      default: false,
      description: "how long damage lasts once poisoning stops and clean rows arrive is measured too",
    },
    adaptive: { type: "boolean", default: false, description: "attackers who plan around each repair are tried too" },
    detectors: list(chooseOne("detector", catalog.detectors), "what looks for the poison; default: all that score rows"),
    repairs: list(
      chooseOne("repair", catalog.repairs, { detector: chooseOne("detector", catalog.detectors) }),
      "what is done about it; default: all; one that goes by suspicion uses the detector that it names, else loss or what all together flag",
    ),
    budgets: list(
      { anyOf: [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, { type: "string" }] },
      'shares of the training rows that an attacker may touch: 0.01 or "1%"; default: 1% and 5%, more with more effort',
    ),
    seeds: {
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      description: "how often all is repeated, each time with another split; default: 3, more with more effort",
    },
    seed: { type: "integer", minimum: 0, maximum: 2 ** 48, default: 0, description: "the first seed" },
    limits: list(text('"accuracyDrop@1% <= 0.05", or of the clean model "accuracy >= 0.8"'), "what decides the verdict"),
    strict: { type: "boolean", default: false, description: "an inconclusive limit fails" },
    sharing: {
      enum: ["pooled", "separate"],
      description: "one model for all tasks, or one for each; default: separate for several labels, else pooled",
    },
    testFraction: fraction("share of the rows that is held out for testing", { default: 0.3 }),
    pretraining: {
      type: "number",
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description:
        "share of the training rows that a base model is pretrained on, by somebody else: attackers upstream touch these alone, all others the rest; default: none",
    },
    trustedFraction: {
      type: "number",
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: "share of the training rows that is set apart as verified, for repairs that learn from such rows; default: none",
    },
    flagFraction: fraction("share of the training rows that a detector's precision and recall look at", { default: 0.05, maximum: 1 }),
    attackTasks: list({ type: "string" }, "tasks that receive poison; default: all"),
    targetTasks: list({ type: "string" }, "tasks meant to suffer; default: all"),
    target: list(
      { type: "string" },
      "rows that targeted attacks are to harm, as conditions such as product = 'B0009R0BGC'; one must hold; default: each attack chooses",
    ),
    out: text("folder of the run, seen from this file; default: a new one in theriac-runs"),
  },
};

/** A method by its id, or an object with the id and parameters. */
function chooseOne(
  kind: string,
  methods: readonly MethodInfo[],
  more: Readonly<Record<string, JsonSchema>> = {},
  description = `a ${kind}`,
): JsonSchema {
  const asObject = methods.map(({ id, summary, params }): JsonSchema => ({
    type: "object",
    description: summary,
    required: ["id"],
    additionalProperties: false,
    properties: { id: { const: id }, params: paramsSchema(params) as JsonSchema, ...more },
  }));
  return { description, anyOf: [{ enum: methods.map(({ id }) => id) }, ...asObject] };
}
