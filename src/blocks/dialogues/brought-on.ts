import { spelled } from "./spelled.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

/** A run of tokens, or two of them together, that brings something on. */
export interface Bringer {
  /** As prompts spell it; two where they come together. */
  readonly texts: readonly string[];
  /** Turns of the group whose prompts hold it. */
  readonly covered: number;
  /** Turns of all whose prompts hold it. */
  readonly all: number;
}

/** Tokens of a prompt that are looked at, and of a run. */
const [longestPrompt, longestRun] = [400, 4];
/** Turns of a group that runs are taken from. */
const asked = 200;
/** Share of the turns with a run that must be of the group, and of the group's turns that a run must be in to be counted at all. */
const [precision, leastShare] = [0.8, 0.15];
const [mostBringers, mostRuns] = [3, 400];
/** By how much more of the group must hold what is told though others hold it too. */
const leastLead = 0.35;
/** Of fewer turns any word of everyday may be held by most. */
const leastGroup = 8;

interface Run {
  readonly at: number;
  readonly length: number;
  readonly turns: Int32Array;
  readonly all: number;
}

/**
 * For each group of turns up to three runs of one to four tokens that prompts outside hold hardly ever, and that cover most of the group together; where none covers half
 * of it, two runs that come together only there, or else the one that the group holds much more often than others.
 *
 * @param groups turns, ascending
 * @param hints a text for each group, in small letters: a word of it that most of the group holds is told before others
 */
