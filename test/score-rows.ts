import type { Dataset } from "../src/core/dataset.ts";
import type { Detector, Scores } from "../src/core/detector.ts";
import type { Learner } from "../src/core/learner.ts";
import { resolveParams } from "../src/core/params.ts";
import { makeRng } from "../src/numeric/random.ts";

export interface Scoring {
  readonly params?: Record<string, unknown>;
  readonly learner?: Learner;
  readonly learnerParams?: Record<string, unknown>;
  readonly seed?: number;
  readonly verified?: Dataset;
}

/** What a detector says of these rows, with the learner that it is given. */
export function scoreRows(
  detector: Detector,
  data: Dataset,
  { params = {}, learner, learnerParams = {}, seed = 0, verified }: Scoring = {},
): Promise<Scores> {
  const chosen = learner === undefined ? {} : resolveParams<object>(learner.id, learner.params, { weightDecay: 0.01, ...learnerParams });
  const learning = (): Learner => {
    if (learner === undefined) throw new Error(`${detector.id} is not meant to train here`);
    return learner;
  };
  return detector.score(data, {
    rng: makeRng(seed),
    params: resolveParams(detector.id, detector.params, params),
    fit: (rows, start = null) => learning().fit(rows, { rng: makeRng(0), params: chosen, start }),
    objective: (rows) => learning().objective?.(rows, chosen) ?? null,
    table: null,
    verified,
  });
}
