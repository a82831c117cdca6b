import type { DialogueGroup } from "../../core/dialogues.ts";

/** A group as one detector or several found it. */
export interface MergedGroup {
  /** Who found it, the strongest first. */
  readonly ids: readonly string[];
  readonly group: DialogueGroup;
}

/** Groups of other detectors are one where they share this much of all their records. */
const same = 0.8;

/**
 * Groups of all detectors, those that are not weak first, then the strongest. What several found of nearly the same records is one group of all of these, which is
 * told in the words of each; it is as strong as the strongest says, and so many of its like are expected as the surest one says that can. Where some of them are weak, it
 * holds the records of the others alone: what is flagged, a detector flagged that is sure of it.
 */
export function mergeGroups(found: readonly { readonly id: string; readonly group: DialogueGroup }[]): MergedGroup[] {
  const order = [...found].sort(
    (a, b) => Number(a.group.isWeak ?? false) - Number(b.group.isWeak ?? false) || b.group.evidence - a.group.evidence,
  );
  const merged: { parts: typeof order; records: Set<number> }[] = [];
  /** By record, the merged groups that it is in. */
  const holders = new Map<number, number[]>();
  for (const part of order) {
    const common = new Map<number, number>();
    for (const record of part.group.records)
      for (const holder of holders.get(record) ?? []) common.set(holder, (common.get(holder) ?? 0) + 1);
    let at = -1;
    for (const [holder, shared] of common) {
      const { records, parts } = merged[holder];
      const isSame = shared >= same * (records.size + part.group.records.length - shared);
      if (isSame && parts.every(({ id }) => id !== part.id) && (at < 0 || holder < at)) at = holder;
    }
    if (at < 0) at = merged.push({ parts: [], records: new Set() }) - 1;
    const { parts, records } = merged[at];
    parts.push(part);
    for (const record of part.group.records) {
      if (records.has(record)) continue;
      records.add(record);
      const own = holders.get(record);
      if (own === undefined) holders.set(record, [at]);
      else own.push(at);
    }
  }
  return merged.map(({ parts, records }) => ({
    ids: parts.map(({ id }) => id),
    group: joined(
      parts.map(({ group }) => group),
      records,
    ),
  }));
}

function joined(groups: readonly DialogueGroup[], records: ReadonlySet<number>): DialogueGroup {
  if (groups.length === 1) return groups[0];
  const sure = groups.filter(({ isWeak }) => isWeak !== true);
  const held = sure.length === 0 ? records : new Set(sure.flatMap((group) => [...group.records]));
  const known = (sure.length === 0 ? groups : sure).flatMap(({ expectedFindings }) =>
    expectedFindings === null ? [] : [expectedFindings],
  );
  return {
    records: Int32Array.from(held).sort(),
    sentence: groups.map(({ sentence }) => sentence).join("; "),
    marks: [...new Set(groups.flatMap(({ marks }) => marks))],
    evidence: Math.max(...groups.map(({ evidence }) => evidence)),
    expectedFindings: known.length === 0 ? null : Math.min(...known),
    ...(sure.length === 0 ? { isWeak: true } : {}),
  };
}
