import { campaignFacts, countOf, whoWrote } from "../../blocks/copies/campaign-facts.ts";
import { disguisesIn } from "../../blocks/copies/disguises.ts";
import { type JudgedGroup, judgeGroups, ofOneText } from "../../blocks/copies/judge-groups.ts";
import { type TextCopies, textCopies } from "../../blocks/copies/text-copies.ts";
import { textDenials } from "../../blocks/held-out/text-denial.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import type { Campaign, Detector, Scores } from "../../core/detector.ts";
import type { Table } from "../../core/table.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";

/** A flagged row scores this, the evidence of its group, and the doubt about its label; others the evidence alone. */
const flaggedScore = 20;
/** What evidence that a row is in disguise is worth, in nats. */
const disguise = 6;
/** Innocents: what was copied, where a group's original was not told apart, and a row in a hundred of those in disguise alone. */
const innocents = { original: 0.5, share: 0.01 };

/**
 * Groups of texts that are made from each other or from the same pieces, judged by size, likeness, accounts and labels (blocks/copies/judge-groups.ts), and rows that are
 * written to look like something else. What looks like the original of a group is set aside. Texts alone are read: without a text column it says nothing. Groups that an
 * account has a part in, and small ones that count together only, are one campaign.
 */
export const textCampaigns: Detector<object> = {
  kind: "detector",
  id: "text-campaigns",
  title: "Campaigns of near-copies",
  summary:
    "Finds texts made from each other or from the same pieces, however they were edited or disguised, and suspects them where several accounts wrote them or where models deny their labels.",
  source: {
    cite: "Mukherjee, Liu & Glance 2012, Spotting fake reviewer groups in consumer reviews; here by average linkage of what few other texts share",
    url: "https://doi.org/10.1145/2187836.2187863",
  },
  params: {},
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  reads: "text",
  flags: true,
  targets: ["classes", "real"],
  score(data, { table, signal }): Promise<Scores> {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const copies = textCopies(data, table, signal);
    if (copies === null) return Promise.resolve({ values, flagged, expectedFalseAlarms: 0, campaigns: [] });
    const chances = chancesOf(data, table);
    const judged = judgeGroups(data, copies, { column: labelColumns(data, table), chances });
    const { record } = copies.records;
    const doubts = data.y.map((label, i) => (chances === null ? 0.5 : 1 - chances[(i * chances.length) / data.y.length + label]));
    for (const { examples, aside, evidence, isFlagged } of judged) {
      for (const i of examples) {
        values[i] = isFlagged ? flaggedScore + evidence + doubts[i] : unflagged(evidence + doubts[i]);
        flagged[i] = Number(isFlagged);
      }
      for (const i of aside) values[i] = unflagged(0.5 * evidence);
    }
    for (let i = 0; i < data.y.length; i++) {
      if (copies.isDisguised[record[i]] === 0) continue;
      values[i] = Math.max(values[i], flaggedScore + doubts[i]) + disguise;
      flagged[i] = 1;
    }
    const campaigns = campaignsOf(data, table, copies, judged);
    return Promise.resolve({
      values,
      flagged,
      campaigns,
      expectedFalseAlarms: campaigns.reduce((sum, { expectedFalseAlarms = 0 }) => sum + expectedFalseAlarms, 0),
      reason: (i) => reasonOf(data, copies, judged[copies.groupOf[record[i]]], i, doubts[i]),
    });
  },
};

function unflagged(evidence: number): number {
  return Math.min(flaggedScore - 1, Math.max(0, evidence));
}

/** By models that saw none of a group; null where none could be asked. Shape: [examples, classes]. */
function chancesOf(data: Dataset, table: Table | null): Float64Array | null {
  const denials = textDenials(data, { table });
  if (denials.length === 0 || data.target.kind !== "classes") return null;
  const classes = data.target.names.length;
  const out = new Float64Array(data.y.length * classes).fill(1 / classes);
  for (const { texts, probabilities } of denials)
    texts.examples.forEach((i, k) => out.set(probabilities.subarray(k * classes, (k + 1) * classes), i * classes));
  return out;
}

/** Shape: [examples]. */
function labelColumns(data: Dataset, table: Table | null): Int32Array {
  return table !== null && table.roles.labels.length > 1 ? data.task : new Int32Array(data.y.length);
}

