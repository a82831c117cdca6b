/** A row as a scan knows it. */
export interface ScannedRow {
  /** From 1 among the data rows. */
  readonly row: number;
  /** A digest of what it says; rows that say the same have the same. */
  readonly content: string;
  readonly flagged: boolean;
  readonly reasons: readonly string[];
}

/** Rows that were found as one. */
export interface ScannedGroup {
  readonly detectors: readonly string[];
  /** From 1. */
  readonly rows: readonly number[];
  readonly sentence: string;
}

export interface ScannedData {
  readonly rows: readonly ScannedRow[];
  readonly groups: readonly ScannedGroup[];
  /** Whether every row of the data is among `rows`, so that a row that is not there was not in the data. */
  readonly isWhole: boolean;
}

/** A flagged row that one scan has and the other has not. */
export interface ChangedRow extends Pick<ScannedRow, "content" | "reasons"> {
  /** In the data that it is flagged in. */
  readonly row: number;
  /** Whether a row that says the same is in the other data; null = not known. */
  readonly wasThere: boolean | null;
}

export interface ChangedGroup {
  /** In the data that it was found in. */
  readonly rows: readonly number[];
  readonly detectors: readonly string[];
  readonly sentence: string;
}

/** Two scans held against each other. */
export interface ScanChanges {
  readonly outcome: "changed" | "same";
  readonly findings: Readonly<Record<"new" | "fixed" | "unchanged", readonly ChangedGroup[]>>;
  readonly rows: {
    /** Flagged after and not before. */
    readonly new: readonly ChangedRow[];
    /** Flagged before and not after. */
    readonly fixed: readonly ChangedRow[];
    /** How many are flagged in both. */
    readonly unchanged: number;
  };
}

/** Groups are one where so much of the smaller is in both. */
const sharedPart = 0.5;

/** Rows are known again by what they say, not by their place; of rows that say the same, as many as there are. */
export function scanChanges(before: ScannedData, after: ScannedData): ScanChanges {
  const rows = {
    new: changedRows(after, before),
    fixed: changedRows(before, after),
    unchanged: sharedCount(flaggedCounts(before), flaggedCounts(after)),
  };
  const [old, now] = [groupsByContent(before), groupsByContent(after)];
  const findings = {
    new: now.filter((group) => !old.some((other) => isSame(group, other))).map(toldOf),
    fixed: old.filter((group) => !now.some((other) => isSame(group, other))).map(toldOf),
    unchanged: now.filter((group) => old.some((other) => isSame(group, other))).map(toldOf),
  };
  const isSameScan = [rows.new, rows.fixed, findings.new, findings.fixed].every(({ length }) => length === 0);
  return { outcome: isSameScan ? "same" : "changed", findings, rows };
}

function changedRows(of: ScannedData, other: ScannedData): ChangedRow[] {
  const left = flaggedCounts(other);
  const there = new Set(other.rows.map(({ content }) => content));
  return of.rows.flatMap(({ row, content, flagged, reasons }) => {
    if (!flagged) return [];
    const known = left.get(content) ?? 0;
    if (known > 0) {
      left.set(content, known - 1);
      return [];
    }
    return [{ row, content, reasons, wasThere: there.has(content) ? true : other.isWhole ? false : null }];
  });
}

function flaggedCounts({ rows }: ScannedData): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { content, flagged } of rows) if (flagged) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}

function sharedCount(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [content, count] of a) sum += Math.min(count, b.get(content) ?? 0);
  return sum;
}

interface KnownGroup extends ScannedGroup {
  readonly contents: ReadonlySet<string>;
}

function groupsByContent({ rows, groups }: ScannedData): KnownGroup[] {
  const contentOf = new Map(rows.map(({ row, content }) => [row, content]));
  return groups.map((group) => ({ ...group, contents: new Set(group.rows.flatMap((row) => contentOf.get(row) ?? [])) }));
}

function isSame(a: KnownGroup, b: KnownGroup): boolean {
  if (!a.detectors.some((id) => b.detectors.includes(id))) return false;
  let shared = 0;
  for (const content of a.contents) if (b.contents.has(content)) shared++;
  return shared > 0 && shared >= sharedPart * Math.min(a.contents.size, b.contents.size);
}

function toldOf({ rows, detectors, sentence }: ScannedGroup): ChangedGroup {
  return { rows, detectors, sentence };
}
