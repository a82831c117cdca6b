import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";
import { type AloneSettings, aloneSettings } from "./fit-alone.ts";
import { type MtrlModel, relatedModel } from "./model.ts";
import { type SharingEvidence, sharingEvidence } from "./sharing-evidence.ts";

export interface CleanedRequest {
  readonly data: Dataset;
  /** Tasks that are kept whole and judged together. */
  readonly group: readonly number[];
  /** Rows that the others keep. Shape: [rows] */
  readonly isKept: Uint8Array;
  readonly joint: MtrlModel;
  fit(data: Dataset, start: Model): Promise<Model>;
  /** Who asks, for messages. */
  readonly owner: string;
}

/** What some tasks become through the cleaned rows of the others, and what speaks for it. */
export interface CleanedSharing {
  readonly shared: MtrlModel;
  /** How each task of the group is trained alone, in their order. */
  readonly alone: readonly AloneSettings[];
  readonly evidence: readonly SharingEvidence[];
}

/** Inputs at which a move is charged for. */
const mostInputs = 200;

/**
 * Trains on the group's rows and the kept rows of the others, and cross-fits. The inputs at large are kept rows of the other tasks: there poison pulls,
 * so that a move made by poison shows there and not at the group's own rows. One training and five that start near it, and λ of each task alone.
 */
export async function cleanedSharing(request: CleanedRequest, { rng, signal }: RunContext): Promise<CleanedSharing> {
  const { data, group, isKept, joint, fit, owner } = request;
  const rows = selectExamples(
    data,
    positionsWhere(data.y.length, (i) => isKept[i] === 1 || group.includes(data.task[i])),
  );
  const shared = relatedModel(await fit(rows, joint), owner);
  const alone = await aloneSettings(rows, group, shared.settings.bias, { rng, signal });
  const inputs = inputsAtLarge(rows, group, rng.fork("inputs"));
  const evidence = await sharingEvidence({ data: rows, targets: group, inputs, alone, shared, fit }, { rng: rng.fork("folds"), signal });
  return { shared, alone, evidence };
}

/** Rows of the other tasks; own rows where there are no others. */
function inputsAtLarge(rows: Dataset, group: readonly number[], rng: Rng): Dataset {
  const others = positionsWhere(rows.y.length, (i) => !group.includes(rows.task[i]));
  const from = others.length === 0 ? positionsWhere(rows.y.length, () => true) : others;
  return selectExamples(
    rows,
    rng.sample(from.length, Math.min(mostInputs, from.length)).map((k) => from[k]),
  );
}
