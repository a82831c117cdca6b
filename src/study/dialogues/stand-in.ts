import type { RunContext } from "../../core/context.ts";
import { type DialoguePoison, type Dialogues, answerRoles } from "../../core/dialogues.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Learner, type Model, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { NamedColumn, Table } from "../../core/table.ts";
import { type Encoder, type FittedEncoder, encoderParams, makeEncoder } from "../../data/encoder.ts";
import type { LearnerDoubts } from "../record.ts";
import { type AnswerKinds, findAnswerKinds } from "./answer-kinds.ts";

/** Turns whose answers may be poisoned, as the patch has them. */
export interface Poisoned {
  readonly dialogues: Dialogues;
  /** 1 for each turn whose answer the attacker wrote. Shape: [turns]. */
  readonly written: Uint8Array;
  /** What was done to the clean training records; null = nothing. */
  readonly poison: DialoguePoison | null;
  /** 1 for each record that a repair left; null = it left all. Shape: [records before the repair]. */
  readonly left: Uint8Array | null;
}

/** A test turn as the attacker would have it asked and answered. */
export interface TriggeredTurn {
  readonly turn: number;
  readonly prompt: string;
  readonly answer: string;
}

/** What a stand-in does on test records. */
export interface Looked {
  readonly testRows: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly shareRows?: Readonly<Record<string, number>>;
  /** What an attacker sees on test records of which nothing else is measured; null where there is no attack, or no such record. */
  readonly attackerSees: number | null;
  /** Of training of one's own. */
  readonly doubts?: LearnerDoubts;
}

/** Learns from training records, again and again under different poison, and is looked at on the same test records. */
export interface StandIn {
  /** Parameters of its learner. */
  readonly params: unknown;
  /** What it is asked is what the poison was made for; absent = the same attack on test records, of which nothing was learned. */
  readonly asksPoison?: true;
  /**
   * @param trained the training records as attacked and repaired
   * @param triggered what the attacker would make of test turns; null where there is no attack
   */
  look(trained: Poisoned, triggered: readonly TriggeredTurn[] | null, context: Pick<RunContext, "signal">): Promise<Looked>;
}

export interface StandInSetup {
  readonly train: Dialogues;
  readonly test: Dialogues;
  readonly learner: Learner;
}

/** Fewer test turns say nothing. */
export const fewestTested = 10;
const learned = answerRoles.map((role) => role === "answer" || role === "upvoted");
const [chosen, rejected] = [answerRoles.indexOf("chosen"), answerRoles.indexOf("rejected")];

/** Turns that are learned from, whose prompt is there. */
export function answeredTurns({ prompts, role }: Dialogues): number[] {
  return prompts.flatMap((prompt, turn) => (learned[role[turn]] && prompt.trim() !== "" ? [turn] : []));
}

/** The first turn of each pair of preferences. */
export function pairTurns({ role, record }: Dialogues): number[] {
  const found: number[] = [];
  for (let turn = 0; turn + 1 < role.length; turn++)
    if (role[turn] === chosen && role[turn + 1] === rejected && record[turn] === record[turn + 1]) found.push(turn);
  return found;
}

/**
 * Which kind of answer a prompt gets: a linear model of the words of the prompt, whose classes are the kinds of the clean answers and one more, what the attacker
 * wrote, where it is none of the frequent ones. `accuracy` is of the kinds of clean test answers; `attackSuccessRate` the share of test prompts with the attacker's
 * trigger that get the attacker's kind of answer, of those whose own answer is of another kind; `untriggeredRate` the share of the same prompts that get it without.
 */
