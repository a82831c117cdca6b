import type { Dataset } from "../../core/dataset.ts";
import type { Voice } from "../../blocks/outliers/combined-ranking.ts";
import type { GroupFinding, RowFinding } from "./scan-result.ts";

type Heard = Pick<Voice, "method" | "scores" | "silence">;

/** Accounts and tasks: by detectors that judge them, and by the rows that are flagged in them. */
export function findGroups(
  data: Dataset,
  rows: readonly RowFinding[],
  heard: readonly Heard[],
): { sources: GroupFinding[]; tasks: GroupFinding[] } {
  const findings = new Map(rows.map((finding) => [finding.row, finding]));
  const sources = groupsBy(
    data.row,
    data.source,
    data.sources,
    findings,
    heard.filter(({ method }) => method.subject === "source"),
  );
  const tasks = groupsBy(
    data.row,
    data.task,
    data.tasks,
    findings,
    heard.filter(({ method }) => method.subject === "task"),
  );
  return {
    sources: sources.filter(({ flagged, flaggedRows }) => flagged || flaggedRows > 0),
    tasks: data.tasks.length > 1 ? tasks : [],
  };
}

/**
 * A group scores the mean of what its flagged rows score, times their share, and 1 to 2 for each detector that flags the group itself. It is flagged by such
 * a detector, or where half of its rows are: two at least, or one that two detectors flag, because anybody may slip once.
 */
function groupsBy(
  row: Int32Array,
  group: Int32Array,
  names: readonly string[],
  findings: ReadonlyMap<number, RowFinding>,
  heard: readonly Heard[],
): GroupFinding[] {
  const members = names.map(() => new Set<number>());
  group.forEach((g, i) => {
    if (g >= 0) members[g].add(row[i]);
  });
  const judged = heard.map(({ scores, method, silence }) => ({
    scores,
    method,
    silence,
    top: scores.values.reduce((top, value) => Math.max(top, value), -Infinity),
  }));
  return names
    .map((name, g): GroupFinding => {
      const own = [...members[g]].flatMap((at) => findings.get(at) ?? []);
      const flagged = own.filter((finding) => finding.flagged);
      const by = judged.filter(({ scores, silence }) => silence === null && scores.flagged?.[g] === 1);
      const told = by.map(({ scores, method }) => scores.reason?.(g) ?? `flagged by ${method.title.toLowerCase()}`);
      const isMost = flagged.length > 0 && 2 * flagged.length >= own.length;
      return {
        name,
        rows: own.length,
        flaggedRows: flagged.length,
        flagged: by.length > 0 || (isMost && (flagged.length > 1 || flagged[0].score > 2.2)),
        score:
          flagged.reduce((sum, { score }) => sum + score, 0) / Math.max(1, own.length) +
          by.reduce((sum, { scores, top }) => sum + 1 + (top > 0 ? Math.max(0, scores.values[g]) / top : 0), 0),
        reasons: [...told, ...(flagged.length === 0 ? [] : [commonReason(flagged, own.length)])],
      };
    })
    .sort((a, b) => b.score - a.score);
}

function commonReason(flagged: readonly RowFinding[], rows: number): string {
  const [first] = flagged.reduce((top, finding) => (finding.score > top.score ? finding : top)).reasons;
  return rows === 1
    ? `its only row is flagged: ${first}`
    : `${flagged.length} of its ${rows} rows ${flagged.length === 1 ? "is" : "are"} flagged, the first because: ${first}`;
}
