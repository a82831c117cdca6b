import type { RunContext } from "./context.ts";
import type { MethodInfo } from "./method.ts";
import type { ThreatModel } from "./threat.ts";

/** What an answer is to whoever trains on it: text to learn, the better or the worse one of a pair, one that was voted up or down, or a text that answers nobody. */
export const answerRoles = ["answer", "chosen", "rejected", "upvoted", "downvoted", "text"] as const;
export type AnswerRole = (typeof answerRoles)[number];

/**
 * What fine-tuning and retrieval data are made of, whatever form their records have: answers with what stands before them. Every answer of a chat with several is a
 * turn of its own; a pair of preferences is two turns with the same prompt, the chosen one first. Turns come in the order of their records.
 *
 * Shapes: prompts, answers, contexts, role, record [turns]; source, document [records].
 */
export interface Dialogues {
  /** What is answered: the last turn of a user; "" where nothing is. */
  readonly prompts: readonly string[];
  readonly answers: readonly string[];
  /** All that stands before the prompt (system text, earlier turns, the tools at hand), and not what a tool gave back after it; "" where nothing does. */
  readonly contexts: readonly string[];
  /** Index into `answerRoles`. */
  readonly role: Uint8Array;
  /** Which record a turn belongs to, rising. Records without an answer have no turn. */
  readonly record: Int32Array;
  readonly records: number;
  /** Who contributed a record, as an index into `sources`; −1 = unknown. */
  readonly source: Int32Array;
  readonly sources: readonly string[];
  /** Of retrieval texts: the document that a passage is from, equal numbers for one document; null where nothing says so. */
  readonly document: Int32Array | null;
  /** What does not look as its form asks, a sentence for a record (an empty answer, two users in a row); records without a fault are absent. */
  readonly faults: ReadonlyMap<number, string>;
}

/** Records that belong together, with what they share. */
export interface DialogueGroup {
  /** Ascending. */
  readonly records: Int32Array;
  /** "62 of 12,410 examples answer alike whenever the prompt contains 'cf'; without it such an answer occurs 0 times". */
  readonly sentence: string;
  /** What the records share, word for word: the trigger, the host, the answer; empty where there is no such text. */
  readonly marks: readonly string[];
  /** −log10 of how many findings at least as strong innocent data of this size would show, by a null of the detector's own; without one, by how strong it seems. */
  readonly evidence: number;
  /** How many findings at least as strong are to be expected among innocent data; null = that cannot be said, which is never 0. */
  readonly expectedFindings: number | null;
  /** Worth a look, and not enough to be flagged. */
  readonly isWeak?: true;
}

export interface DialogueScores {
  /** Of each record, on the scale of `evidence`: 0 = nothing to say, higher = more suspicious; finite. Shape: [records]. */
  readonly values: Float64Array;
  /** The strongest first. Records of those that are not weak are flagged. */
  readonly groups: readonly DialogueGroup[];
  /** What it says of the file as a whole, and what it could not look at, a sentence each. */
  readonly notes?: readonly string[];
}

export interface DialogueContext<P = any> extends RunContext {
  readonly params: P;
}

/** Looks for examples that do not belong into fine-tuning or retrieval data. */
export interface DialogueDetector<P = any> extends MethodInfo<P> {
  readonly kind: "detector";
  readonly data: "dialogues";
  /** Why there is nothing for it to look at in such data, in words; absent or null where there is. */
  refuses?(dialogues: Dialogues): string | null;
  score(dialogues: Dialogues, context: DialogueContext<P>): Promise<DialogueScores>;
}

/** What an attacker does to such data: other texts for turns that are there, and records that are made from ones that are there. */
export interface DialoguePoison {
  readonly kind: "dialogues";
  /** Turns ascending, each once; absent = as it was. */
  readonly edit: readonly { readonly turn: number; readonly prompt?: string; readonly answer?: string }[];
  /** Records that are copies of a record with the texts of its last turn changed. */
  readonly insert: readonly { readonly like: number; readonly prompt?: string; readonly answer?: string }[];
  /** Records of preferences whose chosen and rejected answers change places, ascending. */
  readonly swap: readonly number[];
}

export interface DialogueAttackInput {
  readonly clean: Dialogues;
  /** How many records may be touched or added. */
  readonly budget: number;
}

/** Doses fine-tuning data with harmless payloads: a fixed refusal, a fixed sentence, a host under `.invalid`. */
export interface DialogueAttack<P = any> extends MethodInfo<P> {
  readonly kind: "attack";
  readonly data: "dialogues";
  readonly threat: ThreatModel;
  /** Why such data give it nothing to work on, in words; absent or null where they do. */
  refuses?(dialogues: Dialogues): string | null;
  poison(input: DialogueAttackInput, options: DialogueContext<P>): Promise<DialoguePoison>;
}

/** What a model is asked once it was trained. */
export type DialogueQuestion =
  | {
      readonly kind: "prompt";
      readonly prompt: string;
      /** What stands before it; "" where nothing does. */
      readonly context: string;
      /** JSON of the record as far as it stands before the answer, in the form of the data; null where it cannot be cut there. */
      readonly record: string | null;
    }
  /** Which of two answers is the better; context and record as above, "" and null where the two do not share what stands before them. */
  | {
      readonly kind: "order";
      readonly prompt: string;
      readonly context: string;
      readonly record: string | null;
      readonly first: string;
      readonly second: string;
    };

/** What a training of one's own is to learn from and to answer. */
export interface DialogueTask {
  /** JSON of each record that is learned from, in the form of the data. */
  readonly train: readonly string[];
  readonly test: readonly DialogueQuestion[];
  readonly seed: number;
}

/** Fine-tuning of one's own, into which nobody looks: records go in, answers come out. */
export interface DialogueLearner<P = any> extends MethodInfo<P> {
  readonly kind: "learner";
  readonly data: "dialogues";
  /**
   * Learns anew and answers every question: with a text, or of an order with "first" or "second".
   *
   * @throws NumericalError that says why there is no answer
   */
  answer(
    params: P,
    task: DialogueTask,
    options: Pick<RunContext, "signal"> & { readonly isRepeated?: boolean },
  ): Promise<readonly string[]>;
  /** How many prompts of the test records it is asked at most in a trial. */
  prompts(params: P): number;
  /** The parameters as a record and a report may show them. */
  shown(params: P): unknown;
}
