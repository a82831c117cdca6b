import { basename, resolve } from "node:path";
import { catalog } from "../../catalog.ts";
import type { PageDocument } from "../../report/page/document.ts";
import { type RatingsPageInput, ratingsPage } from "../../report/ratings/page.ts";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import type { Judgement } from "../runs/judge-run.ts";
import { redactQuotes } from "../../report/words/redact.ts";
import type { JudgedRun } from "./audit-kind.ts";
import { trialsOf } from "./run-trials.ts";
import { readHarm } from "./ratings-harm-file.ts";
import { ratingsCommand } from "../ratings/ratings-command.ts";

export async function ratingsPageOf(run: JudgedRun<RatingsManifest>): Promise<PageDocument> {
  const { path, manifest, records, judged } = run;
  const input = pageInputOf(basename(resolve(path)), manifest, records, judged, await readHarm(path));
  const trials = trialsOf(run, {
    metrics: ["hitRateAt10", "medianRank"],
    command: input.run.command,
    tell: (error) => redactQuotes(error, []),
  });
  return ratingsPage(input, trials);
}

/** What the page says. */
function pageInputOf(
  name: string,
  manifest: RatingsManifest,
  records: readonly TrialRecord[],
  { learners: engines, verdict }: Judgement,
  harm: readonly RatingsHarm[],
): RatingsPageInput {
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
      ...commandOf(manifest),
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

function commandOf(manifest: RatingsManifest): { readonly command: string; readonly commandNotes: readonly string[] } {
  const { command, notes } = ratingsCommand(manifest);
  return { command, commandNotes: notes };
}

/** A path is shortened to its name, because a report may be mailed. Runs of former versions kept no notes. */
function warningsOf({ notes, data, read }: RatingsManifest): string[] {
  const paths = [...data.files.map(({ path }) => path), read.data].filter((path) => path !== "");
  return ((notes as typeof notes | undefined) ?? [])
    .filter(({ level }) => level === "warning")
    .map(({ text }) => paths.reduce((shorter, path) => shorter.replaceAll(path, basename(path)), text));
}
