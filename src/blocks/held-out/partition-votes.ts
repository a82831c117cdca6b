import { classesOfScores, type Model } from "../../core/learner.ts";
import type { Dataset, Target } from "../../core/dataset.ts";
import { countVotes, pluralityRadii } from "../certified/plurality-radius.ts";
import type { Learned } from "../certified/train-parts.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";

/** What one partition says; null has no vote. */
export type Voter = Learned<Model>;

export interface VotingModel extends Model {
  /** Class indices, −1 = no vote; or predicted numbers, NaN = no vote. Shape: [partitions, rows]. */
  votes(data: Dataset): readonly Float64Array[];
}

/** The majority of classes, ties to the smaller one; the median of numbers. A loss is 0 or 1, or the squared residual. */
export function votingModel(voters: readonly Voter[], target: Target): VotingModel {
  const isReal = target.kind === "real";
  const classes = isReal ? 0 : target.names.length;
  const outputs = classes > 2 ? classes : 1;

  function votesOf(voter: Voter, data: Dataset): Float64Array {
    if (voter === null) return new Float64Array(data.y.length).fill(isReal ? NaN : -1);
    if (typeof voter === "number") return new Float64Array(data.y.length).fill(voter);
    return isReal ? voter.scores(data) : classesOfScores(voter.scores(data), voter.outputs);
  }

  function scores(data: Dataset): Float64Array {
    const votes = voters.map((voter) => votesOf(voter, data));
    const voted = votes.filter((_, p) => voters[p] !== null);
    if (isReal) return Float64Array.from(data.y, (_, i) => medianOf(Float64Array.from(voted, (own) => own[i])));
    const out = new Float64Array(data.y.length * outputs);
    for (const own of voted)
      for (let i = 0; i < own.length; i++) {
        if (outputs === 1) out[i] += (own[i] === 1 ? 1 : -1) / voted.length;
        else out[i * outputs + own[i]] += 1 / voted.length;
      }
    // Sums of shares round; counts decide, so that a tie is a tie.
    for (let i = 0; i < out.length; i++) out[i] = Math.round(out[i] * voted.length) / voted.length;
    return out;
  }

  return {
    outputs,
    scores,
    votes: (data) => voters.map((voter) => votesOf(voter, data)),
    probabilities: () => null,
    losses(data) {
      const given = scores(data);
      if (isReal) return given.map((value, i) => (value - data.y[i]) ** 2);
      return classesOfScores(given, outputs).map((label, i) => (label === data.y[i] ? 0 : 1));
    },
    parameters: null,
    mapMembers: (change) =>
      votingModel(
        voters.map((voter) => (voter === null || typeof voter === "number" ? voter : change(voter))),
        target,
      ),
  };
}

/**
 * How many changed votes each prediction outlasts (`pluralityRadii`). A row that comes or goes changes one vote at most, as long as encoder and settings stay; certificates
 * are of ensembles whose encoder no other row enters. Shape: [rows].
 */
export function outlastedVotes(model: VotingModel, data: Dataset, classes: number): Float64Array {
  const votes = model.votes(data);
  const choices = new Int32Array(data.y.length * votes.length);
  votes.forEach((own, p) => own.forEach((vote, i) => (choices[i * votes.length + p] = vote)));
  return pluralityRadii(countVotes(choices, votes.length, classes), classes).radii;
}
