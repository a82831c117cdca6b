import type { Dialogues } from "../../core/dialogues.ts";
import { sharedIntegers } from "./share-table.ts";

/** The same dialogues with their numbers in shared memory; texts are copied to each worker. */
export function shareDialogues(dialogues: Dialogues): Dialogues {
  return {
    ...dialogues,
    record: sharedIntegers(dialogues.record),
    source: sharedIntegers(dialogues.source),
    document: dialogues.document && sharedIntegers(dialogues.document),
  };
}
