import { stopIfCancelled } from "../../core/context.ts";
import { startsByUser } from "../../core/ratings.ts";
import type { RatingCertificate } from "../../core/recommender.ts";
import { makeCoOccurrence } from "../../blocks/recommended/co-occurrence.ts";
import { partsOfNames } from "../../blocks/certified/partitions.ts";
import { joinWanted, radiiUntilNone, shownByVotes, withVotesLeft } from "../../blocks/recommended/recommended-lists.ts";
import { votedOverlap, votedTargetNeeds } from "../../blocks/recommended/user-partition-radius.ts";

interface UserPartitionsParams {
  partitions: number | "auto";
  perModel: number;
  shrink: number;
}

/** Every model recommends to every user from the user's own history, so that none of its votes is lost to those that were not trained on him. */
export const userPartitions: RatingCertificate<UserPartitionsParams> = {
  kind: "certificate",
  id: "user-partitions",
  title: "Recommenders of user partitions",
  summary:
    "Trains one item-to-item recommender on each of many parts of the users, which all recommend to everybody from his own history and vote; an account turns one of them at most.",
  source: {
    cite: "deep partition aggregation (Levine & Feizi 2021) of recommenders; certified overlap as in Jia et al. 2023, PORE, USENIX Security",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: {
    partitions: {
      type: "number-or-auto",
      default: "auto",
      min: 1,
      max: 10000,
      help: "models, each of a part of the users; auto = one for every six users, from 5 to 400",
    },
    perModel: { type: "number", default: 30, min: 1, max: 1000, integer: true, help: "items that each model votes for, for each user" },
    shrink: {
      type: "number",
      default: 5,
      min: 0,
      max: 1e6,
      help: "users added below the fraction that says how alike two items are, against chance in small parts",
    },
  },
  async certify(input, { params, ...context }) {
    const { train, users, targets, top: shown } = input;
    const { perModel } = params;
    const models = modelsFor(params, train.users.length);
    const items = train.items.length;
    const lists = new Int32Array(users.length * models * perModel);
    const part = partsOfNames(train.users, models, "partitions");
    const membersOf: number[][] = Array.from({ length: models }, () => []);
    part.forEach((m, user) => membersOf[m].push(user));
    const starts = startsByUser(train);
    const recommender = makeCoOccurrence(train, params.shrink);
    for (let m = 0; m < models; m++) {
      stopIfCancelled(context.signal);
      recommender.learn(Int32Array.from(membersOf[m]));
      users.forEach((user, u) => {
        recommender.recommendInto(lists, (u * models + m) * perModel, perModel, train.item.subarray(starts[user], starts[user + 1]));
      });
      context.progress?.((0.9 * (m + 1)) / models);
    }
    const votes = countVotes(lists, users.length, items);
    const wanted = joinWanted(input);
    const found = shownByVotes(votes, items, wanted, shown);
    const kept = radiiUntilNone(models, (touched) =>
      touched === 0
        ? found
        : withVotesLeft(votedOverlap(votes, items, wanted, { shown, perModel, touched }), votes, items, wanted, touched),
    );
    const needed = votedTargetNeeds({ lists, models, perModel, items }, targets, shown).map((needs) => Float64Array.from(needs));
    return {
      unit: "accounts",
      costs: { accounts: 1 },
      confidence: null,
      assumes: assumptions(models),
      made: `${models} recommenders (item to item, each of about ${Math.round(train.users.length / models)} of ${train.users.length} users), ${perModel} votes each for every user`,
      settled: { ...params, partitions: models },
      ...{ found, kept, needed },
    };
  },
};

/** Smaller parts let more accounts be outlasted, and cost precision; six users cost about a twentieth of it, on films and on generated markets. */
function modelsFor({ partitions }: Pick<UserPartitionsParams, "partitions">, users: number): number {
  return partitions === "auto" ? Math.min(400, Math.max(5, Math.floor(users / 6))) : Math.round(partitions);
}

/** Shape: [users, items]. */
function countVotes(lists: Int32Array, users: number, items: number): Int32Array {
  const votes = new Int32Array(users * items);
  const perUser = lists.length / users;
  for (let p = 0; p < lists.length; p++) if (lists[p] >= 0) votes[Math.floor(p / perUser) * items + lists[p]]++;
  return votes;
}

function assumptions(models: number): string[] {
  return [
    `lists are those of these models, and they are trained with partitions=${models} however many accounts come`,
    "the items are those of these ratings",
    "the account whose list it is is not itself captured, and what it rated is its own",
  ];
}
