import { stopIfCancelled } from "../../core/context.ts";
import { UsageError } from "../../core/errors.ts";
import { startsByUser } from "../../core/ratings.ts";
import type { RatingCertificate } from "../../core/recommender.ts";
import { makeCoOccurrence } from "../../blocks/recommended/co-occurrence.ts";
import { poreFactors, poreFactorsForAll, poreOverlap, poreShares, poreTargetNeeds } from "../../blocks/recommended/pore.ts";
import { joinWanted, radiiUntilNone, shownByVotes, withVotesLeft } from "../../blocks/recommended/recommended-lists.ts";

interface PoreParams {
  to: "everybody" | "sampled";
  samples: number;
  sampled: number | "auto";
  perModel: number;
  shrink: number;
  risk: number;
}

/** So many fake users are looked at. */
const largest = 200;

/**
 * Differs from the paper in its models, which relate items by who rated both; in that, with to=everybody, a model recommends to those too that it was not trained on; and in the rule that reads the shares (see
 * blocks/recommended/pore.ts).
 */
export const pore: RatingCertificate<PoreParams> = {
  kind: "certificate",
  id: "pore",
  title: "Ensemble of recommenders of sampled users (PORE)",
  summary:
    "Trains many item-to-item recommenders, each on a few users drawn at random, and recommends what most of them do; few of them see a fake user.",
  source: {
    cite: "Jia, Liu, Hu & Gong 2023, PORE: Provably Robust Recommender Systems against Data Poisoning Attacks, USENIX Security",
    url: "https://arxiv.org/abs/2303.14601",
  },
  effort: "full",
  params: {
    to: {
      type: "choice",
      default: "everybody",
      options: ["everybody", "sampled"],
      help: "whom each model recommends to, each from his own history: all users, or as in the paper those that it was trained on",
    },
    samples: { type: "number", default: 2000, min: 100, max: 10_000_000, integer: true, help: "models" },
    sampled: {
      type: "number-or-auto",
      default: "auto",
      min: 1,
      max: 1e6,
      help: "users that each model is trained on; auto = one in a hundred, 2 at least; a fifth where they alone get lists",
    },
    perModel: { type: "number", default: 30, min: 1, max: 1000, integer: true, help: "items that each model recommends to a user" },
    shrink: { type: "number", default: 5, min: 0, max: 1e6, help: "users added below the fraction that says how alike two items are" },
    risk: { type: "number", default: 0.001, min: 1e-9, max: 0.5, help: "chance that any of the bounds is wrong" },
  },
  async certify(input, { params, rng, ...context }) {
    const { train, users, targets, top: shown } = input;
    const { samples, perModel } = params;
    const items = train.items.length;
    const all = train.users.length;
    const isForAll = params.to === "everybody";
    const sampled = params.sampled === "auto" ? Math.max(2, Math.round(all / (isForAll ? 100 : 5))) : Math.round(params.sampled);
    if (sampled > all) throw new UsageError(`pore.sampled must be at most the ${all} users, got ${sampled}`);
    const placeOf = new Int32Array(all).fill(-1);
    users.forEach((user, u) => (placeOf[user] = u));
    const starts = startsByUser(train);
    const recommender = makeCoOccurrence(train, params.shrink);
    const counts = new Int32Array(users.length * items);
    const list = new Int32Array(perModel);
    for (let k = 0; k < samples; k++) {
      stopIfCancelled(context.signal);
      context.progress?.((0.9 * k) / samples);
      const drawn = rng.fork(k).sample(all, sampled).sort();
      recommender.learn(drawn);
      for (const user of isForAll ? users : drawn) {
        if (placeOf[user] < 0) continue;
        recommender.recommendInto(list, 0, perModel, train.item.subarray(starts[user], starts[user + 1]));
        for (const item of list) if (item >= 0) counts[placeOf[user] * items + item]++;
      }
    }
    const shares = poreShares(counts, items, { samples, risk: params.risk });
    const wanted = joinWanted(input);
    const factorsOf = isForAll ? poreFactorsForAll : poreFactors;
    const factors = Array.from({ length: largest + 1 }, (_, fakes) => factorsOf({ users: all, sampled }, fakes));
    const keptAt = (fakes: number): Int32Array =>
      withVotesLeft(poreOverlap(shares, wanted, { shown, perModel }, factors[fakes]), shares.low, items, wanted, 0);
    return {
      unit: "accounts",
      costs: { accounts: 1 },
      confidence: 1 - params.risk,
      assumes: [
        "accounts are added, and none is edited or taken away",
        `lists hold what most of all samples of ${sampled} users recommend; ${samples} of them were drawn, with a seed that nobody knew before the accounts came`,
        "the items are those of these ratings",
        "what the account whose list it is rated is its own",
      ],
      made: `${samples} recommenders (item to item, each of ${sampled} of ${all} users), ${perModel} votes each for ${isForAll ? "every user" : "these users"}`,
      settled: { ...params, sampled },
      found: shownByVotes(counts, items, wanted, shown),
      kept: radiiUntilNone(largest, keptAt),
      needed: Array.from(targets, (target) => poreTargetNeeds(shares, target, { shown, factors })),
    };
  },
};
