import { z } from "zod";
import type { AnyScannable } from "../kinds/scannable.ts";
import type { CampaignFinding } from "../../study/scan/scan-result.ts";
import type { NumberedFinding } from "./numbered-finding.ts";
import type { ScanManifest } from "./scan-folder.ts";
import { type SchemaKeys, anyNumber, count, isoTime, note, provenance, rowNumber, sha256, sourceFile } from "../schemas/parts.ts";
import type { OwnFile } from "../schemas/read-own-file.ts";

/** What the data are where a manifest does not say. */
export const unnamedKind = "table";
const remedy = "scan the data again";
const reasons = z.array(z.string());

const group = z.object({
  name: z.string(),
  rows: count,
  flaggedRows: count,
  flagged: z.boolean(),
  score: anyNumber,
  reasons,
});

const campaign = z.object({
  detectors: z.array(z.string()),
  rows: z.array(rowNumber),
  accounts: z.array(z.string()),
  tasks: z.array(z.string()),
  days: z.tuple([z.string(), z.string()]).nullable(),
  baseTexts: count.nullable(),
  sentence: z.string(),
  expectedFalseAlarms: anyNumber.nullable(),
  evidence: anyNumber.optional(),
  expectedFindings: anyNumber.nullable().optional(),
  marks: z.array(z.string()).optional(),
  isWeak: z.literal(true).optional(),
  examples: z.array(z.object({ row: rowNumber, line: rowNumber.optional(), prompt: z.string(), answer: z.string() })).optional(),
} satisfies SchemaKeys<CampaignFinding>);

const outcome = z.object({
  id: z.string(),
  subject: z.string(),
  flaggedRows: count.nullable(),
  hasRule: z.boolean(),
  silence: z.string().nullable(),
  expectedFalseAlarms: anyNumber.nullable(),
  findings: z.array(z.string()).optional(),
  error: z.string().nullable(),
});

const scan = {
  kind: z.literal("scan"),
  status: z.literal("finished"),
  finishedAt: isoTime,
  ...provenance,
  files: z.array(sourceFile).min(1),
  against: z.object({ files: z.array(sourceFile).min(1), known: count, added: count, gone: count }).optional(),
  settings: z.record(z.string(), z.unknown()),
  rows: count,
  flagged: count,
  expectedFalseAlarms: anyNumber.nullable(),
  falseAlarms: z.object({ statedRows: count, expected: anyNumber, unknownRows: count, unknownBy: z.array(z.string()) }),
  notes: z.array(note),
  notRun: z.array(z.object({ detector: z.string(), why: z.string() })),
  cannotSee: z.array(z.string()),
  detectors: z.array(outcome),
  sources: z.array(group),
  campaigns: z.array(campaign).optional(),
  tasks: z.array(group),
  findings: z.object({ count, sha256 }),
  review: z.object({ count, scan: z.string() }),
};

/** @param kinds those of data that a scan may be of */
export function scanManifestFile(kinds: readonly Pick<AnyScannable, "id" | "request">[]): OwnFile<ScanManifest<any>> {
  const ofKind = kinds.map(({ id, request }) =>
    z.object({ dataKind: id === unnamedKind ? z.literal(id).optional() : z.literal(id), read: request, ...scan }),
  );
  return {
    what: "the manifest of a scan",
    kinds: ["scan"],
    // Those of schema 1 counted rows from 0 and kept no digest of what was found.
    versions: [2],
    remedy,
    schema: z.discriminatedUnion("dataKind", ofKind as [(typeof ofKind)[0]]),
  };
}

/** A line of `findings.jsonl`; it is of the version of its manifest. */
export const findingFile: OwnFile<NumberedFinding> = {
  what: "what a scan says of a row",
  versions: null,
  remedy,
  // Compiled, since there may be millions.
  schema: z.compile(
    z.object({
      row: rowNumber,
      line: rowNumber.optional(),
      content: z
        .string()
        .regex(/^[0-9a-f]{16}$/, "16 digits of a digest")
        .optional(),
      source: z.string().optional(),
      flagged: z.boolean(),
      score: anyNumber,
      reasons,
      scores: z.record(z.string(), anyNumber.nullable()),
    } satisfies SchemaKeys<NumberedFinding>),
  ),
};
