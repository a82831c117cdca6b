import type { KeyObject } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Evidence } from "../../report/evidence/evidence.ts";
import { digest } from "../runs/provenance.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { parseOwn } from "../schemas/read-own-file.ts";
import { shownPath } from "../schemas/shown.ts";
import { evidenceFiles, rowsOfData } from "./attest-run.ts";
import { openEnvelope, readEnvelope } from "./dsse.ts";
import { type InTotoStatement, type TestResult, changedFields, predicateFile, statementFile, testResultType } from "./statement.ts";

/** One thing that was looked at. */
export interface EvidenceCheck {
  readonly name: "envelope" | "statement" | "fields" | "signature" | "evidence" | "data" | "rows";
  readonly outcome: "pass" | "fail" | "skipped";
  readonly text: string;
}

export interface VerifiedEvidence {
  /** `fail`: something was changed. `unproven`: nothing speaks against it, but no key that is trusted was named. */
  readonly outcome: "pass" | "fail" | "unproven";
  readonly checks: readonly EvidenceCheck[];
  readonly unseen: readonly string[];
}

export interface VerifyRunOptions {
  readonly envelope: string;
  readonly publicKey: KeyObject | null;
  /** The data as they are here; absent = they are not looked at. */
  readonly data?: string | undefined;
}

/** Whether a file is an envelope, by its key `payloadType`; what cannot be read is left to whoever reads it as what it is taken for. */
export function isEnvelope(path: string): boolean {
  try {
    const value: unknown = JSON.parse(readBytes(path, { what: "an attestation", maxBytes: 1 << 28 }).toString("utf8"));
    return typeof value === "object" && value !== null && ("payloadType" in value || "signatures" in value) && !("statement" in value);
  } catch {
    return false;
  }
}

/**
 * Holds an envelope of theriac attest against its signature, its own digests and, where they are named, the data. Whatever was changed is named.
 *
 * @throws UsageError where the file is no envelope, or the data cannot be read
 */
export async function verifyRun({ envelope, publicKey, data }: VerifyRunOptions): Promise<VerifiedEvidence> {
  const { faults, notes, body, proved } = openEnvelope(readEnvelope(envelope), publicKey);
  const checks: EvidenceCheck[] = [];
  const ofSignature = faults.filter((fault) => fault.startsWith("signatures"));
  const ofEnvelope = faults.filter((fault) => !ofSignature.includes(fault));
  checks.push(checkOf("envelope", ofEnvelope, "payloadType and payload have the form that they must have"));
  if (ofSignature.length > 0) checks.push(checkOf("signature", ofSignature, ""));
  else if (proved > 0)
    checks.push({
      name: "signature",
      outcome: "pass",
      text: ["it fits payloadType and payload under the key that you trust", ...notes].join("; "),
    });
  else
    checks.push({
      name: "signature",
      outcome: "skipped",
      text: "no key was named, and anybody could have made the one that the envelope names: --key",
    });
  const statement = body === null ? null : parsed(body, envelope, statementFile, checks);
  if (statement !== null) {
    checks.push(checkOf("fields", changedFields(statement), "each field has the digest that the statement holds of it"));
    parsed(body!, envelope, predicateFile(statement.predicateType), checks);
    // What is not proved sends nobody to files.
    if (!checks.some(({ outcome }) => outcome === "fail")) await besides(statement, { envelope, data }, checks);
  }
  const outcome = checks.some((check) => check.outcome === "fail") ? "fail" : proved > 0 ? "pass" : "unproven";
  return { outcome, checks, unseen: unseenOf(data) };
}

function parsed(body: string, envelope: string, file: typeof statementFile, checks: EvidenceCheck[]): InTotoStatement<object> | null {
  try {
    const statement = parseOwn(body, `the payload of ${shownPath(envelope)}`, file);
    if (file !== statementFile)
      checks.push({ name: "statement", outcome: "pass", text: `an in-toto Statement v1 with the predicate ${statement.predicateType}` });
    return statement;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    checks.push({ name: "statement", outcome: "fail", text: error.message });
    return null;
  }
}

async function besides(
  { predicateType, predicate, subject }: InTotoStatement<object>,
  { envelope, data }: Pick<VerifyRunOptions, "envelope" | "data">,
  checks: EvidenceCheck[],
): Promise<void> {
  if (predicateType === testResultType) {
    const [{ name, digest: told }] = (predicate as TestResult).configuration;
    const path = join(dirname(envelope), evidenceFiles.evidence);
    if (name !== evidenceFiles.evidence || !existsSync(path))
      checks.push({ name: "evidence", outcome: "skipped", text: "the evidence that it names is not beside it" });
    else
      checks.push(
        checkOf(
          "evidence",
          digest(readFileSync(path)) === told.sha256 ? [] : [`${evidenceFiles.evidence} is not what the test result was signed for`],
          "it is that of the evidence beside it",
        ),
      );
    checks.push(data === undefined ? notNamed : ofSubject(subject, data));
    return;
  }
  const { data: told, run } = predicate as Evidence;
  if (data === undefined) {
    checks.push(notNamed);
    return;
  }
  const found = await rowsOfData(run.kind, { ...told.read, data });
  const same = found.files.length === told.files.length && found.files.every(({ sha256 }, i) => sha256 === told.files[i].sha256);
  checks.push(
    checkOf(
      "data",
      same ? [] : [`${shownPath(data)}: it does not have the digest that the evidence holds`],
      "the files have the digests that the evidence holds",
    ),
  );
  if (told.rowsRoot === null) checks.push({ name: "rows", outcome: "skipped", text: "the evidence holds no root over the rows" });
  else
    checks.push(
      checkOf(
        "rows",
        found.root.root === told.rowsRoot.root
          ? []
          : [`the root over ${found.root.rows} rows is not that over the ${told.rowsRoot.rows} of the evidence`],
        `the root over all ${found.root.rows} rows is that of the evidence`,
      ),
    );
}

const notNamed: EvidenceCheck = { name: "data", outcome: "skipped", text: "the data were not named, so they were not looked at: --data" };

/**
 * A test result says not how the data were read, so that a file is held against the digest that it names.
 *
 * @throws UsageError where the data are several files, or cannot be read
 */
function ofSubject(subject: InTotoStatement["subject"], data: string): EvidenceCheck {
  const told = subject.filter(({ name }, i) => !(i === subject.length - 1 && name === "manifest.json") && name !== "records.jsonl");
  if (told.length !== 1 || statSync(data, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(
      `--data of a test result takes one file, and these data are several: verify ${evidenceFiles.signedEvidence} with it`,
    );
  const bytes = readBytes(data, { what: "the data", maxBytes: 2 ** 31 - 1 });
  return checkOf(
    "data",
    digest(bytes) === told[0].digest.sha256 ? [] : [`${shownPath(data)}: it does not have the digest that the test result was signed for`],
    "the file has the digest that the test result was signed for",
  );
}

function checkOf(name: EvidenceCheck["name"], faults: readonly string[], text: string): EvidenceCheck {
  return faults.length === 0 ? { name, outcome: "pass", text } : { name, outcome: "fail", text: faults.join("; ") };
}

function unseenOf(data: string | undefined): string[] {
  return [
    "Whether the audit was done as the evidence says: the command in it does it again.",
    "When it was done, and whether the signer kept the key: the time is the signer's word.",
    ...(data === undefined ? ["Whether your data are those that were audited (--data)."] : []),
  ];
}
