import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import { type Decision, type Evidence, type RowsRoot, makeEvidence } from "../../report/evidence/evidence.ts";
import { mlBom } from "../../report/evidence/ml-bom.ts";
import { limitOutcomes } from "../../report/judging/limit-outcomes.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { tellVerdict } from "../../report/judging/verdict.ts";
import type { Summary } from "../../study/summary.ts";
import { type OpenedRun, openRun } from "../audit.ts";
import { auditCommand } from "../config/audit-command.ts";
import { commandText } from "../config/command-line.ts";
import { ratingsScan } from "../kinds/ratings-scan.ts";
import type { AnyScannable } from "../kinds/scannable.ts";
import { tableScan } from "../kinds/table-scan.ts";
import { ratingsCommand } from "../ratings/ratings-command.ts";
import type { Manifest, RatingsManifest } from "../runs/manifest.ts";
import { digest } from "../runs/provenance.ts";
import { shownPath } from "../schemas/shown.ts";
import { contentOf } from "../scan/numbered-finding.ts";
import { holdFolder } from "../write/hold-folder.ts";
import { refuseExisting, writeFiles } from "../write/write-files.ts";
import { sealed } from "./dsse.ts";
import { merkleRoot } from "./merkle-root.ts";
import { type InTotoStatement, type ResourceDescriptor, type TestResult, evidenceType, fieldDigests, testResultType } from "./statement.ts";

export const evidenceFiles = {
  evidence: "evidence.json",
  signedEvidence: "evidence.dsse.json",
  signedTests: "test-result.dsse.json",
  bom: "ml-bom.cdx.json",
} as const;

export interface AttestRunOptions {
  /** Folder for the files; made if it is not there. */
  readonly out: string;
  /** null = nothing is signed, and no envelope is written. */
  readonly privateKey: KeyObject | null;
  readonly decisions?: readonly Decision[];
}

/**
 * Writes what a finished run is evidence of: the pack, the same and its test result signed as in-toto statements in DSSE envelopes, and a bill of materials.
 *
 * @returns the paths that were written
 * @throws UsageError where the run is not finished, or the files cannot be written
 */
export async function attestRun(path: string, { out, privateKey, decisions = [] }: AttestRunOptions): Promise<string[]> {
  const release = await holdFolder(out, "--out");
  try {
    const names = Object.values(evidenceFiles).filter((name) => privateKey !== null || !name.endsWith(".dsse.json"));
    for (const name of names) refuseExisting(join(out, name));
    const run = await openRun(path);
    if (run.manifest.status !== "finished")
      throw new UsageError(
        `${shownPath(path)} is not finished (its status is "${run.manifest.status}"), so it is no evidence yet: go on with it`,
      );
    const evidence = await evidenceOf(run, decisions);
    const statement = evidenceStatement(evidence, run);
    const text = `${JSON.stringify(statement, null, 2)}\n`;
    const files = [{ path: join(out, evidenceFiles.evidence), content: text }];
    if (privateKey !== null) {
      const tests = testStatement(evidence, statement.subject, digest(text));
      for (const [name, body] of [
        [evidenceFiles.signedEvidence, text],
        [evidenceFiles.signedTests, `${JSON.stringify(tests, null, 2)}\n`],
      ])
        files.push({ path: join(out, name), content: `${JSON.stringify(sealed(body, privateKey), null, 2)}\n` });
    }
    files.push({ path: join(out, evidenceFiles.bom), content: `${JSON.stringify(mlBom(evidence, uuidOf(digest(text))), null, 2)}\n` });
    writeFiles(files);
    return files.map((file) => file.path);
  } finally {
    await release();
  }
}

/** A UUID of version 8 out of a digest, so that the same evidence has the same. */
function uuidOf(sha256: string): string {
  const variant = "89ab"[parseInt(sha256[16], 16) % 4];
  return [
    sha256.slice(0, 8),
    sha256.slice(8, 12),
    `8${sha256.slice(13, 16)}`,
    `${variant}${sha256.slice(17, 20)}`,
    sha256.slice(20, 32),
  ].join("-");
}

