import { catalog } from "../../catalog.ts";
import { type Effort } from "../../core/method.ts";
import { withoutUndefined } from "./audit-config.ts";
import { choose, joining, unique } from "./choose-method.ts";
import type { MethodChoice } from "./options/choices.ts";
import type { ConfigOf, DataConfigOf } from "./options/options.ts";
import type { DialoguesRequest } from "../read/dialogues/read-dialogues.ts";
import type { Chosen } from "../../study/config.ts";

/** What is read, and what its records mean. */
export type DialoguesDataConfig = DataConfigOf<"scan", "dialogues">;

/** All that an audit of fine-tuning data can be asked for, as the table of options has it; what is left out has a default. */
export type DialoguesAuditConfig = ConfigOf<"audit", "dialogues">;

export type DialoguesScanConfig = ConfigOf<"scan", "dialogues"> & {
  /** Folder that the findings are written to; none by default. */
  readonly out?: string;
};

export type DialoguesAttackConfig = ConfigOf<"attack", "dialogues"> & {
  readonly attacks: readonly MethodChoice[];
  readonly budgets: readonly (number | string)[];
};

export function dialoguesRequestOf({ kind: _, path, ...named }: DialoguesDataConfig): DialoguesRequest {
  return withoutUndefined({ data: path ?? "", ...named });
}

/** The detectors that were asked for, else those that join in at this effort. @throws UsageError on one that there is not */
export function chooseDialogueDetectors(asked: readonly MethodChoice[] | undefined, effort: Effort): Chosen[] {
  const { detectors } = catalog.dialogues;
  return unique(
    "detector",
    (asked ?? joining(detectors, effort)).map((choice) => choose("detector", detectors, choice)),
  );
}