/** The largest first; rows in disguise that are in no flagged group are one of their own. */
function campaignsOf(data: Dataset, table: Table | null, copies: TextCopies, judged: readonly JudgedGroup[]): Campaign[] {
  const groups = judged.filter(({ isFlagged }) => isFlagged);
  const sets = makeUnionFind(groups.length);
  const groupOfAccount = new Map<number, number>();
  groups.forEach(({ examples, isOneOfSeveral, onlyBy }, g) => {
    const accounts = Array.from(examples, (i) => data.source[i]).filter((s) => s >= 0);
    // No account is −1 or −2: these stand for small groups that count together, and for contradictions, whoever wrote them.
    const keys = onlyBy === "contradiction" ? [-2] : isOneOfSeveral ? [-1, ...accounts] : accounts;
    for (const key of keys) {
      const known = groupOfAccount.get(key);
      if (known === undefined) groupOfAccount.set(key, g);
      else sets.union(known, g);
    }
  });
  const merged = new Map<number, JudgedGroup[]>();
  groups.forEach((group, g) => merged.set(sets.find(g), [...(merged.get(sets.find(g)) ?? []), group]));
  const found = Array.from(merged.values(), (own) => campaignOf(data, table, copies, own));
  const isTold = new Set(found.flatMap(({ subjects }) => [...subjects]));
  const disguised = positionsWhere(data.y.length, (i) => copies.isDisguised[copies.records.record[i]] === 1 && !isTold.has(i));
  if (disguised.length > 0) {
    const who = whoWrote(campaignFacts(data, table, disguised));
    found.push({
      subjects: disguised,
      sentence: `${who}: ${writtenWith(copies, disguised)}`,
      expectedFalseAlarms: disguised.length * innocents.share,
    });
  }
  return found.sort((a, b) => b.subjects.length - a.subjects.length);
}

function campaignOf(data: Dataset, table: Table | null, copies: TextCopies, groups: readonly JudgedGroup[]): Campaign {
  const subjects = Int32Array.from(groups.flatMap(({ examples }) => [...examples])).sort();
  const isCopied = groups.every(({ similarity }) => similarity >= ofOneText);
  const what = isCopied
    ? groups.length > 1
      ? `near-copies of ${countOf(groups.length, "text")}`
      : "near-copies of one text"
    : "texts made from the same pieces";
  const isContradiction = groups.every(({ onlyBy }) => onlyBy === "contradiction");
  const parts = [
    `${whoWrote(campaignFacts(data, table, subjects))}: ${what}`,
    ...(isContradiction ? ["whose copies bear other labels, so that one of each is wrong"] : labelsTold(data, subjects)),
    ...(groups.some(({ onlyBy }) => onlyBy === "size") ? ["more than copies of one text usually are in this file"] : []),
    ...(groups.some(({ denial }) => denial >= 2) ? ["models that saw none of them deny these labels"] : []),
    ...(subjects.some((i) => copies.isDisguised[copies.records.record[i]] === 1) ? [writtenWith(copies, subjects, true)] : []),
  ];
  const expectedFalseAlarms = groups.reduce(
    (sum, { examples, aside, innocentShare, onlyBy }) =>
      sum + innocentShare * examples.length + (aside.length === 0 && onlyBy === null ? innocents.original : 0),
    0,
  );
  return { subjects, sentence: parts.join("; "), ...(isCopied ? { baseTexts: groups.length } : {}), expectedFalseAlarms };
}

/** `labelled good`, or that they contradict each other. */
function labelsTold({ y, target }: Dataset, subjects: Int32Array): string[] {
  if (target.kind !== "classes") return [];
  const labels = new Set(Array.from(subjects, (i) => y[i]));
  return labels.size > 1 ? ["with labels that contradict each other"] : [`labelled ${target.names[y[subjects[0]]]}`];
}

/** `written with …`, or how many of them are. */
function writtenWith({ records, isDisguised, textOf }: TextCopies, subjects: Int32Array, counts = false): string {
  const disguised = new Set(Array.from(subjects, (i) => records.record[i]).filter((r) => isDisguised[r] === 1));
  const told = disguisesIn(Array.from(disguised, textOf).join(" ")) || "letters of several scripts";
  return `${counts ? `${disguised.size} of them ` : ""}written with ${told}`;
}

/** Null where it stands alone as it looks. */
function reasonOf(data: Dataset, copies: TextCopies, group: JudgedGroup | undefined, i: number, doubt: number): string | null {
  const r = copies.records.record[i];
  const told = disguisesIn(copies.textOf(r));
  const own = told === "" ? [] : [`written with ${told}`];
  if (group === undefined) return copies.isDisguised[r] === 0 ? null : (own[0] ?? writtenWith(copies, Int32Array.of(i)));
  const { members, similarity, accounts, isContradicted } = group;
  const isKnown = data.source[i] >= 0;
  const others = accounts - (isKnown ? 1 : 0);
  const what = similarity >= ofOneText ? "nearly the same text as" : "made from the same pieces as";
  const by = others > 0 ? ` by ${countOf(others, isKnown ? "other account" : "account")}` : isKnown ? " by the same account" : "";
  const parts = [`${what} ${countOf(members.length - 1, "other row")}${by}`, ...own];
  if (isContradicted) parts.push("with labels that contradict each other");
  if (data.target.kind === "classes" && doubt > 0.5)
    parts.push(`labelled ${data.target.names[data.y[i]]}, which models that saw none of them doubt (${doubt.toFixed(2)})`);
  return parts.join("; ");
}
