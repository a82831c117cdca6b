// What two folders of scans, or a scan and what was planted, have in common.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** { flagged: Map(row from 0 → Set(detector)), campaigns } of a scan's folder. */
export function readFindings(folder) {
  const { campaigns = [] } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const flagged = new Map();
  for (const line of readFileSync(join(folder, "findings.jsonl"), "utf8").split("\n")) {
    if (line === "" || !line.includes('"flagged":true')) continue;
    const { row, reasons } = JSON.parse(line);
    flagged.set(row - 1, reasons);
  }
  return {
    flagged,
    campaigns: campaigns.map(({ detectors, rows, sentence }) => ({ detectors, rows: rows.map((row) => row - 1), sentence })),
  };
}

/** Share of planted rows that are flagged, planted groups of which `least` are, and flagged rows that are not planted. */
export function heldAgainst({ flagged }, planted, least = 0.9) {
  const kinds = {
    floods: planted.floods,
    triggers: planted.triggers.map(({ rows }) => rows),
    liars: planted.liars.map(({ rows }) => rows),
  };
  const all = new Set(Object.values(kinds).flat(2));
  const told = Object.entries(kinds).map(([kind, groups]) => {
    const shares = groups.map((rows) => rows.filter((row) => flagged.has(row)).length / rows.length);
    const rows = groups.flat();
    return {
      kind,
      groups: groups.length,
      found: shares.filter((share) => share >= (kind === "liars" ? 0.5 : least)).length,
      rows: rows.length,
      recall: rows.filter((row) => flagged.has(row)).length / Math.max(1, rows.length),
    };
  });
  return { told, flagged: flagged.size, others: [...flagged.keys()].filter((row) => !all.has(row)).length };
}

/** For each group of the one the group of the other that shares most of it: the Jaccard similarity of their rows. */
export function groupsInCommon(one, other) {
  return one.campaigns.map(({ detectors, rows, sentence }) => {
    const own = new Set(rows);
    let best = { similarity: 0, sentence: "none" };
    for (const against of other.campaigns) {
      const both = against.rows.reduce((sum, row) => sum + Number(own.has(row)), 0);
      const similarity = both / (own.size + against.rows.length - both);
      if (similarity > best.similarity) best = { similarity, sentence: against.sentence };
    }
    return { detectors: detectors.join("+"), rows: rows.length, similarity: best.similarity, sentence };
  });
}
