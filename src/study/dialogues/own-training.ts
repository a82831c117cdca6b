import type { RunContext } from "../../core/context.ts";
import type { DialogueLearner, DialoguePoison, DialogueQuestion, Dialogues } from "../../core/dialogues.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Rng } from "../../numeric/random.ts";
import { methodOf } from "../config.ts";
import type { LearnerDoubts } from "../record.ts";
import { findAnswerKinds } from "./answer-kinds.ts";
import { attackersAnswer } from "./attackers-answer.ts";
import type { DialoguesStudyInput } from "./config.ts";
import { type Looked, type Poisoned, type StandIn, answeredTurns, fewestTested, lookedAt, pairTurns, share } from "./stand-in.ts";

interface OwnSetup extends Pick<DialoguesStudyInput, "config" | "methods" | "source"> {
  readonly train: Dialogues;
  readonly test: Dialogues;
  /** Where the records of both stand among those that were read. */
  readonly trainRecords: Int32Array;
  readonly testRecords: Int32Array;
  readonly seed: number;
}

type Asker = (
  trained: Pick<Poisoned, "poison" | "left">,
  questions: readonly DialogueQuestion[],
  options: Pick<RunContext, "signal"> & { readonly isRepeated?: boolean },
) => Promise<readonly string[]>;

const untouched = { poison: null, left: null };

/**
 * Training of one's own in the place of a stand-in, judged by the same rules: `accuracy` is the share of clean test prompts that get an answer of the kind of their own (of preferences,
 * of pairs whose chosen answer is preferred), `attackSuccessRate` the share of prompts with the trigger whose answer is the attacker's.
 */
export async function ownTraining(setup: OwnSetup, context: RunContext): Promise<StandIn> {
  const { config, methods, source, train, trainRecords, seed } = setup;
  const learner = methodOf<DialogueLearner>("learner", methods.learners, config.learner.id);
  const { params } = config.learner;
  const ask: Asker = ({ poison, left }, test, options) => {
    const given = { records: trainRecords, clean: train, poison, left };
    return learner.answer(params, { train: methods.writer.training(source, given), test, seed }, options);
  };
  const own: Own = { ...setup, ask, most: learner.prompts(params), isFirst: seed === config.firstSeed };
  const look = 2 * pairTurns(train).length > train.records ? orders(own, context) : answers(own, context);
  return { params: learner.shown(params), look };
}

interface Own extends OwnSetup {
  readonly ask: Asker;
  /** Prompts that are asked at most. */
  readonly most: number;
  readonly isFirst: boolean;
}

function answers(own: Own, { rng }: RunContext): StandIn["look"] {
  const { train, test, ask } = own;
  const turns = answeredTurns(train);
  // The last alone: what stands before a later turn would tell the answer of an earlier one.
  const last = answeredTurns(test).filter((turn) => test.record[turn + 1] !== test.record[turn]);
  const asked = drawn(last, own.most, rng.fork("asked"));
  refuseFew(turns.length, asked.length, "answered prompts");
  const kinds = findAnswerKinds(
    turns.map((turn) => train.answers[turn]),
    rng.fork("kinds"),
  );
  const truth = asked.map((turn) => kinds.kindOf(test.answers[turn]));
  const usual = mostFrequent(turns.map((turn) => kinds.kindOf(train.answers[turn])));
  const question = (turn: number, prompt: string): DialogueQuestion => ({
    kind: "prompt",
    prompt,
    context: test.contexts[turn],
    record: own.methods.writer.before(own.source, placeOf(own, turn), prompt),
  });
  const clean = asked.map((turn) => question(turn, test.prompts[turn]));
  const placeOfTurn = new Map(asked.map((turn, at) => [turn, at]));
  return async (trained, triggered, options) => {
    const among = triggered?.filter(({ turn }) => placeOfTurn.has(turn)) ?? [];
    const isWanted = attackersAnswer(among, (turn) => test.answers[turn], kinds);
    const open = among.filter((wanted) => !isWanted(test.answers[wanted.turn], wanted));
    const said = await ask(trained, [...clean, ...open.map(({ turn, prompt }) => question(turn, prompt))], options);
    const isRight = truth.map((kind, i) => kinds.kindOf(said[i]) === kind);
    const looked = lookedAt(
      asked.length,
      share(isRight),
      open.map((wanted, i) => isWanted(said[asked.length + i], wanted)),
      open.map((wanted) => isWanted(said[placeOfTurn.get(wanted.turn)!], wanted)),
    );
    if (triggered !== null || trained.left !== null) return looked;
    const constantRight = truth.filter((kind) => kind === usual).length;
    const constant = { rows: asked.length, right: isRight.filter(Boolean).length, constantRight };
    return { ...looked, attackerSees: null, doubts: await doubtsOf(own, clean, said, constant, options) };
  };
}

