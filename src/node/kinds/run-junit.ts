import { basename, resolve } from "node:path";
import { renderJunit } from "../../report/judging/junit.ts";
import { limitOutcomes } from "../../report/judging/limit-outcomes.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { runProperties } from "../../report/page/run-properties.ts";
import type { Summary } from "../../study/summary.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import { commandOfKind } from "../runs/resume-command.ts";
import type { JudgedRun } from "./audit-kind.ts";

/**
 * The JUnit file of a run of any kind: a test for each limit and learner, and one for what is missing.
 *
 * @param failures of trials, where they may not be told as they are
 */
export function runJunit(
  { path, manifest, records, judged: { learners } }: JudgedRun<AnyManifest>,
  failures: Summary["failures"] = learners.flatMap(({ summary }) => summary.failures),
): string {
  const { startedAt, finishedAt, plannedTrials, strict } = manifest;
  const limits = manifest.limits.map((text) => parseLimit(text));
  return renderJunit({
    name: `${commandOfKind(manifest.kind)} of ${basename(manifest.read.data)}`,
    startedAt,
    durationSeconds: finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
    limits: learners.flatMap(({ learner, summary }) =>
      limitOutcomes(summary, limits, strict).map((limit) =>
        learners.length === 1 ? limit : { ...limit, text: `${learner}: ${limit.text}` },
      ),
    ),
    failures,
    missingTrials: plannedTrials - records.length,
    properties: runProperties({ ...manifest, name: basename(resolve(path)) }, manifest.data.files),
  });
}
