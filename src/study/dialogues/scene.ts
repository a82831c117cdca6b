import { lastTurns } from "../../blocks/dialogues/dosed-records.ts";
import { applyDialoguePoison } from "../../core/apply/apply-dialogues.ts";
import type { RunContext } from "../../core/context.ts";
import type { DialoguePoison, DialogueScores, Dialogues } from "../../core/dialogues.ts";
import { NumericalError } from "../../core/errors.ts";
import { findDialogueBreach } from "../../core/guard/dialogues.ts";
import { type Rng, makeRng } from "../../numeric/random.ts";
import { type StudyBudgets, countedAt } from "../budgets.ts";
import { type Chosen, methodOf } from "../config.ts";
import type { Ground, Scene } from "../kind.ts";
import type { DetectionCut } from "../record.ts";
import { type DialoguesStudyInput, isStandIn } from "./config.ts";
import { nearestTexts } from "./nearest-texts.ts";
import { ownTraining } from "./own-training.ts";
import { selectRecords } from "./select-records.ts";
import { type Poisoned, type StandIn, type TriggeredTurn, answerKinds, preferenceOrder } from "./stand-in.ts";

/** How many records a budget buys: those counted, else floor(fraction × training records), at least 1. */
export function recordsOf(fraction: number, records: number, counted: StudyBudgets["counted"]): number {
  return countedAt(counted, fraction)?.count ?? Math.max(1, Math.floor(fraction * records + 1e-9));
}

/** Records that share a prompt or a source stay on one side, unless they are more than this share of all. */
const mostTogether = 0.1;

/** Records that are learned from, of a number of them; fewer where records that share a prompt or a source stay together. */
export function trainingRecords(records: number, testFraction: number): number {
  return records - Math.round(testFraction * records);
}

const makers = { "answer-kinds": answerKinds, "preference-order": preferenceOrder, "nearest-texts": nearestTexts };

/** One seed of a study of fine-tuning data: records parted by chance, and what stands in for a model. @throws NumericalError where too few are left to learn from */
export async function dialogueScene(
  input: DialoguesStudyInput,
  seed: number,
  context: Omit<RunContext, "rng">,
): Promise<Scene<DialoguePoison>> {
  const { dialogues, config, methods } = input;
  const rng = makeRng(seed);
  const isTested = testedRecords(dialogues, config.testFraction, rng.fork("split"));
  const recordsWhere = (tested: number): Int32Array => Int32Array.from(isTested.keys()).filter((record) => isTested[record] === tested);
  const train = selectRecords(dialogues, recordsWhere(0));
  const test = selectRecords(dialogues, recordsWhere(1));
  const own = { ...context, rng: rng.fork("stand-in") };
  const setup = { train, test, learner: methods.learner };
  const standIn = await (isStandIn(config.learner)
    ? makers[config.learner.id as keyof typeof makers](setup, own)
    : ownTraining({ ...input, train, test, trainRecords: recordsWhere(0), testRecords: recordsWhere(1), seed }, own));
  const attackOn = async ({ id, params }: Chosen, clean: Dialogues, budget: number): Promise<DialoguePoison> => {
    const attack = methodOf("attack", methods.attacks, id);
    const poison = await attack.poison({ clean, budget }, { ...context, rng: rng.fork("attack").fork(id), params });
    const breach = findDialogueBreach({ poison, clean, threat: attack.threat, budget });
    if (breach !== null) throw new NumericalError(`the guard refused the poison: ${breach}`);
    return poison;
  };
  const known = new Map<string, Promise<readonly TriggeredTurn[]>>();
  const triggeredBy = (attack: Chosen): Promise<readonly TriggeredTurn[]> => {
    const key = JSON.stringify([attack.id, attack.params]);
    const turns = known.get(key) ?? attackOn(attack, test, test.records).then((poison) => triggeredTurns(test, poison));
    known.set(key, turns);
    return turns;
  };
  return {
    learnerParams: standIn.params,
    budgetRows: (_, fraction) => recordsOf(fraction, train.records, config.counted),
    poison: (attack, fraction) => attackOn(attack, train, recordsOf(fraction, train.records, config.counted)),
    async ground(poison, attack, groundContext) {
      // The same attack on all test records shows what would be asked, and what the attacker wants to hear.
      const asked = attack === null || poison === null ? null : standIn.asksPoison === true ? triggeredTurns(train, poison) : null;
      const triggered = asked ?? (attack === null ? null : await triggeredBy(attack));
      return groundUnder({ input, train, standIn, rng }, poison, triggered, groundContext);
    },
  };
}

