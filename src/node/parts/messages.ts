import type { EncoderParams } from "../../data/encoder.ts";
import type { PartTask } from "../../study/certify/train-part.ts";

/** The pipeline that parts train, as it goes from thread to thread. */
export interface NamedPipeline {
  /** Of the catalog. */
  readonly learner: string;
  readonly learnerParams: unknown;
  readonly encoder: EncoderParams;
  /** Of the whole study. */
  readonly seed: number;
}

export interface PartWorkerData extends NamedPipeline {
  /** Modules whose methods join the catalog first. */
  readonly methods: readonly string[];
}

export interface PartOrder {
  readonly id: number;
  readonly task: PartTask;
}

export type PartReply =
  | { readonly id: number; readonly scores: Float64Array }
  | { readonly id: number; readonly kind: "usage" | "numerical" | "fault"; readonly message: string; readonly stack: string | undefined };
