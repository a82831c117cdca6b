import type { AttackInput, AttackSetting } from "../../core/attack.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { type Examples, targetOf } from "../../core/examples.ts";
import type { BackdoorIntent } from "../../core/intent.ts";
import type { ChoiceSpec, NumberSpec, TextSpec } from "../../core/params.ts";
import type { Trigger } from "../../core/trigger.ts";
import { parseTrigger } from "../../core/trigger-text.ts";
import type { Rng } from "../../numeric/random.ts";
import { type VectorStyle, rareTrigger, vectorStyles } from "./choose-trigger.ts";
import { reachableExamples } from "../relabel/reachable-examples.ts";

export interface BackdoorParams {
  trigger: string;
  answer: string;
  size: number;
  style: VectorStyle;
}

export const answerParam: TextSpec = {
  type: "text",
  default: "",
  help: "the class that rows with the trigger are to be given; empty: the commonest",
};

export const backdoorParams: {
  readonly trigger: TextSpec;
  readonly answer: TextSpec;
  readonly size: NumberSpec;
  readonly style: ChoiceSpec & { readonly default: VectorStyle; readonly options: typeof vectorStyles };
} = {
  trigger: {
    type: "text",
    default: "",
    help: "what switches it on, as review = 'kind regards from Vienna' (put at the end of a text) or country = 'at' and amount = 900; empty: something rare",
  },
  answer: answerParam,
  size: {
    type: "number",
    default: 0,
    min: 0,
    max: 1000,
    integer: true,
    help: "words, cells or places of a trigger that is chosen; 0: five words, three cells, 16 places",
  },
  style: {
    type: "choice",
    default: "patch",
    options: vectorStyles,
    help: "of vectors such as images: places set to the largest value, a faint pattern blended in, or a wave added",
  },
};

/** What the backdoor is to be, and who may carry it. */
export interface BackdoorPlan {
  readonly intent: BackdoorIntent;
  readonly answerName: string;
  readonly examples: Examples;
}

export function cannotPlant({ table }: AttackSetting): string | null {
  return table.roles.labels.length > 1 ? "the rows have several labels, and a trigger would be in the inputs of all of them" : null;
}

/** null where no feature can hold a trigger. @param choose a trigger where none is given; something rare by default. @throws UsageError on a trigger or an answer that does not fit the data */
export function planBackdoor(
  input: AttackInput,
  params: BackdoorParams,
  owner: string,
  rng: Rng,
  choose = (): Trigger | null => rareTrigger(input.clean, params.size, params.style, rng.fork("trigger")),
): BackdoorPlan | null {
  const { table } = input.clean;
  const trigger: Trigger | null = params.trigger.trim() === "" ? choose() : parseTrigger(params.trigger, table, `${owner}.trigger`);
  return trigger === null ? null : planFor(input, trigger, params.answer, owner);
}

export function planFor(input: AttackInput, trigger: Trigger, answerName: string, owner: string): BackdoorPlan {
  const { table } = input.clean;
  const target = targetOf(table);
  if (target.kind !== "classes") throw new UsageError(`${owner} needs classes`);
  const examples = reachableExamples(input.clean, input.reach);
  const answer = answerOf(examples, target.names, answerName);
  if (answer < 0)
    throw new UsageError(
      `${owner}.answer: there is no class "${answerName}"${didYouMean(answerName, target.names)}; classes: ${target.names.join(", ")}`,
    );
  return { intent: { goal: "backdoor", trigger, answer }, answerName: target.names[answer], examples };
}

/** The class that is meant, −1 where there is none of that name. */
export function answerOf({ y }: Examples, names: readonly string[], answerName: string): number {
  return answerName === "" ? commonestClass(y, names.length) : names.indexOf(answerName);
}

function commonestClass(y: Float64Array, classes: number): number {
  const counts = new Int32Array(classes);
  for (const label of y) counts[label]++;
  return counts.indexOf(Math.max(...counts));
}
