import { basename } from "node:path";
import { catalog } from "../../catalog.ts";
import type { CiLocation, CiReport } from "../../report/ci/ci-report.ts";
import { scanReport } from "../../report/ci/scan-report.ts";
import { type TestCase, renderSuite } from "../../report/judging/junit.ts";
import { runProperties } from "../../report/page/run-properties.ts";
import type { ScanResult } from "../../study/scan/scan-result.ts";
import type { CopiedReading } from "../kinds/attackable.ts";
import type { RowsOfScan } from "../kinds/scannable.ts";
import { digest, provenance } from "../runs/provenance.ts";
import { contentDigest } from "../scan/numbered-finding.ts";
import { type CiFiles, repositoryPath, writeCiFiles } from "./ci-files.ts";

/** A scan as it is told to systems that check changes. */
export interface ScanForCi extends ScanResult {
  readonly read: Pick<CopiedReading, "files">;
  readonly rowsOfData: RowsOfScan;
  readonly lines: Int32Array | null;
  readonly notRun: readonly { readonly detector: string; readonly why: string }[];
  readonly cannotSee: readonly string[];
}

/** Writes the forms of a scan that were asked for. @throws UsageError where one cannot be written */
export async function writeScanCi(
  scan: ScanForCi,
  files: CiFiles,
  {
    data,
    startedAt,
    name,
    mostFlagged,
  }: { readonly data: string; readonly startedAt: Date; readonly name: string; readonly mostFlagged?: number | undefined },
): Promise<void> {
  const made = await provenance();
  const properties = runProperties({ ...made, name }, scan.read.files);
  const title = `scan of ${basename(data)}`;
  const report: CiReport = scanReport(
    {
      result: scan,
      ...{ notRun: scan.notRun, cannotSee: scan.cannotSee, mostFlagged, digest },
      rules: [...catalog.detectors, ...catalog.ratings.detectors].map(({ id, title: named, summary }) => ({
        id,
        title: named,
        help: summary,
      })),
      placeOf: placesOf(scan),
      contentOf: (row) => contentDigest(scan.rowsOfData, row),
    },
    { title, version: made.theriac, properties },
  );
  const flagged = scan.rows.filter((row) => row.flagged).length;
  const limit = `flaggedRows <= ${mostFlagged}`;
  const cases: TestCase[] = [
    mostFlagged === undefined
      ? {
          className: "theriac.limits",
          name: "the verdict",
          fault: { kind: "skipped", message: "no limit was set (--most-flagged), so nothing was judged" },
        }
      : {
          className: "theriac.limits",
          name: limit,
          fault: flagged <= mostFlagged ? null : { kind: "failure", message: `${limit} is broken: ${flagged} rows are flagged` },
        },
    ...scan.detectors.map(({ id, error }): TestCase => ({
      className: "theriac.detectors",
      name: `${id} ran`,
      fault: error === null ? null : { kind: "error", message: error },
    })),
  ];
  const durationSeconds = (Date.now() - startedAt.getTime()) / 1000;
  await writeCiFiles(files, report, renderSuite({ name: title, startedAt: startedAt.toISOString(), durationSeconds, cases, properties }));
}

/** Where rows stand: in which file, and from which line to which. */
function placesOf({ read: { files }, lines }: ScanForCi): (row: number) => CiLocation {
  const starts = files.map((_, i) => files.slice(0, i).reduce((sum, { rows }) => sum + rows, 0));
  const paths = files.map(({ path }) => repositoryPath(path));
  return (row) => {
    let at = starts.length - 1;
    while (at > 0 && starts[at] > row) at--;
    const path = paths[at];
    if (lines === null) return { path };
    // A row ends where the next of its file begins; of the last one nobody knows more than where it begins.
    const isLast = row + 1 >= starts[at] + files[at].rows;
    return { path, startLine: lines[row], endLine: isLast ? lines[row] : Math.max(lines[row], lines[row + 1] - 1) };
  };
}
