import { z } from "zod";
import { knowledges } from "../../core/threat.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { TasksStudyConfig } from "../../study/tasks/config.ts";
import type { AnyManifest, DataInfo, Manifest, RatingsManifest, TasksInfo, TasksManifest } from "../runs/manifest.ts";
import {
  chosen,
  count,
  encoder,
  fraction,
  isoTime,
  note,
  provenance,
  ratingScale,
  ratingsRequest,
  readRequest,
  roles,
  sha256,
  sharing,
  sourceFile,
  target,
  type SchemaKeys,
} from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

const texts = z.array(z.string());
const openFraction = z.number().gt(0).lt(1);
const someFraction = z.number().gt(0).max(1);
/** More seeds than anybody waits for; a larger number would only fill the memory. */
const seeds = { seeds: z.int().min(1).max(1_000_000), firstSeed: count };

/** 16 hexadecimal digits: a file is named after one. */
export const trialId = z.string().regex(/^[0-9a-f]{16}$/, "the id of a trial, 16 hexadecimal digits");

const plannedCell = z.object({
  seed: count,
  learner: z.string().optional(),
  engine: z.string().optional(),
  attack: z.string().nullable(),
  budgetFraction: fraction,
  trials: z.array(trialId),
});

/** What the digests of trials are made of is kept to the letter; only what a report reads of it is checked. */
const columnsOf = z.object({ dialect: z.object({ columns: texts.optional() }).optional() });
const identity = z.unknown().refine((value) => columnsOf.safeParse(value).success, "an object whose dialect names columns");

const run = {
  schema: z.union([z.literal(1), z.literal(2)]),
  status: z.enum(["started", "finished", "cancelled", "failed"]),
  error: z.string().optional(),
  startedAt: isoTime,
  finishedAt: isoTime.nullable(),
  ...provenance,
  identity,
  plannedTrials: count,
  limits: z.array(z.string().max(500)),
  strict: z.boolean(),
  /** 0.1.0 had neither. */
  notes: z.array(note).optional(),
  plan: z.array(plannedCell).optional(),
  /** Absent until a run has ended. */
  records: z.object({ count, sha256 }).optional(),
};

const study = z.object({
  encoder,
  learner: chosen,
  learners: z
    .array(chosen.extend({ attacks: texts.optional(), repairs: texts.optional() }))
    .min(1)
    .optional(),
  sharing,
  attacks: z.array(
    chosen.extend({
      knowledge: z.enum(knowledges).optional(),
      against: z.string().optional(),
      lasting: z.literal(true).optional(),
    }),
  ),
  detectors: z.array(chosen),
  repairs: z.array(chosen.extend({ detector: chosen.nullable() })),
  budgets: z.array(someFraction),
  ...seeds,
  testFraction: openFraction,
  pretraining: openFraction.optional(),
  trustedFraction: openFraction.optional(),
  flagFraction: someFraction,
  attackTasks: texts.nullable(),
  targetTasks: texts.nullable(),
  target: texts.nullable(),
  ignorance: z.object({ ownSample: someFraction, surrogate: chosen }),
} satisfies SchemaKeys<StudyConfig>);

const audit = z.object({
  kind: z.literal("audit"),
  ...run,
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
  study,
} satisfies SchemaKeys<Manifest>);

const ratingsStudy = z.object({
  engines: z.array(chosen.extend({ attacks: texts, repairs: texts.optional() })).min(1),
  attacks: z.array(chosen),
  detectors: z.array(chosen),
  repairs: z.array(chosen.extend({ detector: chosen })),
  budgets: z.array(someFraction),
  ...seeds,
  goal: z.enum(["promote", "demote", "availability"]),
  targets: texts,
  audience: texts.optional(),
  fillers: count,
  flagFraction: someFraction,
} satisfies SchemaKeys<RatingsStudyConfig>);

const ratingsAudit = z.object({
  kind: z.literal("ratings-audit"),
  ...run,
  read: ratingsRequest,
  data: z.object({ files: z.array(sourceFile), ratings: count, users: count, items: count, scale: ratingScale, hasTime: z.boolean() }),
  study: ratingsStudy,
} satisfies SchemaKeys<RatingsManifest>);

const tasks = z.object({
  kind: z.literal("tasks"),
  ...run,
  read: readRequest,
  data: z.object({
    files: z.array(sourceFile),
    roles,
    rows: count,
    examples: count,
    target,
    tasks: z.array(z.object({ name: z.string(), rows: count })).min(2),
  } satisfies SchemaKeys<TasksInfo>),
  study: z.object({
    learner: chosen,
    single: chosen,
    metric: z.string(),
    attacks: z.array(chosen),
    repairs: z.array(z.never()),
    budgets: z.array(someFraction).length(1),
    ...seeds,
    testFraction: openFraction,
  } satisfies SchemaKeys<TasksStudyConfig>),
} satisfies SchemaKeys<TasksManifest>);

export const manifestFile: OwnFile<AnyManifest> = {
  what: "the manifest of a run",
  kinds: ["audit", "ratings-audit", "tasks"],
  versions: [1, 2],
  schema: z.discriminatedUnion("kind", [audit, ratingsAudit, tasks]).superRefine(({ schema, plan, plannedTrials }, context) => {
    if (schema === 1) return;
    const refuse = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    if (plan === undefined) return refuse("plan", "a list");
    const ids = plan.flatMap(({ trials }) => trials);
    if (ids.length !== plannedTrials) refuse("plannedTrials", `${ids.length}, the trials of its plan`);
    if (new Set(ids).size < ids.length) refuse("plan", "a list in which no trial stands twice");
  }),
};
