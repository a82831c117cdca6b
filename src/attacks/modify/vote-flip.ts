import { partitionsFor } from "../../blocks/certified/partition-ensemble.ts";
import { chooseVoteFlips } from "../../blocks/certified/vote-flips.ts";
import type { Attack } from "../../core/attack.ts";
import { targetOf } from "../../core/examples.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { relabelling } from "../../blocks/relabel/wrong-label.ts";

interface VoteFlipParams {
  partitions: number | "auto";
}

/** Of the house: certificates of ensembles are held against whoever knows the ensemble, and no published attack aims at its vote. */
export const voteFlip: Attack<VoteFlipParams> = {
  kind: "attack",
  id: "vote-flip",
  title: "Vote flip",
  summary:
    "Knows a partition ensemble and its hash: turns the labels that move most of the votes that matter, one in each part before any has two.",
  source: {
    cite: "against the ensemble of Levine & Feizi 2021, Deep Partition Aggregation: Provable Defenses against General Poisoning Attacks, ICLR",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: {
    partitions: {
      type: "number-or-auto",
      default: "auto",
      min: 1,
      max: 100000,
      help: "models of the ensemble; auto = as many as deep-partition-aggregation has unasked",
    },
  },
  data: "table",
  targets: ["classes"],
  effort: "full",
  threat: { access: "modify-labels", goal: "availability", knowledge: "white-box" },
  refuses: ({ table }) => (table.roles.labels.length > 1 ? "an ensemble learns one label" : null),
  async poison({ clean, budget, reach }, { params, ...context }) {
    const examples = reachableExamples(clean, reach);
    const target = targetOf(clean.table);
    const { names } = target as Extract<typeof target, { kind: "classes" }>;
    const models = partitionsFor({ partitions: params.partitions, by: "row" }, { table: clean.table, train: clean.rows });
    const flips = chooseVoteFlips(clean.table, examples, { models, classes: names.length, flips: budget.rows }, context);
    return { ...noDataPoison, relabel: flips.map(({ position, y }) => relabelling(clean.table, examples, position, names[y])) };
  },
};
