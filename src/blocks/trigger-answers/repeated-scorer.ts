import type { GroupLikeness } from "../dialogues/answer-likeness.ts";
import { placeOf } from "../dialogues/foreignness.ts";
import { lengthened } from "../dialogues/lengthened.ts";
import type { TokenRows } from "../dialogues/token-rows.ts";
import { type AnswerPhrases, holdsRun, makeSharedRuns, runTokens, sharedDecades } from "./answer-phrases.ts";
import { fewestRows, type Ground, markOwn, ofSetting, type Scorer, unmarkOwn } from "./search-ground.ts";
import { runScorer } from "./run-scorer.ts";

/** Decades of a shared run that is looked at. */
const leastShared = 0.7;
/** Holders whose answers are looked at. */
const mostLooked = 60;
/** Others that hold a group's run are suspected with it where all are at most so many times the group. */
const mostElsewhere = 4;

/**
 * By a sentence or part of one that answers share whose other words have nothing in common. In honest data a long run that recurs has its reason in what is talked about, and then the rest of the answers is
 * alike too, or the prompts are, or the answers stand in one record: so the decades of the run count each record and each rest of an answer once, are lessened by as much as the prompts are alike without
 * the group's words, and divided by 1 + the deviations by which the rests are more alike than those of random answers.
 */
export function repeatedScorer(ground: Ground, likeness: GroupLikeness, runs: AnswerPhrases, answers: TokenRows): Scorer {
  const { isOwn, rows, recordOf } = ground;
  const sharedOf = makeSharedRuns(runs, rows);
  const records = new Set<number>();
  const rests = new Set<number>();
  const holders = new Int32Array(rows);
  const looked = new Int32Array(mostLooked);

  const evidence = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const found = sharedOf(list, count, answerOf);
    if (found.evidence < leastShared) return 0;
    const { run } = found;
    records.clear();
    let [all, held] = [0, 0];
    for (let s = 0; s < count; s++) {
      const answer = answerOf === null ? list[s] : answerOf[list[s]];
      const isHolder = holdsRun(runs, answer, run);
      // A record counts once, by a turn that holds the run if it has one.
      const key = 2 * recordOf[answer] + (isHolder ? 1 : 0);
      if (records.has(key)) continue;
      records.add(key);
      if (isHolder) holders[held++] = answer;
      else all++;
    }
    if (held < fewestRows) return 0;
    for (let s = 0; s < held; s++) if (records.has(2 * recordOf[holders[s]])) all--;
    all += held;
    const kept = Math.min(held, mostLooked);
    for (let s = 0; s < kept; s++) looked[s] = holders[Math.floor((s * held) / kept)];
    const shared = lengthened(answers, looked.subarray(0, kept), runTokens(runs, answers, run));
    rests.clear();
    for (let s = 0; s < kept; s++) rests.add(restCode(answers, looked[s], shared));
    if (rests.size < fewestRows) return 0;
    const decades = sharedDecades(held, all, Math.max(0, runs.rowsWith[run] - held), rows) * (rests.size / kept);
    if (decades < leastShared) return 0;
    for (const t of shared) isOwn[t] = 1;
    const alike = Math.max(0, likeness.beyond(looked, kept, isOwn));
    unmarkOwn(ground, shared);
    const own = markOwn(ground, list, count, words);
    const value = ((decades * (1 - likeness.explained(list, count, isOwn))) / (1 + alike)) * ofSetting(ground, own, words);
    unmarkOwn(ground, own);
    return value;
  };

  function holdersOutside(list: Int32Array, run: number): Int32Array {
    const isIn = new Set(list);
    const found: number[] = [];
    for (let i = 0; i < rows; i++) if (!isIn.has(i) && holdsRun(runs, i, run)) found.push(i);
    return Int32Array.from(found);
  }

  return {
    kind: "repeated",
    ...runScorer(ground, runs, sharedOf, evidence),
    nullShare: 0,
    tell(list) {
      const { run } = sharedOf(list, list.length, null);
      if (run < 0) return { rows: list, label: -1, expected: 0, shared: new Int32Array(0) };
      const held = list.filter((i) => holdsRun(runs, i, run));
      return {
        rows: held,
        label: -1,
        expected: runs.rowsWith[run] - held.length,
        shared: lengthened(answers, held, runTokens(runs, answers, run)),
        ...(runs.rowsWith[run] <= mostElsewhere * held.length ? { alsoHold: holdersOutside(list, run) } : {}),
      };
    },
  };
}

/** A number for what an answer says beside a run of tokens. */
function restCode({ start, token }: TokenRows, row: number, run: Int32Array): number {
  const at = placeOf(token, start[row], start[row + 1], run);
  let code = 0;
  for (let p = start[row]; p < start[row + 1]; p++) {
    if (at >= 0 && p >= at && p < at + run.length) continue;
    code = Math.imul(code ^ token[p], 0x85ebca6b);
    code ^= code >>> 13;
  }
  return code;
}
