import type { DialogueAttack, DialogueDetector, DialogueLearner, DialoguePoison, Dialogues } from "../../core/dialogues.ts";
import type { Learner } from "../../core/learner.ts";
import type { MethodInfo } from "../../core/method.ts";
import type { StudyBudgets } from "../budgets.ts";
import type { Chosen } from "../config.ts";

/** The methods that a study of fine-tuning data may use. */
export interface DialogueMethods {
  readonly attacks: readonly DialogueAttack[];
  readonly detectors: readonly DialogueDetector[];
  /** Learns classes from the words of a prompt. */
  readonly learner: Learner;
  /** Training of one's own. */
  readonly learners: readonly DialogueLearner[];
  /** Writes records down for it. */
  readonly writer: RecordWriter;
}

/** Writes records in the form of the data; `source` is what `DialoguesStudyInput` has of them. */
export interface RecordWriter {
  /** JSON of the records that are learned from. */
  training(source: unknown, task: RecordsToLearn): string[];
  /** JSON of a record as far as it stands before the answer of a turn, which is asked with another prompt; null where it cannot be cut there. */
  before(source: unknown, at: { readonly record: number; readonly turn: number }, prompt: string): string | null;
}

export interface RecordsToLearn {
  /** Their numbers in the data, ascending. */
  readonly records: Int32Array;
  /** The same as they were read. */
  readonly clean: Dialogues;
  readonly poison: DialoguePoison | null;
  /** 1 for each of them that is left, those that were added last; null = all are. */
  readonly left: Uint8Array | null;
}

/** Everything that shapes the results of a study of fine-tuning data, apart from the data. Budgets are shares of the training records. Plain data: it is stored in the manifest and hashed into trial ids. */
export interface DialoguesStudyConfig extends StudyBudgets {
  /** What stands in for a fine-tuned model, see `standIns`, or training of one's own. */
  readonly learner: Chosen;
  readonly attacks: readonly Chosen[];
  readonly detectors: readonly Chosen[];
  /** `dropFindings` alone. */
  readonly repairs: readonly (Chosen & { readonly detector: null })[];
  /** Seeds are `firstSeed`, `firstSeed` + 1, … */
  readonly seeds: number;
  readonly firstSeed: number;
  /** Share of the records that is tested on. */
  readonly testFraction: number;
  /** Share of the records that a detector's precision and recall look at. */
  readonly flagFraction: number;
}

export interface DialoguesStudyInput {
  readonly dialogues: Dialogues;
  /** The records as they were read, for `RecordWriter`: plain data; absent where nobody is handed records. */
  readonly source?: unknown;
  readonly config: DialoguesStudyConfig;
  readonly methods: DialogueMethods;
}

/** Models that learn what a fine-tuned one would be tempted to learn, in seconds: what kind of answer a prompt gets, which of two answers is liked, or what a search hands on for a question. */
export const standIns = ["answer-kinds", "preference-order", "nearest-texts"] as const;

export function isStandIn({ id }: Pick<Chosen, "id">): boolean {
  return (standIns as readonly string[]).includes(id);
}

/** The repair: what a detector of the study flags is left out, as `theriac clean` does. */
export const dropFindings: MethodInfo<Record<string, never>> = {
  id: "drop-findings",
  title: "Leave out what is found",
  summary: "Leaves out every record that a detector flags, as clean does after a scan.",
  source: { cite: "standard", url: null },
  params: {},
};
