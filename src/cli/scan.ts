import { basename, dirname } from "node:path";
import { type Command } from "commander";
import { numbered, numberedCampaign } from "../node/scan/numbered-finding.ts";
import { UsageError } from "../core/errors.ts";
import type { CopiedReading } from "../node/kinds/attackable.ts";
import type { ScanJob, ScanOf } from "../node/scan.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { dataArgument } from "./data-argument.ts";
import { exitCodes } from "./exit-codes.ts";
import type { DataKind } from "../node/config/options/option.ts";
import { print, printJson, say } from "./output.ts";
import { kindOf } from "./options/kind-of.ts";
import { readConfig, readFlags } from "./options/read-options.ts";
import { watched } from "./watched.ts";

const defaultTop = 20;

export function addScan(program: Command, showsAll: boolean): void {
  const command = program
    .command("scan")
    .summary("rank the suspicious rows, accounts and tasks of the data as they are")
    .description(
      "Looks for poison that is already there; nothing is simulated. Detectors (more of them with more --effort) judge every row, of ratings every account, of fine-tuning data (instructions, chats, preferences, retrieval texts) every record; what is flagged says why in words, and how many of them are expected to be innocent is said where the rules that flag them can say.",
    )
    .argument("<data>", dataArgument);
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac scan reviews.csv --label stars --text review --source account
  theriac scan loans.csv --label default --detector loss --detector near-duplicates
  theriac scan reviews.csv --label stars --text review --task product --learner mtrl --trusted last-year.json
  theriac scan reviews.csv --label stars --text review --probabilities out-of-fold.csv --embeddings vectors.npy
  theriac scan reviews.parquet --label stars --text review --source account --memory 2GB --spill /mnt/fast
  theriac scan new.csv --against old.csv --label stars --text review
  theriac scan reviews.csv --label stars --text review --most-flagged 0 --sarif theriac.sarif --markdown summary.md
  theriac scan ratings.csv --ratings --user account --item film --rating stars
  theriac scan instructions.jsonl
  theriac scan chats.parquet --dialogues --source contributor

The folder holds findings.jsonl (every row with its scores; of ratings those of the flagged accounts and of the next 50, of fine-tuning data those of which a
detector says something), review.csv (what a moderator decides on: a line for each group, then the rows), report.html (a page that opens from disk; without --include-rows it holds no cell and no
account, so that it can be mailed) and manifest.json. Then:
  theriac clean reviews.csv --scan FOLDER
Rows count from 1 among the data rows: the first after the header is row 1; "line" is where a row begins in its file. Cells of review.csv that a spreadsheet
would run begin with an apostrophe, and control characters look like \u001b.

Exit codes: 0 scanned, whatever was found; 1 more rows are flagged than --most-flagged allows; 2 the request was wrong, 3 the numbers gave out and no detector said anything, 130 stopped with Ctrl-C.`;

async function run(data: string, given: Given): Promise<void> {
  const flags = readFlags("scan", given);
  const { quiet = false, top, jobs, memory, spill } = flags;
  if (memory === undefined && spill !== undefined)
    throw new UsageError("--spill goes with --memory: say how much memory may be used, as --memory 2GB");
  const { defaultRunPath } = await import("../node/runs/run-folder.ts");
  const startedAt = new Date();
  const out = flags.out ?? defaultRunPath(data, startedAt);
  const files = { sarif: flags.sarif, markdown: flags.markdown, codeQuality: flags.codeQuality, junit: flags.junit };
  const { checkCiFiles, wantsCi } = await import("../node/ci/ci-files.ts");
  checkCiFiles(files);
  const kind = await kindOf("scan", data, given);
  const render = kind === "dialogues" ? await dialoguesText() : (await import("../report/scan/scan-text.ts")).renderScan;
  await watched(
    quiet,
    (watch) =>
      memory === undefined
        ? scanAs(kind, data, given, out, { ...watch, jobs: jobs ?? "as pays" })
        : pastMemory(kind, data, given, out, { memory, spill: spill ?? dirname(out) }, watch),
    async (result) => {
      if (wantsCi(files)) {
        const { writeScanCi } = await import("../node/ci/scan-ci.ts");
        await writeScanCi(result, files, { data, startedAt, name: basename(out), mostFlagged: flags.mostFlagged });
      }
      if (flags.json === true) printJson(documentOf(result, top, out), "rows");
      else {
        const { notRun, cannotSee, rowsOfData, lines } = result;
        const nameOf = kind === "dialogues" && lines !== null ? (row: number) => `line ${lines[row]}` : rowsOfData.nameOf;
        print(render({ result, notRun, cannotSee, top: top ?? defaultTop, nameOf }));
      }
      if (!quiet) say(`findings: ${out}`);
      if (flags.mostFlagged !== undefined && result.rows.filter(({ flagged }) => flagged).length > flags.mostFlagged)
        process.exitCode = exitCodes.brokenLimit;
      if (result.detectors.length > 0 && result.detectors.every(({ error }) => error !== null)) process.exitCode = exitCodes.incomplete;
    },
  );
}

async function dialoguesText() {
  return (await import("../report/scan/dialogues-text.ts")).renderDialogues;
}

async function pastMemory(
  kind: DataKind,
  data: string,
  given: Given,
  out: string,
  within: { readonly memory: string; readonly spill: string },
  hooks: Omit<ScanJob, "share" | "jobs">,
): Promise<ScanOf<CopiedReading>> {
  if (kind !== "table")
    throw new UsageError(`--memory reads tables of reviews with a label, and these data are ${kind}: scan them without it`);
  const { scanPastMemory } = await import("../node/past-memory/scan-past-memory.ts");
  return scanPastMemory({ ...readConfig("scan", "table", data, given), out }, within, hooks);
}

async function scanAs(kind: DataKind, data: string, given: Given, out: string, hooks: ScanJob): Promise<ScanOf<CopiedReading>> {
  const { scan, scanDialogues, scanRatings } = await import("../node/scan.ts");
  if (kind === "dialogues") return scanDialogues({ ...readConfig("scan", "dialogues", data, given), out }, hooks);
  if (kind === "table") return scan({ ...readConfig("scan", "table", data, given), out }, hooks);
  const { data: named = {}, ...rest } = readConfig("scan", "ratings", data, given);
  return scanRatings({ ...rest, data: { ...named, kind: "ratings" }, out }, hooks);
}

function documentOf(
  {
    rows,
    lines,
    rowsOfData,
    sources,
    campaigns,
    tasks,
    expectedFalseAlarms,
    falseAlarms,
    detectors,
    judged,
    judgedRecords,
    notRun,
    cannotSee,
    old,
  }: ScanOf<CopiedReading>,
  top: number | undefined,
  out: string,
): Record<string, unknown> {
  const first = judged === undefined ? rows.slice(0, top) : ofFirst({ rows, sources }, top);
  const shown = first.map((finding) => numbered(finding, lines, rowsOfData));
  const ofAccounts = { ...(judged === undefined ? {} : { judged }), ...(judgedRecords === undefined ? {} : { judgedRecords }) };
  const found = { rows: shown, campaigns: campaigns.map((campaign) => numberedCampaign(campaign, lines)), sources, tasks };
  return {
    ...found,
    expectedFalseAlarms,
    falseAlarms,
    detectors,
    ...ofAccounts,
    notRun,
    cannotSee,
    ...(old === undefined ? {} : { against: old }),
    run: out,
  };
}

/** Where accounts are judged, the rows of the first of them. */
function ofFirst(
  { rows, sources }: Pick<ScanOf<CopiedReading>, "rows" | "sources">,
  top: number | undefined,
): ScanOf<CopiedReading>["rows"] {
  const names = new Set(sources.slice(0, top).map(({ name }) => name));
  return rows.filter(({ source }) => source !== undefined && names.has(source));
}
