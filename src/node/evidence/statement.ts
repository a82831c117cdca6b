import { z } from "zod";
import type { Evidence } from "../../report/evidence/evidence.ts";
import { canonicalJson } from "../attest/canonical-json.ts";
import { digest } from "../runs/provenance.ts";
import { sha256 } from "../schemas/parts.ts";
import type { OwnFile } from "../schemas/read-own-file.ts";

/** An artifact by its digest, as in-toto names one. */
export interface ResourceDescriptor {
  readonly name: string;
  readonly digest: { readonly sha256: string };
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** An in-toto Statement v1 (github.com/in-toto/attestation, spec/v1/statement.md). */
export interface InTotoStatement<P = unknown> {
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly ResourceDescriptor[];
  readonly predicateType: string;
  readonly predicate: P;
}

export const testResultType = "https://in-toto.io/attestation/test-result/v0.1";
export const evidenceType = "urn:theriac:evidence:v1";

/** The vetted predicate Test Result v0.1 (spec/predicates/test-result.md). */
export interface TestResult {
  readonly result: "PASSED" | "WARNED" | "FAILED";
  readonly configuration: readonly ResourceDescriptor[];
  readonly passedTests: readonly string[];
  readonly warnedTests: readonly string[];
  readonly failedTests: readonly string[];
}

/** Our predicate, with a digest of each of its fields and of the statement's, so that a changed one is known by name. */
export type SealedEvidence = Evidence & { readonly digests: Readonly<Record<string, string>> };

/** The digests of the fields of a statement and of its predicate, those of the digests themselves left out. */
export function fieldDigests({ predicate, ...rest }: InTotoStatement<object>): Record<string, string> {
  const { digests: _, configuration, ...fields } = predicate as Record<string, unknown>;
  const plain = Array.isArray(configuration)
    ? { configuration: (configuration as ResourceDescriptor[]).map(({ annotations: __, ...descriptor }) => descriptor) }
    : {};
  const named = [
    ...Object.entries(rest),
    ...Object.entries({ ...fields, ...plain }).map(([key, value]): [string, unknown] => [`predicate.${key}`, value]),
  ];
  return Object.fromEntries(named.map(([key, value]) => [key, digest(canonicalJson(value))]));
}

/** Fields that are not what their digests say, came or are gone, a sentence each. */
export function changedFields(statement: InTotoStatement<object>): string[] {
  const told = digestsOf(statement);
  if (told === null) return ["predicate.digests: they are gone, so no field can be told from a changed one"];
  const found = fieldDigests(statement);
  return [...new Set([...Object.keys(told), ...Object.keys(found)])]
    .filter((key) => told[key] !== found[key])
    .map(
      (key) =>
        `${key}: ${found[key] === undefined ? "it was taken out" : told[key] === undefined ? "it was put in" : "it was changed"} after the statement was made; its digest does not fit`,
    );
}

function digestsOf({ predicate }: InTotoStatement<object>): Readonly<Record<string, string>> | null {
  const { digests, configuration } = predicate as { digests?: unknown; configuration?: readonly ResourceDescriptor[] };
  const found = digests ?? configuration?.find(({ annotations }) => annotations?.digests !== undefined)?.annotations?.digests;
  return typeof found === "object" && found !== null ? (found as Record<string, string>) : null;
}

const descriptor = z.object({ name: z.string(), digest: z.object({ sha256 }), annotations: z.record(z.string(), z.unknown()).optional() });

/** What every statement of ours is held against when it is read back. */
export const statementFile: OwnFile<InTotoStatement<object>> = {
  what: "an in-toto statement of theriac attest",
  versions: null,
  schema: z.object({
    _type: z.literal("https://in-toto.io/Statement/v1"),
    subject: z.array(descriptor).min(1),
    predicateType: z.enum([testResultType, evidenceType]),
    predicate: z.record(z.string(), z.unknown()),
  }),
};

const testResult = z.object({
  result: z.enum(["PASSED", "WARNED", "FAILED"]),
  configuration: z.array(descriptor).min(1),
  passedTests: z.array(z.string()),
  warnedTests: z.array(z.string()),
  failedTests: z.array(z.string()),
});

/** What verifying goes by; what evidence says beyond that is for its reader. */
const evidence = z.object({
  schema: z.literal(1),
  kind: z.literal("theriac-evidence"),
  run: z.object({ name: z.string(), kind: z.string() }),
  verdict: z.object({ outcome: z.string(), reasons: z.array(z.string()) }),
  data: z.object({
    read: z.record(z.string(), z.unknown()),
    files: z.array(z.object({ name: z.string(), sha256, rows: z.int().min(0) })).min(1),
    rowsRoot: z.object({ algorithm: z.literal("sha256-rfc6962"), root: sha256, rows: z.int().min(0) }).nullable(),
  }),
});

/** The same with the form of its predicate. */
export function predicateFile(predicateType: string): OwnFile<InTotoStatement<object>> {
  return { ...statementFile, schema: z.object({ predicate: predicateType === testResultType ? testResult : evidence }) };
}
