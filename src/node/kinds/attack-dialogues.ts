import type { DialoguePoison } from "../../core/dialogues.ts";
import { choose } from "../config/choose-method.ts";
import { catalog } from "../../catalog.ts";
import { dialogueCopy, openDialogueSource } from "../poison/dialogue-copy.ts";
import { makeDialoguePoison, recordsBudget } from "../poison/make-dialogue-poison.ts";
import { type DialoguesRead, type DialoguesRequest, readDialogues } from "../read/dialogues/read-dialogues.ts";
import type { Attackable } from "./attackable.ts";
import { type DialoguesAttackConfig, dialoguesRequestOf } from "../config/dialogues-config.ts";

/** Fine-tuning and retrieval data, of which records are changed where they stand, copied with other texts, or swapped. */
export const attackDialogues: Attackable<DialoguesAttackConfig, DialoguesRequest, DialoguesRead, DialoguePoison> = {
  checkConfig({ attacks, budgets }) {
    for (const choice of attacks) choose("attack", catalog.dialogues.attacks, choice);
    budgets.forEach(recordsBudget);
  },
  requestOf: ({ data = {} }) => dialoguesRequestOf(data),
  read: readDialogues,
  makePoison: makeDialoguePoison,
  copies: { open: openDialogueSource, copy: dialogueCopy },
};
