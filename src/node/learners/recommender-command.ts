import { NumericalError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { Recommender, RecommenderModel } from "../../core/recommender.ts";
import type { CommandSettings } from "../command/ask.ts";
import { commandParams, shownCommand } from "../command/command-params.ts";
import { type RatingAnswers, scoresOf } from "../command/rating-task.ts";

interface RecommenderCommandParams extends CommandSettings {
  readonly scores: "order" | "ratings";
}

/** A recommender of one's own, in whatever language. Nobody looks into it: ratings go in, lists or scores come out. */
export const recommenderCommand: Recommender<RecommenderCommandParams> = {
  kind: "recommender",
  id: "command",
  title: "Recommending command",
  summary:
    "Your own recommender, run as a command on files of poisoned ratings: what fake accounts do to it is measured on what it then recommends (docs/training-commands.md).",
  source: { cite: "standard", url: null },
  feedback: "implicit",
  params: {
    ...commandParams,
    scores: {
      type: "choice",
      default: "order",
      options: ["order", "ratings"],
      help: "what its scores are: an order of the items alone, or ratings that it predicts of every item for every user",
    },
  },
  outside: {
    surrogates: (_, { step }) => (step === 0 ? ["als-implicit", "item-knn-implicit"] : ["als-explicit", "item-knn", "als-implicit"]),
    shown: ({ scores, ...settings }) => ({ ...shownCommand(settings), scores }),
  },
  async fit(ratings, { params, rng, signal, userWeight = null, isRepeated }) {
    if (userWeight?.some((weight) => weight !== 0 && weight !== 1) === true)
      throw new NumericalError("accounts are given weights, and ratings in a file have none: repairs that leave accounts out work");
    const kept = userWeight === null ? null : Uint8Array.from(userWeight);
    const seed = rng.fork("command").integer(2 ** 31 - 1);
    const answers = await scoresOf(params, { ratings, kept, seed }, { signal, ...(isRepeated === undefined ? {} : { isRepeated }) });
    if (params.scores === "ratings" && answers.scores.some(Number.isNaN))
      throw new NumericalError("command:scores=ratings asks for every item of every user, and some were left out");
    return modelOf(answers, ratings, params.scores === "ratings" ? "rating" : "preference");
  },
};

/** What was given no score stands below all that was. */
function modelOf({ scores, isComplete }: RatingAnswers, { items }: Ratings, unit: RecommenderModel["unit"]): RecommenderModel {
  let least = Infinity;
  for (const score of scores) if (score < least) least = score;
  const floor = least - 1;
  return {
    unit,
    ...(isComplete ? {} : { listsOnly: true as const }),
    scoresInto(out, users) {
      for (let n = 0; n < users.length; n++)
        for (let i = 0; i < items.length; i++) {
          const score = scores[users[n] * items.length + i];
          out[n * items.length + i] = Number.isNaN(score) ? floor : score;
        }
    },
  };
}