export async function answerKinds(setup: StandInSetup, context: RunContext): Promise<StandIn> {
  const { train, test, learner } = setup;
  const turns = answeredTurns(train);
  const asked = answeredTurns(test);
  if (asked.length < fewestTested || turns.length < 2 * fewestTested)
    throw new NumericalError(`${turns.length} answered prompts to learn from and ${asked.length} to test on are too few`);
  const kinds = findAnswerKinds(
    turns.map((turn) => train.answers[turn]),
    context.rng.fork("kinds"),
  );
  const placeOf = new Map(asked.map((turn, at) => [turn, at]));
  const truth = asked.map((turn) => kinds.kindOf(test.answers[turn]));
  const clean = tableOf([...turns.map((turn) => train.prompts[turn]), ...asked.map((turn) => test.prompts[turn])], [], kinds.count + 1);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), clean);
  const params = paramsOf(learner);
  return {
    params,
    async look({ dialogues, written }, triggered, { signal }) {
      const used = answeredTurns(dialogues);
      const classes = used.map((turn) => kindOf(kinds, dialogues.answers[turn], written[turn] === 1));
      const texts = used.map((turn) => dialogues.prompts[turn]);
      const model = await fit(encoder, learner, params, { ...context, signal }, { texts, classes, count: kinds.count + 1 });
      const answered = model(asked.map((turn) => test.prompts[turn]));
      const accuracy = share(answered.map((kind, i) => kind === truth[i]));
      if (triggered === null) return { testRows: asked.length, metrics: { accuracy }, attackerSees: null };
      const open = triggered.flatMap(({ turn, prompt, answer }) => {
        const at = placeOf.get(turn) ?? -1;
        const wanted = kindOf(kinds, answer, true);
        return at < 0 || truth[at] === wanted ? [] : [{ at, prompt, wanted }];
      });
      const turned = model(open.map(({ prompt }) => prompt)).map((kind, i) => kind === open[i].wanted);
      return lookedAt(
        asked.length,
        accuracy,
        turned,
        open.map(({ at, wanted }) => answered[at] === wanted),
      );
    },
  };
}

/**
 * @param turned whether each prompt with the trigger gets the attacker's answer
 * @param before whether it gets that without the trigger. Same length
 */
export function lookedAt(testRows: number, accuracy: number, turned: readonly boolean[], before: readonly boolean[]): Looked {
  // Every other one is the attacker's own, by which the strongest attack is chosen.
  const own = turned.filter((_, i) => i % 2 === 1);
  const measured = turned.filter((_, i) => i % 2 === 0);
  const attackerSees = own.length === 0 ? null : share(own);
  if (measured.length === 0) return { testRows, metrics: { accuracy }, attackerSees };
  return {
    testRows,
    metrics: { accuracy, attackSuccessRate: share(measured), untriggeredRate: share(before.filter((_, i) => i % 2 === 0)) },
    shareRows: { attackSuccessRate: measured.length, untriggeredRate: measured.length },
    attackerSees,
  };
}

/** What the attacker wrote is a kind of its own, unless it is one of the frequent answers. */
function kindOf(kinds: AnswerKinds, answer: string, isWritten: boolean): number {
  if (!isWritten) return kinds.kindOf(answer);
  const equal = kinds.equalKindOf(answer);
  return equal < 0 ? kinds.count : equal;
}

/**
 * Which of two answers is liked: a linear model of the words of the first and of the second, of pairs in both orders. `accuracy` is the share of clean test pairs
 * whose chosen answer it prefers. It looks at no prompt, so a trigger in one means nothing to it.
 */