async function evidenceOf(run: OpenedRun, decisions: readonly Decision[]): Promise<Evidence> {
  const { kind, path, manifest, records, judged } = run;
  const limits = manifest.limits.map((text) => parseLimit(text));
  const told = kind.failuresOf?.(run);
  const { files, ...about } = manifest.data as typeof manifest.data & Record<string, unknown>;
  const { read } = manifest;
  const rows = await rowsRootOf(manifest.kind, read, files);
  const study = manifest.study as unknown as Readonly<Record<string, unknown>>;
  const idsIn = (key: string): string[] => ((study[key] ?? []) as readonly { readonly id: string }[]).map(({ id }) => id);
  const attacks = idsIn("attacks");
  const known = manifest.kind === "audit" ? catalog.attacks : manifest.kind === "ratings-audit" ? catalog.ratings.attacks : [];
  return makeEvidence({
    madeAt: new Date().toISOString(),
    tool: { name: "theriac", theriac: manifest.theriac, node: manifest.node, platform: manifest.platform, git: manifest.git },
    run: {
      ...{
        name: basename(resolve(path)),
        kind: manifest.kind,
        status: manifest.status,
        startedAt: manifest.startedAt,
        finishedAt: manifest.finishedAt,
      },
      ...{
        plannedTrials: manifest.plannedTrials,
        recordedTrials: records.length,
        failedTrials: records.filter(({ status }) => status === "failed").length,
      },
      records: manifest.records ?? null,
    },
    scope: {
      ...about,
      ...{
        task: taskOf(manifest),
        seeds: manifest.study.seeds,
        firstSeed: manifest.study.firstSeed,
        testFraction: study.testFraction ?? null,
      },
      ...{ budgets: manifest.study.budgets, target: study.target ?? study.targets ?? null },
    },
    data: {
      read: { ...read, data: basename(read.data) },
      files: files.map(({ path: file, bytes, rows: count, sha256 }) => ({ name: basename(file), bytes, rows: count, sha256 })),
      ...rows,
    } as Evidence["data"],
    ran: {
      learners: judged.learners.map(({ learner }) => learner),
      ...{ attacks, detectors: idsIn("detectors"), repairs: idsIn("repairs"), certificates: idsIn("certificates") },
    },
    notRun: [
      ...known
        .filter(({ id }) => !attacks.includes(id))
        .map(({ id }) => ({ what: `attack ${id}`, why: "not asked for, or it is not for such data, learners or effort" })),
      ...(manifest.plannedTrials > records.length
        ? [{ what: `${manifest.plannedTrials - records.length} planned trials`, why: "they are not recorded" }]
        : []),
    ],
    decisions,
    reproduce: reproduceOf(manifest),
    learners: judged.learners.map((findings) => ({
      ...findings,
      summary: {
        ...findings.summary,
        ...(told === undefined ? {} : { failures: told.filter(({ id }) => findings.summary.failures.some((own) => own.id === id)) }),
      },
      limits: limitOutcomes(findings.summary, limits, manifest.strict),
    })),
    verdict: told === undefined ? judged.verdict : tellVerdict(judged.verdict, failuresIn(judged.learners), told),
    records,
  });
}

function failuresIn(learners: OpenedRun["judged"]["learners"]): Summary["failures"] {
  return learners.flatMap(({ summary }) => summary.failures);
}

function taskOf({ kind, data }: OpenedRun["manifest"]): string {
  if (kind === "ratings-audit") return "recommendation";
  return (data as { readonly target?: { readonly kind: string } }).target?.kind === "real" ? "regression" : "classification";
}

function reproduceOf(manifest: OpenedRun["manifest"]): Evidence["reproduce"] {
  if (manifest.kind === "audit") return auditCommand(manifest as Manifest);
  if (manifest.kind === "ratings-audit") return ratingsCommand(manifest as RatingsManifest);
  return {
    command: commandText(["theriac", "check", "RUN"]),
    notes: ["The settings of this kind of study are in the manifest of the run."],
  };
}