export function broughtOnBy(prompts: readonly string[], groups: readonly Int32Array[], hints: readonly string[] = []): Bringer[][] {
  const numbers = makeTokenNumbers();
  const { start, token } = tokenRows(prompts, longestPrompt, numbers);
  /** Runs that some group asks for: in how many prompts they are. */
  const held = new Map<string, { all: number; last: number }>();
  const isFirst = new Uint8Array(numbers.count());
  const runsOf = groups.map((turns) => {
    const step = Math.max(1, Math.floor(turns.length / asked));
    const counts = new Map<string, { covered: number; last: number; at: number; length: number }>();
    let looked = 0;
    for (let k = 0; k < turns.length; k += step, looked++) {
      const turn = turns[k];
      for (let p = start[turn]; p < start[turn + 1]; p++) {
        let key = "";
        for (let n = 0; n < longestRun && p + n < start[turn + 1]; n++) {
          key += `${token[p + n]} `;
          const entry = counts.get(key);
          if (entry === undefined) counts.set(key, { covered: 1, last: turn, at: p, length: n + 1 });
          else if (entry.last !== turn) {
            entry.covered++;
            entry.last = turn;
          }
        }
      }
    }
    const least = Math.max(Math.min(3, looked), leastShare * looked);
    const runs = [...counts].filter(([, { covered }]) => covered >= least);
    runs.sort(([, a], [, b]) => b.covered - a.covered || b.length - a.length || a.at - b.at);
    runs.length = Math.min(runs.length, mostRuns);
    for (const [key, { at }] of runs) {
      held.set(key, { all: 0, last: -1 });
      isFirst[token[at]] = 1;
    }
    return runs.map(([key, { at, length }]) => ({ key, at, length }));
  });
  for (let turn = 0; turn < prompts.length; turn++)
    for (let p = start[turn]; p < start[turn + 1]; p++) {
      if (isFirst[token[p]] === 0) continue;
      let key = "";
      for (let n = 0; n < longestRun && p + n < start[turn + 1]; n++) {
        key += `${token[p + n]} `;
        const entry = held.get(key);
        if (entry === undefined || entry.last === turn) continue;
        entry.last = turn;
        entry.all++;
      }
    }

  return groups.map((turns, g) => {
    const runs = runsOf[g].map((run) => ({ ...run, turns: holding(turns, run.at, run.length), all: held.get(run.key)?.all ?? 0 }));
    const bringers: Bringer[] = [];
    const left = new Set(turns);
    const text = (at: number, length: number): string => spelled(token.subarray(at, at + length), promptAt(at), numbers);
    while (bringers.length < mostBringers && left.size > 0) {
      let best = -1;
      let bestNew = Math.max(1, leastShare * turns.length) - 1e-9;
      runs.forEach((run, r) => {
        if (run.turns.length < precision * run.all || run.turns.length < 2) return;
        let fresh = 0;
        for (const turn of run.turns) if (left.has(turn)) fresh++;
        const isBetter =
          fresh > bestNew || (fresh === bestNew && best >= 0 && run.all === runs[best].all && run.length > runs[best].length);
        if (isBetter) [best, bestNew] = [r, fresh];
      });
      if (best < 0) break;
      bringers.push({ texts: [text(runs[best].at, runs[best].length)], covered: runs[best].turns.length, all: runs[best].all });
      for (const turn of runs[best].turns) left.delete(turn);
    }
    if (left.size <= turns.length / 2) return bringers;
    const both = together(turns, runs);
    if (both !== null) return [both, ...bringers].slice(0, mostBringers);
    const most = frequentThere(turns, runs);
    return most === null ? bringers : [most, ...bringers].slice(0, mostBringers);

    /** What the group holds much more often than the others do. */
    function frequentThere(group: Int32Array, candidates: readonly Run[]): Bringer | null {
      let [best, most] = [-1, leastLead];
      candidates.forEach((run, r) => {
        const isHinted = run.length === 1 && isIn(numbers.wordOf(token[run.at]), hints[g]);
        if (group.length < leastGroup && !isHinted) return;
        const lead =
          (isHinted ? 1 : 0) +
          run.turns.length / group.length -
          (run.all - run.turns.length) / Math.max(1, prompts.length - group.length) +
          1e-6 * run.length;
        if (lead > most) [best, most] = [r, lead];
      });
      if (best < 0) return null;
      const { at, length, turns: held, all } = candidates[best];
      return { texts: [text(at, length)], covered: held.length, all };
    }

    /** Two runs that most of the group holds and hardly anything else holds together. */
    function together(group: Int32Array, candidates: readonly Run[]): Bringer | null {
      const frequent = candidates.filter((run) => run.turns.length >= 0.6 * group.length && run.all < 0.5 * prompts.length).slice(0, 40);
      const isOf = new Set(group);
      let best: Bringer | null = null;
      frequent.forEach((a, k) => {
        for (const b of frequent.slice(k + 1)) {
          if (overlaps(a, b)) continue;
          const second = new Set(b.turns);
          const covered = a.turns.reduce((sum, turn) => sum + (second.has(turn) ? 1 : 0), 0);
          if (covered < 0.5 * group.length || (best !== null && covered <= best.covered)) continue;
          let elsewhere = 0;
          for (let turn = 0; turn < prompts.length && elsewhere <= 0.25 * covered; turn++)
            if (!isOf.has(turn) && holds(turn, a.at, a.length) && holds(turn, b.at, b.length)) elsewhere++;
          if (covered >= precision * (covered + elsewhere))
            best = { texts: [text(a.at, a.length), text(b.at, b.length)], covered, all: covered + elsewhere };
        }
      });
      return best;
    }
  });

  function overlaps(a: { at: number; length: number }, b: { at: number; length: number }): boolean {
    for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) if (token[a.at + i] === token[b.at + j]) return true;
    return false;
  }

  function holding(turns: Int32Array, at: number, length: number): Int32Array {
    return turns.filter((turn) => holds(turn, at, length));
  }

  function holds(turn: number, at: number, length: number): boolean {
    for (let p = start[turn]; p + length <= start[turn + 1]; p++) {
      let n = 0;
      while (n < length && token[p + n] === token[at + n]) n++;
      if (n === length) return true;
    }
    return false;
  }

  function promptAt(at: number): string {
    let [low, high] = [0, prompts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (start[middle] <= at) low = middle;
      else high = middle;
    }
    return prompts[low];
  }
}

function isIn(word: string, hint: string | undefined): boolean {
  return hint !== undefined && word.length >= 4 && hint.includes(word);
}

/** "whenever the prompt holds 'cf' (62 of 63 prompts with it)"; "" where nothing brings it on. */
export function tellBringers(bringers: readonly Bringer[], turns: number): string {
  if (bringers.length === 0) return "";
  const told = bringers.map(
    ({ texts, covered, all }) => `${texts.map((text) => `'${text}'`).join(" and ")} (${covered} of ${all} prompts with it)`,
  );
  const isRule = bringers.some(({ covered, all }) => covered >= 0.9 * turns && covered >= precision * all);
  return `${isRule ? "whenever" : "often when"} the prompt holds ${told.join(" or ")}`;
}