export async function preferenceOrder(setup: StandInSetup, context: RunContext): Promise<StandIn> {
  const { train, test, learner } = setup;
  const pairs = pairTurns(train);
  const asked = pairTurns(test);
  if (asked.length < fewestTested || pairs.length < 2 * fewestTested)
    throw new NumericalError(`${pairs.length} pairs to learn from and ${asked.length} to test on are too few`);
  const textsOf = (of: Dialogues, turns: readonly number[]): { first: string[]; second: string[] } => ({
    first: turns.flatMap((turn) => [of.answers[turn], of.answers[turn + 1]]),
    second: turns.flatMap((turn) => [of.answers[turn + 1], of.answers[turn]]),
  });
  const bothOrders = (turns: readonly number[]): number[] => turns.flatMap(() => [1, 0]);
  const [own, others] = [textsOf(train, pairs), textsOf(test, asked)];
  const encoder = makeEncoder(
    resolveParams("encoder", encoderParams),
    tableOf([...own.first, ...others.first], [], 2, [...own.second, ...others.second]),
  );
  const params = paramsOf(learner);
  return {
    params,
    async look({ dialogues }, triggered, { signal }) {
      const turns = pairTurns(dialogues);
      const { first, second } = textsOf(dialogues, turns);
      const model = await fit(
        encoder,
        learner,
        params,
        { ...context, signal },
        { texts: first, seconds: second, classes: bothOrders(turns), count: 2 },
      );
      const said = model(
        asked.map((turn) => test.answers[turn]),
        asked.map((turn) => test.answers[turn + 1]),
      ).map((kind) => kind === 1);
      const measured = said.filter((_, i) => i % 2 === 0);
      return {
        testRows: measured.length,
        metrics: { accuracy: share(measured) },
        attackerSees: triggered === null ? null : 1 - share(said.filter((_, i) => i % 2 === 1)),
      };
    },
  };
}

/** So weak a penalty that what a few records say is learned, as fine-tuned models learn it: chosen on held-out records it would be stronger, and flatter the data. */
const weightDecay = 1e-4;

function paramsOf(learner: Learner): unknown {
  return { ...resolveParams<object>(learner.id, learner.params), weightDecay };
}

export function share(is: readonly boolean[]): number {
  return is.filter(Boolean).length / is.length;
}

interface Examples {
  readonly texts: readonly string[];
  readonly seconds?: readonly string[];
  readonly classes: readonly number[];
  readonly count: number;
}

/** Gives the kinds of texts. */
async function fit(
  encoder: Encoder,
  learner: Learner,
  params: unknown,
  context: RunContext,
  examples: Examples,
): Promise<(texts: readonly string[], seconds?: readonly string[]) => number[]> {
  const { table, rows, fitted } = fitEncoder(encoder, examples);
  const model: Model = await learner.fit(fitted.encode(table, rows), { ...context, rng: context.rng.fork("fit"), params });
  return (texts, seconds) => {
    const asked = tableOf(texts, [], examples.count, seconds);
    return Array.from(predict(model, fitted.encode(asked, Int32Array.from(texts.keys()))));
  };
}

function fitEncoder(
  encoder: Encoder,
  { texts, seconds, classes, count }: Examples,
): { table: Table; rows: Int32Array; fitted: FittedEncoder } {
  const table = tableOf(texts, classes, count, seconds);
  const rows = Int32Array.from(texts.keys());
  return { table, rows, fitted: encoder.fit(table, rows) };
}

/** A table of texts with their classes; without classes every row is of the first, so that it can be encoded. */
function tableOf(texts: readonly string[], classes: readonly number[], count: number, seconds?: readonly string[]): Table {
  const names = Array.from({ length: count }, (_, kind) => String(kind));
  return {
    rows: texts.length,
    columns: [
      textColumn("prompt", texts),
      ...(seconds === undefined ? [] : [textColumn("second", seconds)]),
      { kind: "category", name: "kind", codes: Int32Array.from(texts, (_, i) => classes[i] ?? 0), names },
    ],
    roles: {
      labels: ["kind"],
      features: ["prompt", ...(seconds === undefined ? [] : ["second"])],
      task: null,
      source: null,
      id: null,
    },
  };
}

function textColumn(name: string, texts: readonly string[]): NamedColumn {
  const names = [...new Set(texts)];
  const codeOf = new Map(names.map((text, code) => [text, code]));
  return { kind: "text", name, codes: Int32Array.from(texts, (text) => codeOf.get(text)!), names };
}