/**
 * 1 for each record that is tested on, drawn by chance. Records with the same last prompt go together, so that no test prompt was learned from, and so do those of one source, which may have
 * written on both sides alike; what would be more than a tenth of all is parted. Shape: [records].
 */
export function testedRecords(dialogues: Dialogues, testFraction: number, rng: Rng): Uint8Array {
  const { records, prompts, source } = dialogues;
  const lastPrompt = Array.from(lastTurns(dialogues), (turn) => (turn < 0 ? "" : prompts[turn]));
  const most = mostTogether * records;
  const ofPrompt = joinedBy(lastPrompt, "", most);
  const ofBoth = joinedBy(source, -1, most, ofPrompt);
  const wanted = records - trainingRecords(records, testFraction);
  const out = new Uint8Array(records);
  let count = 0;
  for (const drawn of rng.sample(records, records)) {
    if (count >= wanted) break;
    if (out[drawn] === 1) continue;
    for (const one of ofBoth[drawn] ?? ofPrompt[drawn] ?? [drawn]) {
      count += 1 - out[one];
      out[one] = 1;
    }
  }
  return out;
}

/** The records that go with each: those of equal keys, and all that go with these already; undefined where there is no key, or they would be too many. */
function joinedBy<K>(
  keys: ArrayLike<K>,
  none: K,
  most: number,
  known?: readonly (readonly number[] | undefined)[],
): (number[] | undefined)[] {
  const sets = new Map<K, Set<number>>();
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === none) continue;
    const own = sets.get(keys[i]) ?? new Set<number>();
    sets.set(keys[i], own);
    for (const one of known?.[i] ?? [i]) own.add(one);
  }
  const lists = new Map([...sets].map(([key, set]) => [key, set.size > most ? undefined : [...set]]));
  return Array.from(keys, (key) => lists.get(key));
}

function groundUnder(
  {
    input,
    train,
    standIn,
    rng,
  }: Pick<Parameters<typeof memoScores>[0], "input" | "rng"> & { readonly train: Dialogues; readonly standIn: StandIn },
  poison: DialoguePoison | null,
  triggered: readonly TriggeredTurn[] | null,
  context: Omit<RunContext, "rng">,
): Ground {
  const dialogues = poison === null ? train : applyDialoguePoison(train, poison);
  const poisoned = poison === null ? new Uint8Array(train.records) : poisonedRecords(train, poison);
  const written = poison === null ? new Uint8Array(train.answers.length) : writtenAnswers(dialogues, train, poison);
  const scoresOf = memoScores({ input, dialogues, rng }, context);
  const all: Poisoned = { dialogues, written, poison, left: null };
  return {
    trainingRows: dialogues.records,
    touchedRows: poisoned.reduce((sum, is) => sum + is, 0),
    poisoned,
    suspicion: async (chosen) => (await scoresOf(chosen)).values,
    async look({ repair }) {
      const trained = repair === null ? all : withoutRecords(all, await flaggedRecords(input, dialogues, scoresOf));
      const { attackerSees, ...looked } = await standIn.look(trained, triggered, context);
      return {
        ...looked,
        trainingRows: trained.dialogues.records,
        attackerObjective: attackerSees,
        ...(triggered === null || repair !== null ? {} : { attackerEstimate: attackerSees }),
        ...(repair === null ? { cuts: await cutsOf(input, poisoned, scoresOf) } : {}),
      };
    },
  };
}

type ScoresOf = (chosen: Chosen) => Promise<DialogueScores>;

function memoScores(
  { input, dialogues, rng }: { readonly input: DialoguesStudyInput; readonly dialogues: Dialogues; readonly rng: RunContext["rng"] },
  context: Omit<RunContext, "rng">,
): ScoresOf {
  const known = new Map<string, Promise<DialogueScores>>();
  return (chosen) => {
    const key = JSON.stringify(chosen);
    let scores = known.get(key);
    if (scores === undefined) {
      const detector = methodOf("detector", input.methods.detectors, chosen.id);
      scores = detector.score(dialogues, { ...context, rng: rng.fork("detector").fork(chosen.id), params: chosen.params });
      known.set(key, scores);
    }
    return scores;
  };
}

