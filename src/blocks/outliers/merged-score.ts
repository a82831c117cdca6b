import type { Detector, View } from "../../core/detector.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { type LearnedMerge, looksForLabels, tailsOf } from "./learned-merge.ts";

/** What one detector says of the examples. */
interface Witness {
  readonly method: Detector;
  /** Shape: [examples]. */
  readonly values: Float64Array;
  /** Share of examples below each. Shape: [examples]. */
  readonly ranks: Float64Array;
  readonly flagged: Uint8Array | null;
  readonly sureness: number;
}

/** Share of the rows, those that pull hardest, of which the neighbours are asked; five rows at least. */
const askedShare = 0.03;
const askedRows = 5;
/** Mean rank among the neighbours' doubts of the rows that pull hardest: up to the first they are a pocket, from the second on they are not. */
const ofPocket = [0.5, 0.75] as const;
/** The same, where pull does not tell planted labels, and where the learner does not either, so that honest rows of a law that it cannot learn pull: more has to be shown. */
const ofClearPocket = [0.4, 0.55] as const;
const ofBlindLearner = [0.15, 0.3] as const;
/** Rows that the learner's rule must flag before it is heard against that of several models. */
const fewest = 3;
/** What far rows count where neither rule flags so many. */
const unsaid = 0.3;

/**
 * What a learned merge says of the examples, in nats: −ln of the share that it ranks as high. Three rankings are mixed by how much speaks for each kind of poison.
 *
 * - Wrong labels: the merge of planted labels and, as much each, the several models and the detector that ranks planted labels best, because few planted rows cannot weigh well.
 * - Rows far out, and labels turned where all models would be sure: flexible models learn them, so that their rule flags fewer than that of the learner; the merge of planted
 *   far rows and, as much, the pull where it tells planted labels.
 * - A pocket of rows that hold each other up, as optimised poison is: those that pull the learner hardest, by which it is known, are those whose neighbours agree with them,
 *   which of rows with single wrong labels is not so; the pull alone.
 *
 * Shapes: result [examples].
 */
export function mergedScore(voices: readonly Witness[], examples: number, merge: LearnedMerge): Float64Array {
  const seen = (view: View): Witness[] => voices.filter(({ method }) => method.view === view);
  const weighed = (weights: ReadonlyMap<string, number>): Float64Array => weighedTails(voices, examples, weights);
  const alike = (parts: readonly Float64Array[]): Float64Array =>
    mixed(
      parts.map((values) => [1, values] as const),
      examples,
    );
  const [pull] = seen("gradients");
  const pocket =
    pull === undefined ? 0 : pocketSign(pull, askedOf(seen("neighbours"), seen("models")), boundsOf(pull, seen("learner"), merge));
  const far = merge.far === null ? 0 : farSign(seen("learner"), seen("models"));
  const pulls = pull !== undefined && looksForLabels(pull.method.id, merge) ? [pull.values] : [];
  const models = seen("models").filter(({ method }) => looksForLabels(method.id, merge));
  const best = bestOf(voices, merge);
  return mixed(
    [
      [pocket, pull?.values ?? new Float64Array(examples)],
      [(1 - pocket) * far, alike([weighed(merge.far ?? merge.weights), ...pulls])],
      [(1 - pocket) * (1 - far), alike([weighed(merge.weights), ...[...models, ...best].map(({ values }) => values)])],
    ],
    examples,
  );
}

/** Sums of tails of what detectors say, weighed by id. Shape: [examples]. */
export function weighedTails(
  voices: readonly Pick<Witness, "method" | "values">[],
  examples: number,
  weights: ReadonlyMap<string, number>,
): Float64Array {
  return mixed(
    voices.map(({ method, values }) => [weights.get(method.id) ?? 0, values] as const),
    examples,
  );
}

/** The detector that ranks planted labels best; none where nothing does. */
function bestOf(voices: readonly Witness[], { weights, areas }: LearnedMerge): Witness[] {
  const areaOf = ({ method }: Witness): number => areas.get(method.id) ?? 0;
  return voices
    .filter(({ method }) => weights.has(method.id))
    .sort((a, b) => areaOf(b) - areaOf(a))
    .slice(0, 1);
}

/** The labels of neighbours are no class where labels are numbers: there the models are asked. */
function askedOf(neighbours: readonly Witness[], models: readonly Witness[]): readonly Witness[] {
  return neighbours.length > 0 ? neighbours : models;
}

function boundsOf(pull: Witness, learner: readonly Witness[], merge: LearnedMerge): readonly [number, number] {
  if (learner.some(({ method }) => !looksForLabels(method.id, merge))) return ofBlindLearner;
  return looksForLabels(pull.method.id, merge) ? ofPocket : ofClearPocket;
}

/** How much the rows that pull hardest look like a pocket, from 0 to 1: whether their neighbours hold them right. */
function pocketSign(pull: Witness, others: readonly Witness[], [sure, none]: readonly [number, number]): number {
  if (others.length === 0) return 0;
  const asked = highest(pull.values, Math.max(askedRows, Math.round(askedShare * pull.values.length)));
  const doubts = others.map(({ ranks }) => asked.reduce((sum, i) => sum + ranks[i], 0) / asked.length);
  const doubt = doubts.reduce((sum, own) => sum + own, 0) / doubts.length;
  return Math.min(1, Math.max(0, (none - doubt) / (none - sure)));
}

/** By how much the learner's rule flags more than that of several models, as a share of what it flags, false alarms taken off. */
function farSign(learner: readonly Witness[], models: readonly Witness[]): number {
  if (models.length === 0) return 0;
  const most = (all: readonly Witness[]): number =>
    all.reduce((top, { flagged, sureness }) => Math.max(top, sureness * (flagged?.reduce((sum, is) => sum + is, 0) ?? 0)), 0);
  const [found, others] = [most(learner), most(models)];
  if (found < fewest) return others < fewest ? unsaid : 0;
  return Math.max(0, 1 - others / found);
}

/** Weighted sums of tails. Shapes: parts [rankings] of [examples], result [examples]. */
function mixed(parts: readonly (readonly [weight: number, values: Float64Array])[], examples: number): Float64Array {
  const sum = new Float64Array(examples);
  for (const [weight, values] of parts) {
    if (weight === 0) continue;
    const tails = tailsOf(values);
    for (let i = 0; i < examples; i++) sum[i] += weight * tails[i];
  }
  return sum;
}
