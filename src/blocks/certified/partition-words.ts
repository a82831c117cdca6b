import type { Learner } from "../../core/learner.ts";
import type { CertificateUnit, UnitCosts } from "../../core/certificate.ts";
import type { Ensemble, EnsembleParams } from "./partition-ensemble.ts";
import type { PartitionKey } from "./partitions.ts";

/** Reading looks at all rows; what it decides is taken to be fixed. */
export const readAsHere =
  "cells are read as they were here (kinds of columns, marks and units of numbers, what is missing, places of vectors), and the list of classes stays";

type Shape = Pick<EnsembleParams, "by" | "base">;

export function unitOf(by: PartitionKey): CertificateUnit {
  return by === "source" ? "accounts" : "insertions";
}

/** By the hash of the features a replaced row leaves one part and comes to another. */
export function costsOf(by: PartitionKey): UnitCosts {
  return by === "source" ? { accounts: 1 } : { insertions: 1, deletions: 1, "label-flips": 1, edits: 2 };
}

/** @param learner of the pipeline, where parts train it */
export function assumptionsOf({ by, base }: Shape, models: number, learner: Pick<Learner, "outside"> | null = null): string[] {
  return [
    `the answers are those of this ensemble, and it is trained with partitions=${models} however many rows come`,
    readAsHere,
    ...(by === "source"
      ? ["nobody posts under the name of an honest account that is not counted, and rows without an account count one each"]
      : []),
    ...(base === "pipeline" ? assumptionsOfPipeline(learner) : []),
  ];
}

/** What is trained in here keeps to its rows by construction; of what others run it is taken to be so. */
export function assumptionsOfPipeline(learner: Pick<Learner, "outside"> | null): string[] {
  if (learner?.outside === undefined) return ["whatever the pipeline chooses it chooses on the rows of its part"];
  return [
    "the command learns from the rows that it is handed and from nothing else of these data (no vocabulary, scaling or model that it has kept), and says the same of the same rows and seed, which was tried once",
    "on other rows a part whose training fails loses its vote, and the others are counted",
  ];
}

export function describeEnsemble({ by, base }: Shape, { models, rowsPerModel, failed }: Ensemble, how: string, learner: string): string {
  const learners = base === "ridge" ? "kernel ridge" : `the pipeline with ${learner}`;
  const parts = by === "source" ? "parts of the accounts" : "parts of the rows";
  return `${models} models (${learners}, about ${Math.round(rowsPerModel)} rows each) of ${parts}: ${how}${rowsPerModel < 5 ? ", most of them with hardly a row to learn from" : ""}${failed === 0 ? "" : `; ${failed} could not be trained and give a fixed answer`}`;
}
