import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { renderRunChanges } from "../report/compare/run-changes-text.ts";
import { type ScanChanges, type ScannedData, scanChanges } from "../report/compare/scan-changes.ts";
import { renderScanChanges } from "../report/compare/scan-changes-text.ts";
import { compareRuns } from "./compare.ts";
import { scannables } from "./kinds/scannables.ts";
import { readBytes } from "./schemas/read-bytes.ts";
import { shownPath, shownValue } from "./schemas/shown.ts";
import { type StoredScan, readScan } from "./scan/read-scan.ts";

/** What comparing two folders comes to, for whoever shows it. */
export interface Comparison {
  readonly document: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** A figure is worse, or a finding is new. */
  readonly isWorse: boolean;
  readonly isNewlyBroken: boolean;
  readonly isIncomplete: boolean;
}

/** Two runs or two scans. @throws UsageError where they cannot be held against each other; it says why */
export async function compareAny(before: string, after: string): Promise<Comparison> {
  const [old, now] = [before, after].map(isScan);
  if (old !== now)
    throw new UsageError(
      `${shownPath(before)} and ${shownPath(after)} cannot be compared: ${old ? "the first" : "the second"} is a scan and the other is a run`,
    );
  if (old) return compareScans(before, after);
  const { changes, newlyBroken } = await compareRuns(before, after);
  return {
    document: { ...changes, before, after },
    text: renderRunChanges(changes),
    isWorse: changes.findings.new.length > 0 || changes.changed.some(({ change }) => change === "worse"),
    isNewlyBroken: newlyBroken,
    isIncomplete: changes.incomplete.length > 0,
  };
}

function compareScans(before: string, after: string): Comparison {
  const [old, now] = [readScan(before, scannables), readScan(after, scannables)];
  const refuse = (why: string): never => {
    throw new UsageError(`${shownPath(before)} and ${shownPath(after)} cannot be compared: ${why}`);
  };
  if (old.kind.id !== now.kind.id) refuse(`one is of a ${old.kind.id} and the other of ${now.kind.id}`);
  if ((old.manifest.against === undefined) !== (now.manifest.against === undefined))
    refuse(
      `one judged the whole and the other an addition alone (--against, ${old.manifest.against === undefined ? "after" : "before"}), so that what is missing in it may only not have been judged`,
    );
  const columns = [old, now].map(({ manifest }) => {
    const { labels, features, text, task, source } = manifest.read as Readonly<Record<string, unknown>>;
    return JSON.stringify([labels, features, text, task ?? null, source ?? null]);
  });
  if (columns[0] !== columns[1])
    refuse(
      `other columns were asked for (${shownValue(columns[0])} before, ${shownValue(columns[1])} after), so rows cannot be known again by what they say`,
    );
  const changes = scanChanges(scannedData(old, before), scannedData(now, after));
  const detectors = [old, now].map(({ manifest }) => manifest.detectors.filter(({ error }) => error === null).map(({ id }) => id));
  const unlike = [...new Set(detectors.flat())].filter((id) => !detectors.every((list) => list.includes(id)));
  const silent = [old, now].map(({ manifest }) => manifest.detectors.filter(({ silence }) => silence !== null).map(({ id }) => id));
  const silentOnce = [...new Set(silent.flat())].filter((id) => !unlike.includes(id) && !silent.every((list) => list.includes(id)));
  const otherwise = otherSettings(old, now);
  const oldFiles = [old, now].map(({ manifest }) => manifest.against?.files.map(({ sha256 }) => sha256).join());
  const warnings = [
    ...(oldFiles[0] === oldFiles[1]
      ? []
      : [
          "The two scans were held against different old files (--against): rows that one of them took as known were judged by the other, and what is new or gone may be so for that alone.",
        ]),
    ...(otherwise.length === 0
      ? []
      : [`The two scans were asked for otherwise (${otherwise.join(", ")}): what is new or gone may be so for that alone.`]),
    ...(unlike.length === 0 ? [] : [`Not both scans heard ${unlike.join(", ")}: what is new or gone may be so for that alone.`]),
    ...(silentOnce.length === 0
      ? []
      : [`In one of the scans alone ${silentOnce.join(", ")} kept silent: what is new or gone may be so for that alone.`]),
  ];
  return {
    document: { ...changes, warnings, before, after } satisfies ScanChanges & Record<string, unknown>,
    text: renderScanChanges(changes, warnings),
    isWorse: changes.rows.new.length > 0 || changes.findings.new.length > 0,
    isNewlyBroken: false,
    isIncomplete: false,
  };
}

/** What two scans were given otherwise: settings by name, detectors that both heard with other parameters by id. */
function otherSettings(...scans: readonly StoredScan[]): readonly string[] {
  const [before, after] = scans.map(({ manifest }) => {
    const { detectors, ...settings } = manifest.settings as { readonly detectors: readonly { readonly id: string }[] };
    const asked = [...Object.entries({ ...settings, version: manifest.theriac }), ...detectors.map((one) => [one.id, one] as const)];
    return new Map(asked.map(([name, value]) => [name, JSON.stringify(value)]));
  });
  return [...before.keys()].filter((name) => after.has(name) && after.get(name) !== before.get(name));
}

function scannedData({ kind, manifest, findings }: StoredScan, path: string): ScannedData {
  const rows = findings.map(({ row, content, flagged, reasons }) => {
    if (content === undefined)
      throw new UsageError(
        `${shownPath(path)} does not say what its rows hold, as it is of Theriac ${manifest.theriac}: scan the data again`,
      );
    return { row, content, flagged, reasons };
  });
  return { rows, groups: manifest.campaigns ?? [], isWhole: kind.id === "table" && findings.length === manifest.rows };
}

function isScan(folder: string): boolean {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) throw new UsageError(`${shownPath(folder)} is neither a run nor a scan: it has no manifest.json`);
  try {
    const { kind } = JSON.parse(readBytes(path, { what: "a manifest", maxBytes: 1 << 29 }).toString("utf8")) as { readonly kind?: unknown };
    return kind === "scan";
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${shownPath(path)} is no JSON document`);
  }
}
