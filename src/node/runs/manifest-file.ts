import { z } from "zod";
import type { AnyManifest } from "./manifest.ts";
import type { RunKind } from "./run-kind.ts";
import {
  type SchemaKeys,
  count,
  fraction,
  isoTime,
  note,
  pathText,
  plainName,
  provenance,
  sha256,
  texts,
  trialId,
} from "../schemas/parts.ts";
import type { OwnFile } from "../schemas/read-own-file.ts";

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
  methods: z.array(z.object({ path: pathText, sha256 })).optional(),
  /** 0.1.0 had neither. */
  notes: z.array(note).optional(),
  plan: z.array(plannedCell).optional(),
  /** Absent until a run has ended. */
  records: z.object({ count, sha256 }).optional(),
  afterTrials: z.record(plainName, sha256).optional(),
};

/** @param kinds those that a run may be of */
export function manifestFile(kinds: readonly RunKind[]): OwnFile<AnyManifest> {
  const ofKind = kinds.map(({ id, schemas: { read, data, study } }) =>
    z.object({ kind: z.literal(id), ...run, read, data, study } satisfies SchemaKeys<AnyManifest>),
  );
  return {
    what: "the manifest of a run",
    kinds: kinds.map(({ id }) => id),
    versions: [1, 2],
    schema: z.discriminatedUnion("kind", ofKind as [(typeof ofKind)[0]]).superRefine(({ schema, plan, plannedTrials }, context) => {
      if (schema === 1) return;
      const refuse = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
      if (plan === undefined) return refuse("plan", "a list");
      const ids = plan.flatMap(({ trials }) => trials);
      if (ids.length !== plannedTrials) refuse("plannedTrials", `${ids.length}, the trials of its plan`);
      if (new Set(ids).size < ids.length) refuse("plan", "a list in which no trial stands twice");
    }),
  };
}
