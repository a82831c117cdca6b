import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { visible } from "../../core/text/visible.ts";
import { openRun } from "../../node/audit.ts";
import { scannables } from "../../node/kinds/scannables.ts";
import { DecisionLog } from "../../node/review/decision-log.ts";
import { documentIn, pageJson } from "../../node/write/page-html.ts";
import { scanFiles } from "../../node/scan/scan-folder.ts";
import { readBytes } from "../../node/schemas/read-bytes.ts";
import { readScanManifest } from "../../node/scan/read-scan.ts";
import { worstOfAll } from "../../report/judging/worst.ts";
import { figureText } from "../../report/words/format.ts";
import { capitalised, metricWord } from "../../report/words/words.ts";
import { summaryOf } from "../../report/scan/scan-text.ts";
import type { RunList, RunSummary } from "../api.ts";
import { checked } from "../checked.ts";
import { Refusal } from "../refusal.ts";
import { type RunFolders, type RunPlace, withoutFolder } from "../run-folders.ts";

const largestPage = 100 * 2 ** 20;
const runAsked = z.object({ run: z.string() });

/** What runs there are, and what each found in short. */
export function runRoutes(server: FastifyInstance, folders: RunFolders): void {
  server.get("/api/runs", (): RunList => {
    const { places: _, ...list } = folders.list();
    return list;
  });

  server.get("/api/runs/:run/page", async ({ params }, reply) => {
    const document = await documentOf(folders.place(checked(runAsked, params).run));
    return reply.type("application/json; charset=utf-8").send(document);
  });

  server.get("/api/runs/:run", ({ params }): Promise<RunSummary> | RunSummary => {
    const place = folders.place(checked(runAsked, params).run);
    return place.kind === "scan" ? scanSummary(place) : auditSummary(place);
  });
}

/** What the page of a run is drawn from, in JSON: of a run that is not finished too. A scan wrote it when it ended. */
async function documentOf(place: RunPlace): Promise<string> {
  if (place.kind !== "scan") {
    const run = await openRun(place.folder);
    return pageJson(await run.kind.pageOf(run));
  }
  const page = join(place.folder, scanFiles.page);
  if (!existsSync(page)) throw new Refusal(404, "this scan has no report, as those of earlier versions: scan the data again");
  const document = documentIn(readBytes(page, { what: "the report of a scan", maxBytes: largestPage }).toString("utf8"));
  if (document === null) throw new Refusal(409, "report.html of this scan is not what a scan writes: scan the data again");
  return document;
}

function scanSummary(place: RunPlace): RunSummary {
  const { manifest } = readScanManifest(place.folder, scannables);
  const log = new DecisionLog(place.folder, manifest.review.scan, manifest.rows);
  log.refresh();
  const { poison, fine, unsure } = log.counts();
  const { rows, flagged, campaigns = [], sources, detectors, expectedFalseAlarms, falseAlarms, cannotSee } = manifest;
  return {
    run: withoutFolder(place),
    facts: facts({
      Rows: String(rows),
      "Flagged rows": String(flagged),
      "False alarms expected": expectedFalseAlarms === null ? "not known" : expectedFalseAlarms.toFixed(1),
      Campaigns: String(campaigns.length),
      "Flagged accounts": String(sources.filter((source) => source.flagged).length),
      Detectors: detectors.map(({ id }) => id).join(", "),
      Decided: `${poison} poison, ${fine} fine, ${unsure} unsure`,
    }),
    sentences: [
      summaryOf(rows, flagged, falseAlarms, detectors),
      ...(cannotSee.length === 0 ? [] : [`Not seen, whatever the data hold: ${cannotSee.join("; ")}.`]),
    ].map(visible),
  };
}

async function auditSummary(place: RunPlace): Promise<RunSummary> {
  const { manifest, judged, records } = await openRun(place.folder);
  const { outcome, reasons } = judged.verdict;
  const isOne = judged.learners.length === 1;
  const baselines = judged.learners.map(({ learner, summary }) => {
    const figure = summary.baseline[summary.primaryMetric];
    return `${isOne ? "" : `${learner}: `}${metricWord(summary.primaryMetric)} ${figure === undefined ? "not known" : figureText(figure)}`;
  });
  return {
    run: withoutFolder(place),
    facts: facts({
      Verdict: outcome.replace("-", " "),
      "Clean data": baselines.join("; "),
      Trials: `${records.length} of ${manifest.plannedTrials} recorded`,
      Seeds: String(manifest.study.seeds),
      Attacks: [...new Set(manifest.study.attacks.map(({ id }) => id))].join(", ") || "none",
      Repairs: manifest.study.repairs.map(({ id }) => id).join(", ") || "none",
      Limits: manifest.limits.join("; ") || "none",
    }),
    sentences: [
      worstOfAll(judged.learners)?.sentence ?? "No attack ended, so nothing can be said about damage.",
      ...reasons.map(capitalised),
    ].map(visible),
  };
}

function facts(given: Readonly<Record<string, string>>): RunSummary["facts"] {
  return Object.entries(given).map(([name, value]) => ({ name, value: visible(value) }));
}