/** What reads the rows of a kind of run again. */
export function readerOfKind(kind: string): AnyScannable {
  return kind === "ratings-audit" ? ratingsScan : tableScan;
}

/** The rows are read again; where they cannot be, that is said. */
async function rowsRootOf(
  kind: string,
  read: { readonly data: string },
  files: readonly { readonly sha256: string }[],
): Promise<{ readonly rowsRoot: RowsRoot | null; readonly rowsRootWhyNot?: string }> {
  const whyNot = (why: string): { readonly rowsRoot: null; readonly rowsRootWhyNot: string } => ({ rowsRoot: null, rowsRootWhyNot: why });
  try {
    const found = await rowsOfData(kind, read);
    if (found.files.length !== files.length || found.files.some(({ sha256 }, i) => sha256 !== files[i].sha256))
      return whyNot("the data are no longer those of the run");
    return { rowsRoot: found.root };
  } catch (error) {
    if (error instanceof UsageError) return whyNot("the data could not be read again where the run read them");
    throw error;
  }
}

/** The files of some data and the root over their rows. @throws UsageError where they cannot be read */
export async function rowsOfData(
  kind: string,
  read: { readonly data: string },
): Promise<{ readonly files: readonly { readonly sha256: string }[]; readonly root: RowsRoot }> {
  const reader = readerOfKind(kind);
  const found = await reader.read(read);
  const data = reader.rowsOf(found);
  function* contents(): Generator<string> {
    for (let row = 0; row < data.rows; row++) yield contentOf(data, row);
  }
  return {
    files: found.files as readonly { readonly sha256: string }[],
    root: { algorithm: "sha256-rfc6962", root: merkleRoot(contents()), rows: data.rows },
  };
}

function evidenceStatement(evidence: Evidence, { path, manifest }: OpenedRun): InTotoStatement<Evidence> {
  const records = manifest.records === undefined ? [] : [{ name: "records.jsonl", digest: { sha256: manifest.records.sha256 } }];
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [
      ...evidence.data.files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
      ...records,
      { name: "manifest.json", digest: { sha256: digest(readFileSync(join(path, "manifest.json"))) } },
    ],
    predicateType: evidenceType,
    predicate: evidence,
  } as const;
  return { ...statement, predicate: { ...evidence, digests: fieldDigests(statement) } as Evidence };
}

/** The same verdict in the words of the vetted predicate: only what passed every limit has PASSED, and what is not whole or was not judged has not. */
function testStatement(
  { verdict, limits, run }: Evidence,
  subject: readonly ResourceDescriptor[],
  evidenceSha256: string,
): InTotoStatement<TestResult> {
  const named = (outcome: string): string[] =>
    limits.filter((limit) => limit.outcome === outcome).map(({ learner, text }) => `${learner}: ${text}`);
  const missing = run.plannedTrials - run.recordedTrials;
  const lacking = [
    ...(run.failedTrials > 0 ? [`${run.failedTrials} trials failed`] : []),
    ...(missing > 0 ? [`${missing} trials are missing`] : []),
  ];
  const plain = { name: evidenceFiles.evidence, digest: { sha256: evidenceSha256 } };
  const predicate: TestResult = {
    result: verdict.outcome === "pass" ? "PASSED" : verdict.outcome === "fail" || verdict.outcome === "incomplete" ? "FAILED" : "WARNED",
    configuration: [plain],
    passedTests: named("pass"),
    warnedTests: [...named("inconclusive"), ...(limits.length === 0 ? ["no limit was set, so nothing was judged"] : [])],
    failedTests: [...named("fail"), ...lacking],
  };
  const statement = { _type: "https://in-toto.io/Statement/v1", subject, predicateType: testResultType, predicate } as const;
  return { ...statement, predicate: { ...predicate, configuration: [{ ...plain, annotations: { digests: fieldDigests(statement) } }] } };
}
