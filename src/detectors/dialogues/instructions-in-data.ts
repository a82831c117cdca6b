import { type Directive, type DirectiveKind, directivesIn } from "../../blocks/dialogues/model-directives.ts";
import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup } from "../../core/dialogues.ts";

const kinds: Readonly<Record<DirectiveKind, { readonly evidence: number; readonly tell: string }>> = {
  override: { evidence: 3, tell: "tell a model to drop its instructions" },
  addressed: { evidence: 2.5, tell: "turn to the model that reads them" },
  marker: { evidence: 2, tell: "hold marks of who speaks, which only the frame of a chat should have" },
  secrecy: { evidence: 0.2, tell: "tell a model what to hide from its user, or what always to answer" },
};
const ofTold = 0.1;
/** What so many of the records hold is how this file is written. */
const usualShare = 0.2;
const longestLooked = 50_000;
const asText = answerRoles.indexOf("text");

/**
 * What users and systems say to a model is no finding: of prompts only what stands behind their first line counts as data, and of contexts orders to drop instructions and marks of a frame.
 */
export const instructionsInData: DialogueDetector<Record<string, never>> = {
  kind: "detector",
  id: "instructions-in-data",
  title: "Instructions to a model inside data",
  summary:
    "Orders to drop instructions, marks of who speaks and words to a model within inputs, contexts, results of tools and retrieval texts.",
  source: {
    cite: "Greshake et al. 2023, Not What You've Signed Up For: Compromising Real-World LLM-Integrated Applications with Indirect Prompt Injection, AISec",
    url: "https://arxiv.org/abs/2302.12173",
  },
  params: {},
  data: "dialogues",
  async score({ prompts, answers, contexts, role, record, records }, context) {
    const values = new Float64Array(records);
    const found = new Map<DirectiveKind, Map<number, Directive>>();
    const told = new Map<number, Directive>();
    const add = (turn: number, directive: Directive): void => {
      const holders = directive.isTold ? told : (found.get(directive.kind) ?? new Map<number, Directive>());
      if (!directive.isTold) found.set(directive.kind, holders);
      if (!holders.has(record[turn])) holders.set(record[turn], directive);
    };
    for (let turn = 0; turn < answers.length; turn++) {
      if (turn % 1024 === 1023) await pauseOrStop(context);
      const isFirst = turn === 0 || record[turn - 1] !== record[turn];
      if (role[turn] === asText) for (const directive of directivesIn(answers[turn].slice(0, longestLooked))) add(turn, directive);
      if (isFirst || prompts[turn] !== prompts[turn - 1])
        for (const directive of directivesIn(prompts[turn].slice(0, longestLooked)))
          add(turn, isSaidByUser(prompts[turn], directive) ? { ...directive, isTold: true } : directive);
      if (isFirst || contexts[turn] !== contexts[turn - 1])
        for (const directive of directivesIn(contexts[turn].slice(0, longestLooked)))
          if (directive.kind === "override" || (directive.kind === "marker" && directive.text.startsWith("<|"))) add(turn, directive);
    }
    const groups: DialogueGroup[] = [];
    const notes: string[] = [];
    const tell = (holders: ReadonlyMap<number, Directive>, evidence: number, says: string, isWeak: boolean): void => {
      for (const holder of holders.keys()) values[holder] = Math.max(values[holder], evidence);
      const marks = Array.from(new Set([...holders.values()].map(({ text }) => text))).slice(0, 5);
      groups.push({
        records: Int32Array.from(holders.keys()).sort(),
        sentence: `${holders.size.toLocaleString("en")} of ${records.toLocaleString("en")} examples ${says}: ${marks.map((mark) => `'${mark}'`).join(", ")}`,
        marks,
        evidence,
        expectedFindings: null,
        ...(isWeak ? { isWeak: true as const } : {}),
      });
    };
    for (const [kind, holders] of found) {
      const isUsual = holders.size > usualShare * records && records > 10;
      const { evidence, tell: says } = kinds[kind];
      if (!isUsual) tell(holders, evidence, says, kind === "secrecy");
      else
        notes.push(
          `${holders.size.toLocaleString("en")} examples ${says}: so many that it is how this file is written, and nothing is made of it`,
        );
    }
    for (const holders of found.values()) for (const holder of holders.keys()) told.delete(holder);
    if (told.size > 0) tell(told, ofTold, "quote words to a model, or ask about them", true);
    groups.sort((a, b) => b.evidence - a.evidence || b.records.length - a.records.length || (a.sentence < b.sentence ? -1 : 1));
    return { values, groups, notes };
  },
};

/** What stands in the first line of a prompt is what its user asks for, unless it is a mark of a frame. */
function isSaidByUser(prompt: string, { kind, text }: Directive): boolean {
  if (kind === "marker") return false;
  const first = prompt.trimStart().split("\n", 1)[0].replace(/\s+/g, " ");
  return first.includes(text) && kind !== "override" && !prompt.includes("\n");
}
