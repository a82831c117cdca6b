import { basename, resolve } from "node:path";
import { catalog } from "../../catalog.ts";
import { renderJunit } from "../../report/judging/junit.ts";
import { limitOutcomes } from "../../report/judging/limit-outcomes.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { type RatingsPageInput, renderRatingsPage } from "../../report/ratings/page.ts";
import { runProperties } from "../../report/page/run-properties.ts";
import type { RatingsHarm } from "../../study/ratings/ratings-harm.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import { readRun } from "../runs/run-folder.ts";
import { writeReportFiles } from "../write/report-files.ts";
import { judgeRatings } from "./judge-ratings.ts";
import { readHarm } from "./ratings-harm-file.ts";
import { ratingsCommand } from "./ratings-command.ts";

/** Writes `report.html` and `junit.xml` into a run, over the ones that are there; returns the path of the report. */
export async function writeRatingsReport(path: string): Promise<string> {
  const { manifest, records } = await readRun(path);
  if (manifest.kind !== "ratings-audit") throw new Error(`${path} is no audit of a recommender`);
  const input = pageInputOf(basename(resolve(path)), manifest, records, await readHarm(path));
  return writeReportFiles(path, renderRatingsPage(input), junitOf(input, manifest, records.length));
}

/** What the page says. */
export function pageInputOf(
  name: string,
  manifest: RatingsManifest,
  records: readonly TrialRecord[],
  harm: readonly RatingsHarm[],
): RatingsPageInput {
  const { engines, verdict } = judgeRatings(manifest, records);
  const { data, study } = manifest;
  const used = [...study.engines, ...study.attacks, ...study.detectors, ...study.repairs].map(({ id }) => id);
  const methods = [...catalog.ratings.recommenders, ...catalog.ratings.attacks, ...catalog.ratings.detectors, ...catalog.ratings.repairs];
  return {
    title: basename(manifest.read.data),
    run: {
      name,
      status: manifest.status,
      startedAt: manifest.startedAt,
      theriac: manifest.theriac,
      node: manifest.node,
      platform: manifest.platform,
      command: ratingsCommand(manifest),
    },
    data,
    warnings: warningsOf(manifest),
    study,
    engines,
    harm,
    verdict,
    limits: manifest.limits,
    plannedTrials: manifest.plannedTrials,
    recordedTrials: records.length,
    accounts: study.budgets.flatMap((budgetFraction) => {
      const record = records.find((candidate) => candidate.attack !== null && candidate.budgetFraction === budgetFraction);
      return record === undefined ? [] : [{ budgetFraction, accounts: record.budgetRows }];
    }),
    methods: methods
      .filter(({ id }) => used.includes(id))
      .map(({ id, title, summary, source }) => ({ id, title, summary, cite: source.cite, url: source.url })),
  };
}

/** A path is shortened to its name, because a report may be mailed. Runs of former versions kept no notes. */
function warningsOf({ notes, data, read }: RatingsManifest): string[] {
  const paths = [...data.files.map(({ path }) => path), read.data].filter((path) => path !== "");
  return ((notes as typeof notes | undefined) ?? [])
    .filter(({ level }) => level === "warning")
    .map(({ text }) => paths.reduce((shorter, path) => shorter.replaceAll(path, basename(path)), text));
}

function junitOf({ title, run, engines }: RatingsPageInput, manifest: RatingsManifest, recorded: number): string {
  const limits = manifest.limits.map((text) => parseLimit(text));
  const judged = engines.flatMap(({ engine, summary }) =>
    limitOutcomes(summary, limits, manifest.strict).map((outcome) => ({
      ...outcome,
      text: engines.length > 1 ? `${engine}: ${outcome.text}` : outcome.text,
    })),
  );
  return renderJunit({
    name: `audit of ${title}`,
    startedAt: run.startedAt,
    durationSeconds: manifest.finishedAt === null ? 0 : (Date.parse(manifest.finishedAt) - Date.parse(run.startedAt)) / 1000,
    limits: judged,
    failures: engines.flatMap(({ summary }) => summary.failures),
    missingTrials: manifest.plannedTrials - recorded,
    properties: runProperties({ ...run, git: manifest.git }, manifest.data.files),
  });
}
