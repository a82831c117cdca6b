import { dealParts, partsOfEncoded } from "../blocks/certified/partitions.ts";
import { trainParts } from "../blocks/certified/train-parts.ts";
import { type Voter, votingModel } from "../blocks/held-out/partition-votes.ts";
import { selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import type { FittingRepair } from "../core/repair.ts";

interface PartitionVoteParams {
  partitions: number;
}

/**
 * Parts are dealt, trained and counted as those of `deep-partition-aggregation` are. Differs from the paper in its hash, which is keyed and of the encoded features bit by bit, in
 * partitions without rows, which have no vote, and in that encoder and tuned parameters are those of all rows, so that nothing is proven of it:
 * `deep-partition-aggregation:base=pipeline` is the one of which something is. No training starts
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
  async repair(data, { params, fit, ...context }) {
    const voters: Voter[] = [];
    const rowsOf = dealParts(partsOfEncoded(data.x, params.partitions, "partitions"), params.partitions);
    const train = (rows: Int32Array): Promise<Model> => fit(selectExamples(data, rows));
    await trainParts(rowsOf, data.y, { train, told: (voter, p) => (voters[p] = voter) }, context);
    return votingModel(voters, data.target);
  },
};
