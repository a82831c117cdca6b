import { stopIfCancelled } from "../core/context.ts";
import { type Voter, rowsOfPartitions, votingModel } from "../blocks/held-out/partition-votes.ts";
import { selectExamples } from "../core/dataset.ts";
import type { FittingRepair } from "../core/repair.ts";

interface PartitionVoteParams {
  partitions: number;
}

/**
 * Differs from the paper in its hash, which is of the encoded features bit by bit, in partitions without rows, which have no vote, and in that encoder and tuned parameters are
 * those of all rows, so that nothing is proven of it: `deep-partition-aggregation:base=pipeline` is the one of which something is. No training starts
 * from another's model: that would carry a row into two of them.
 */
export const partitionVote: FittingRepair<PartitionVoteParams> = {
  kind: "repair",
  stage: "fit",
  id: "partition-and-vote",
  title: "Partition and vote",
  summary:
    "Trains one model on each of many partitions by a hash of the row, and takes the majority of their classes or the median of their numbers.",
  source: {
    cite: "Levine & Feizi 2021, Deep Partition Aggregation: Provable Defenses against General Poisoning Attacks, ICLR, §3.1",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: {
    partitions: { type: "number", default: 15, min: 1, max: 10000, integer: true, help: "models, each trained on its own rows" },
  },
  effort: "standard",
  targets: ["classes", "real"],
  async repair(data, { params, fit, progress, signal }) {
    const voters: Voter[] = [];
    for (const rows of rowsOfPartitions(data.x, params.partitions)) {
      stopIfCancelled(signal);
      const own = selectExamples(data, rows);
      const isOneClass = data.target.kind === "classes" && own.y.every((label) => label === own.y[0]);
      voters.push(rows.length === 0 ? null : isOneClass ? own.y[0] : await fit(own));
      progress?.(voters.length / params.partitions);
    }
    return votingModel(voters, data.target);
  },
};
