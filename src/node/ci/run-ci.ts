import { basename, resolve } from "node:path";
import { runReport } from "../../report/ci/run-report.ts";
import { limitOutcomes } from "../../report/judging/limit-outcomes.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { tellVerdict } from "../../report/judging/verdict.ts";
import { runProperties } from "../../report/page/run-properties.ts";
import type { AnyAuditKind, JudgedRun } from "../kinds/audit-kind.ts";
import { runJunit } from "../kinds/run-junit.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import { digest } from "../runs/provenance.ts";
import { commandOfKind } from "../runs/resume-command.ts";
import { type CiFiles, repositoryPath, writeCiFiles } from "./ci-files.ts";

/**
 * Writes the forms of a run that were asked for.
 *
 * @param limits those that it was judged by, its own or others
 * @throws UsageError where one cannot be written
 */
export async function writeRunCi(
  kind: AnyAuditKind,
  run: JudgedRun<AnyManifest>,
  files: CiFiles,
  limits: readonly string[],
  strict: boolean,
): Promise<void> {
  const manifest = { ...run.manifest, limits, strict };
  const judged = { ...run, manifest };
  const parsed = limits.map((text) => parseLimit(text));
  const own = run.judged.learners.flatMap(({ summary }) => summary.failures);
  const failures = kind.failuresOf?.(judged) ?? own;
  const verdict = tellVerdict(run.judged.verdict, own, failures);
  const report = runReport(
    {
      learners: run.judged.learners.map((learner) => ({ ...learner, limits: limitOutcomes(learner.summary, parsed, strict) })),
      ...{ verdict, failures, missingTrials: manifest.plannedTrials - run.records.length, digest },
      place: { path: repositoryPath(manifest.data.files[0].path), startLine: 1 },
    },
    {
      title: `${commandOfKind(manifest.kind)} of ${basename(manifest.read.data)}`,
      version: manifest.theriac,
      properties: runProperties({ ...manifest, name: basename(resolve(run.path)) }, manifest.data.files),
    },
  );
  await writeCiFiles(files, report, runJunit(judged, failures));
}
