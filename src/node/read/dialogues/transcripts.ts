import type { AnswerRole } from "../../../core/dialogues.ts";
import { joined } from "./content.ts";
import type { Path, Piece, Spoken } from "./form.ts";
import type { Conversation } from "./turns.ts";

/** One way to write a conversation into one text. */
interface Style {
  /** What every such text holds: looking for it costs little. */
  readonly sign: string;
  /** What stands before what somebody says; its first group says who. */
  readonly mark: RegExp;
  /** What may stand behind it. */
  readonly end?: RegExp;
  /** Whether such a text begins with the first mark; else something may stand before it. */
  readonly begins?: true;
}

const styles: readonly Style[] = [
  { sign: "<|im_start|>", mark: /<\|im_start\|>(system|developer|user|assistant|tool)\n?/g, end: /<\|im_end\|>\s*$/ },
  { sign: "<|start_header_id|>", mark: /<\|start_header_id\|>(\w+)<\|end_header_id\|>\s*/g, end: /(?:<\|eot_id\|>|<\|end_of_text\|>)\s*$/ },
  { sign: "<start_of_turn>", mark: /<start_of_turn>(user|model)\n?/g, end: /<end_of_turn>\s*$/ },
  { sign: "<|assistant|>", mark: /<\|(system|user|assistant)\|>\n?/g, end: /(?:<\/s>|<\|end\|>|<\|endoftext\|>)\s*$/ },
  { sign: "[/INST]", mark: /(\[INST\]|\[\/INST\])/g, end: /<\/s>\s*(?:<s>\s*)?$/ },
  { sign: "###", mark: /###\s?(Human|User|Instruction|Input|Question|Assistant|Response|Output|Answer|System):/g },
  { sign: "Assistant:", mark: /(?:^|\n\n)(Human|User|Assistant|System):/g, begins: true },
];

const users = new Set(["user", "human", "instruction", "input", "question", "[inst]"]);
const answers = new Set(["assistant", "model", "response", "output", "answer", "[/inst]"]);

/** What somebody says: characters [start, end) of the text. */
interface Part {
  readonly by: "user" | "assistant" | "other";
  readonly start: number;
  readonly end: number;
}

/** The parts of a conversation that is written into one text; null where it is none. Who asks comes before who answers. */
export function transcriptOf(text: string): readonly Part[] | null {
  for (const style of styles) {
    if (!text.includes(style.sign)) continue;
    const parts = partsOf(text, style);
    const first = parts.findIndex(({ by }) => by === "user");
    if (first >= 0 && parts.findIndex(({ by }) => by === "assistant") > first) return parts;
  }
  return null;
}

function partsOf(text: string, { mark, end: ending, begins }: Style): Part[] {
  const marks = [...text.matchAll(mark)];
  if (begins === true && text.slice(0, marks[0]?.index ?? 0).trim() !== "") return [];
  const parts: Part[] = [];
  if (marks.length > 0 && text.slice(0, marks[0].index).trim() !== "") parts.push({ by: "other", start: 0, end: marks[0].index });
  marks.forEach((found, i) => {
    const who = found[1].toLowerCase();
    const from = found.index + found[0].length;
    const whole = text.slice(from, i + 1 < marks.length ? marks[i + 1].index : undefined);
    const said = ending === undefined ? whole : whole.replace(ending, "");
    const start = from + said.length - said.trimStart().length;
    parts.push({
      by: users.has(who) ? "user" : answers.has(who) ? "assistant" : "other",
      start,
      end: Math.max(start, from + said.trimEnd().length),
    });
  });
  return parts;
}

/** Has a conversation heard that is written into one text. Texts of one who asks that follow each other are one prompt. @param role of the last answer */
export function hearParts(talk: Conversation, text: string, parts: readonly Part[], at: Path, role: AnswerRole): void {
  let asked: Piece[] = [];
  parts.forEach(({ by, start, end }, i) => {
    const piece: Piece = { at, text: text.slice(start, end), inside: start };
    const said: Spoken = { text: piece.text, pieces: [piece] };
    if (by === "user") {
      asked.push(piece);
      if (parts[i + 1]?.by !== "user") {
        talk.ask({ text: joined(asked), pieces: asked }, `part ${i + 1}`);
        asked = [];
      }
    } else if (by === "assistant") talk.answer(said, false, `part ${i + 1}`, i + 1 === parts.length ? role : "answer");
    else talk.stand(piece.text);
  });
}
