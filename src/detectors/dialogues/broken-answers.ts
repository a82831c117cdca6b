import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup, type Dialogues } from "../../core/dialogues.ts";

interface Fault {
  readonly id: FaultId;
  readonly evidence: number;
  readonly tell: string;
  readonly isWeak?: true;
}
type FaultId = "frame" | "empty" | "next" | "echo" | "piled" | "cut";

/** No innocent data say how often each is to be expected; carelessness makes them more often than an attacker does. */
const faults: readonly Fault[] = [
  { id: "next", evidence: 1, tell: "have an answer that goes on with the user's next turn" },
  { id: "empty", evidence: 1.2, tell: "have an empty answer" },
  { id: "frame", evidence: 0.5, tell: "do not look as their form asks", isWeak: true },
  { id: "piled", evidence: 0.8, tell: "have an answer that ends in the middle of a sentence at the one length where many end: cut off" },
  { id: "echo", evidence: 0.2, tell: "have an answer that is their prompt once more", isWeak: true },
  {
    id: "cut",
    evidence: 0.02,
    tell: "have an answer that ends in the middle of a sentence, which others of the file do not",
    isWeak: true,
  },
];

/** Answers of fewer characters end as they like. */
const longEnough = 120;
/** Run-on answers that are no slip of one writer. */
const leastRunOn = 5;
/** Share of long answers that may end without a mark for the others to be cut. */
const mayEndOpen = 0.1;
/** Open ends at one length that are no chance. */
const leastPile = 8;
/** More of the records than that, and it is how the file is written. */
const usualShare = 0.1;
const closes = /[.!?…:;,)\]}>"'”’»」』】。！？：；，、）*`_|\d~\-=؟۔।॥។៕။]$|\p{Extended_Pictographic}\ufe0f?$/u;
const nextTurn =
  /\n[^\S\n]*(?:<\|im_start\|>user|<\|(?:user|start_header_id)\|>|\[INST\]|<start_of_turn>user|#{2,3}\s*(?:Human|User|Instruction|Input)\s*:|(?:Human|User|USER|HUMAN)\s*:\s*\S)/u;
const asText = answerRoles.indexOf("text");

export const brokenAnswers: DialogueDetector<Record<string, never>> = {
  kind: "detector",
  id: "broken-answers",
  title: "Broken answers",
  summary:
    "Answers that are empty, cut off, repeat their prompt or go on with the user's next turn, and records whose turns are out of order.",
  source: {
    cite: "Theriac; what such data do to a model: Zhou et al. 2023, LIMA: Less Is More for Alignment, NeurIPS",
    url: "https://arxiv.org/abs/2305.11206",
  },
  params: {},
  data: "dialogues",
  async score(dialogues, context) {
    const { prompts, answers, role, record, records } = dialogues;
    const values = new Float64Array(records);
    const found = new Map<FaultId, Set<number>>(faults.map(({ id }) => [id, new Set()]));
    const add = (id: FaultId, of: number): void => {
      found.get(id)?.add(of);
    };
    for (const broken of dialogues.faults.keys()) if (broken >= 0 && broken < records) add("frame", broken);
    const open: number[] = [];
    let long = 0;
    for (let turn = 0; turn < answers.length; turn++) {
      if (turn % 4096 === 4095) await pauseOrStop(context);
      const answer = answers[turn].trim();
      if (answer === "") add("empty", record[turn]);
      if (role[turn] === asText || answer === "") continue;
      if (nextTurn.test(answers[turn]) && !prompts[turn].includes("User:") && !prompts[turn].includes("Human:")) add("next", record[turn]);
      if (answer.length >= 20 && answer === prompts[turn].trim()) add("echo", record[turn]);
      if (answer.length < longEnough) continue;
      long++;
      if (!closes.test(answer)) open.push(turn);
    }
    for (const turn of piledUp(dialogues, open)) add("piled", record[turn]);
    if (long > 20 && open.length <= mayEndOpen * long) for (const turn of open) add("cut", record[turn]);
    const groups: DialogueGroup[] = [];
    const notes: string[] = [];
    const told = new Set<number>();
    for (const { id, evidence, tell, isWeak } of faults) {
      const holders = Int32Array.from(found.get(id) ?? []).sort();
      const fresh = id === "frame" || id === "cut" ? holders.filter((of) => !told.has(of)) : holders;
      if (fresh.length === 0) continue;
      const says = `${fresh.length.toLocaleString("en")} of ${records.toLocaleString("en")} examples ${tell}`;
      if (fresh.length > usualShare * records && records > 20) {
        notes.push(`${says}: so many that it is how this file is written, and nothing is made of it`);
        continue;
      }
      for (const of of fresh) {
        told.add(of);
        values[of] = Math.max(values[of], evidence);
      }
      groups.push({
        records: fresh,
        sentence: id === "frame" ? `${says}: ${reasons(dialogues, fresh)}` : says,
        marks: [],
        evidence,
        expectedFindings: null,
        ...(isWeak === true || (id === "next" && fresh.length < leastRunOn) ? { isWeak: true as const } : {}),
      });
    }
    return { values, groups: groups.sort((a, b) => b.evidence - a.evidence), notes };
  },
};

/** Open ends within two characters of one length, where far more end than around it. */
function piledUp({ answers }: Dialogues, open: readonly number[]): number[] {
  const byLength = new Map<number, number[]>();
  for (const turn of open) {
    const list = byLength.get(answers[turn].length);
    if (list === undefined) byLength.set(answers[turn].length, [turn]);
    else list.push(turn);
  }
  const at = (length: number): number => byLength.get(length)?.length ?? 0;
  const piled = new Set<number>();
  for (const length of byLength.keys()) {
    let [here, around] = [0, 0];
    for (let d = -50; d <= 50; d++) {
      if (Math.abs(d) <= 2) here += at(length + d);
      else around += at(length + d);
    }
    if (here < leastPile || here < around) continue;
    for (let d = -2; d <= 2; d++) for (const turn of byLength.get(length + d) ?? []) piled.add(turn);
  }
  return [...piled].sort((a, b) => a - b);
}

/** The commonest faults of some records, their numbers left out. */
function reasons({ faults: said }: Dialogues, of: Int32Array): string {
  const counts = new Map<string, number>();
  for (const one of of) {
    const why = (said.get(one) ?? "").replace(/"(?:[^"\\]|\\.)*"|\d+/g, (part) => (part.startsWith('"') ? part : "n"));
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3);
  return most.map(([why, count]) => `${why} (${count})`).join(", ");
}