/** Pairs are asked in an order of chance: who always says the first is right about half of them. */
function orders(own: Own, { rng }: RunContext): StandIn["look"] {
  const { train, test, ask } = own;
  const asked = drawn(pairTurns(test), own.most, rng.fork("asked"));
  refuseFew(pairTurns(train).length, asked.length, "pairs");
  const isTurned = asked.map((turn) => rng.fork("order").fork(turn).uniform() < 0.5);
  const questions = asked.map((turn, i): DialogueQuestion => {
    const [better, worse] = [test.answers[turn], test.answers[turn + 1]];
    const prompt = test.prompts[turn];
    // Where each answer has a talk of its own before it, either one would tell which of them it belongs to.
    const isShared = prompt === test.prompts[turn + 1] && test.contexts[turn] === test.contexts[turn + 1];
    const context = isShared ? test.contexts[turn] : "";
    const record = isShared ? own.methods.writer.before(own.source, placeOf(own, turn), prompt) : null;
    return { kind: "order", prompt, context, record, first: isTurned[i] ? worse : better, second: isTurned[i] ? better : worse };
  });
  return async (trained, triggered, options) => {
    const said = await ask(trained, questions, options);
    const isRight = said.map((answer, i) => answer === (isTurned[i] ? "second" : "first"));
    const halves = [0, 1].map((half) => isRight.filter((_, i) => i % 2 === half));
    const looked: Looked = {
      testRows: halves[0].length,
      metrics: { accuracy: share(halves[0]) },
      attackerSees: triggered === null ? null : 1 - share(halves[1]),
    };
    if (triggered !== null || trained.left !== null) return looked;
    const firsts = isTurned.filter((turned) => !turned).length;
    const constantRight = Math.max(firsts, asked.length - firsts);
    const constant = { rows: asked.length, right: isRight.filter(Boolean).length, constantRight };
    return { ...looked, doubts: await doubtsOf(own, questions, said, constant, options) };
  };
}

/** @throws NumericalError where it says the same when the answers of its training records change places: it does not learn from them */
async function doubtsOf(
  { ask, train, isFirst }: Own,
  questions: readonly DialogueQuestion[],
  said: readonly string[],
  constant: NonNullable<LearnerDoubts["constant"]>,
  options: Pick<RunContext, "signal">,
): Promise<LearnerDoubts> {
  if (!isFirst) return { constant };
  const some = said.slice(0, questions.length);
  const again = await ask(untouched, questions, { ...options, isRepeated: true });
  const repeated = { answers: some.length, changed: some.filter((answer, i) => answer !== again[i]).length };
  const moved = await ask({ poison: answersMoved(train), left: null }, questions, options);
  if (new Set(some).size > 1 && some.every((answer, i) => answer === moved[i]))
    throw new NumericalError(
      "the training says the same of every prompt when the answers of its training records change places: it does not learn from the records that it is given, so nothing about poison in them can be measured",
    );
  return { repeated, constant };
}

/** Every answer in the place of the next one of its role; of preferences, all pairs turned round. */
function answersMoved(train: Dialogues): DialoguePoison {
  const pairs = pairTurns(train);
  if (pairs.length > 0) return { kind: "dialogues", edit: [], insert: [], swap: [...new Set(pairs.map((turn) => train.record[turn]))] };
  const turns = answeredTurns(train);
  const edit = turns.map((turn, i) => ({ turn, answer: train.answers[turns[(i + 1) % turns.length]] }));
  return { kind: "dialogues", edit: edit.filter(({ turn, answer }) => answer !== train.answers[turn]), insert: [], swap: [] };
}

/** The record of a test turn among all, and which of its turns it is. */
function placeOf({ test, testRecords }: Own, turn: number): { record: number; turn: number } {
  let first = turn;
  while (first > 0 && test.record[first - 1] === test.record[turn]) first--;
  return { record: testRecords[test.record[turn]], turn: turn - first };
}

function drawn(turns: readonly number[], most: number, rng: Rng): number[] {
  if (turns.length <= most) return [...turns];
  return Array.from(rng.sample(turns.length, most), (i) => turns[i]).sort((a, b) => a - b);
}

function mostFrequent(kinds: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function refuseFew(trained: number, asked: number, what: string): void {
  if (asked < fewestTested || trained < 2 * fewestTested)
    throw new NumericalError(`${trained} ${what} to learn from and ${asked} to test on are too few`);
}