/** 1 for each record that the patch touches or adds; those that it adds come last. Shape: [records]. */
function poisonedRecords(clean: Dialogues, { edit, insert, swap }: DialoguePoison): Uint8Array {
  const out = new Uint8Array(clean.records + insert.length);
  for (const { turn } of edit) out[clean.record[turn]] = 1;
  for (const record of swap) out[record] = 1;
  return out.fill(1, clean.records);
}

/** 1 for each turn whose answer the attacker wrote. Shape: [turns]. */
function writtenAnswers(dialogues: Dialogues, clean: Dialogues, { edit, insert }: DialoguePoison): Uint8Array {
  const out = new Uint8Array(dialogues.answers.length);
  for (const { turn, answer } of edit) if (answer !== undefined) out[turn] = 1;
  for (let turn = clean.answers.length; turn < out.length; turn++) {
    const isLast = dialogues.record[turn + 1] !== dialogues.record[turn];
    if (isLast && insert[dialogues.record[turn] - clean.records].answer !== undefined) out[turn] = 1;
  }
  return out;
}

/** What the patch makes of turns that are there, those that it copies included. */
function triggeredTurns(clean: Dialogues, { edit, insert }: DialoguePoison): TriggeredTurn[] {
  const last = lastTurns(clean);
  const changed = [...edit, ...insert.map(({ like, ...texts }) => ({ turn: last[like], ...texts }))];
  const seen = new Set<number>();
  return changed.flatMap(({ turn, prompt, answer }) => {
    if (answer === undefined || seen.has(turn)) return [];
    seen.add(turn);
    return [{ turn, prompt: prompt ?? clean.prompts[turn], answer }];
  });
}

/** The records that some detector flags: those of groups that are not weak. Shape: [records]. */
async function flaggedRecords({ config }: DialoguesStudyInput, { records }: Dialogues, scoresOf: ScoresOf): Promise<Uint8Array> {
  const out = new Uint8Array(records);
  for (const chosen of config.detectors) flagInto(out, await scoresOf(chosen));
  return out;
}

function flagInto(out: Uint8Array, { groups }: DialogueScores): void {
  for (const { records, isWeak } of groups) if (isWeak !== true) for (const record of records) out[record] = 1;
}

function withoutRecords({ dialogues, written, poison }: Poisoned, flagged: Uint8Array): Poisoned {
  const kept = Int32Array.from(flagged.keys()).filter((record) => flagged[record] === 0);
  if (kept.length === 0) throw new NumericalError("every record is flagged, so that nothing is left to learn from");
  return {
    dialogues: selectRecords(dialogues, kept),
    written: written.filter((_, turn) => flagged[dialogues.record[turn]] === 0),
    poison,
    left: flagged.map((is) => 1 - is),
  };
}

/** What each detector flags by its own rule, and what all of them do together. */
async function cutsOf({ config }: DialoguesStudyInput, poisoned: Uint8Array, scoresOf: ScoresOf): Promise<DetectionCut[]> {
  // What nobody looked for was not missed.
  if (config.detectors.length === 0) return [];
  const together = new Uint8Array(poisoned.length);
  const cuts: DetectionCut[] = [];
  for (const chosen of config.detectors) {
    const scores = await scoresOf(chosen);
    const own = new Uint8Array(poisoned.length);
    flagInto(own, scores);
    flagInto(together, scores);
    cuts.push(cutOf(chosen.id, own, poisoned));
  }
  return [cutOf(allDetectors, together, poisoned), ...cuts];
}

/** What all detectors of a study are called where they are counted together. */
export const allDetectors = "all together";

function cutOf(detector: string, flagged: Uint8Array, poisoned: Uint8Array): DetectionCut {
  let [all, hits, count] = [0, 0, 0];
  for (let i = 0; i < poisoned.length; i++) {
    all += flagged[i];
    hits += flagged[i] & poisoned[i];
    count += poisoned[i];
  }
  return {
    detector,
    flagged: all,
    precision: all === 0 || count === 0 ? null : hits / all,
    recall: count === 0 ? null : hits / count,
    falseAlarmRate: count === poisoned.length ? 0 : (all - hits) / (poisoned.length - count),
  };
}
