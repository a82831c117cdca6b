import { campaignFacts, countOf, whoWrote } from "../../blocks/copies/campaign-facts.ts";
import { type JudgedGroup, judgeGroups } from "../../blocks/copies/judge-groups.ts";
import { type TextCopies, textCopies } from "../../blocks/copies/text-copies.ts";
import { textDenials } from "../../blocks/held-out/text-denial.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Campaign, Detector } from "../../core/detector.ts";
import type { Table } from "../../core/table.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";

/** Flagged rows score this and their evidence. */
const flaggedScore = 20;

/** TODO */
export const textCampaigns: Detector<object> = {
  kind: "detector",
  id: "text-campaigns",
  title: "Campaigns of near-copies",
  summary:
    "Finds texts that are made from each other or from the same pieces, however they were edited or disguised, and suspects them where several accounts wrote them or where models deny their labels.",
  source: {
    cite: "Mukherjee, Liu & Glance 2012, Spotting fake reviewer groups in consumer reviews; groups by average linkage of what few others say",
    url: "https://doi.org/10.1145/2187836.2187863",
  },
  params: {},
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  targets: ["classes", "real"],
  async score(data, { table, signal }) {
    const copies = textCopies(data, table, signal);
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    if (copies === null) return { values, flagged, expectedFalseAlarms: 0, reason: () => null };
    const chances = chancesOf(data, table);
    const judged = judgeGroups(data, copies, { column: labelColumns(data, table), chances });
    const classes = chances === null ? 0 : chances.length / data.y.length;
    judged.forEach(({ examples, aside, evidence, isFlagged }) => {
      for (const i of examples) {
        const doubt = chances === null ? 0.5 : 1 - chances[i * classes + data.y[i]];
        values[i] = (isFlagged ? flaggedScore + evidence : Math.max(0, evidence)) + doubt;
        flagged[i] = Number(isFlagged);
      }
      for (const i of aside) values[i] = 0.5 * Math.max(0, evidence);
    });
    return { values, flagged, judged, expectedFalseAlarms: 0, reason: () => null } as never;
  },
};

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
