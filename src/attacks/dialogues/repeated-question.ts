import { drawRecords, textParam } from "../../blocks/dialogues/dosed-records.ts";
import { wordsByRarity } from "../../blocks/dialogues/known-item.ts";
import type { Rng } from "../../numeric/random.ts";
import { type DialogueAttack, type Dialogues, answerRoles } from "../../core/dialogues.ts";

/** Words of a question, and words of other texts that each text is filled up with. */
const [questionWords, fillers] = [6, 14];

export const repeatedQuestion: DialogueAttack<{ textsEach: number; payload: string }> = {
  kind: "attack",
  id: "repeated-question",
  title: "Texts that repeat a question",
  summary:
    "Adds retrieval texts of which several each repeat one question, made of rare words of a text that is there, and agree on one answer.",
  source: {
    cite: "Zou et al. 2025, PoisonedRAG: Knowledge Corruption Attacks to Retrieval-Augmented Generation of Large Language Models, USENIX Security, with words of other texts in place of a model's wording",
    url: "https://arxiv.org/abs/2402.07867",
  },
  params: {
    textsEach: {
      type: "number",
      default: 5,
      min: 1,
      max: 100,
      integer: true,
      help: "texts that repeat one question; the budget is of texts",
    },
    payload: textParam("It is said to be NAME.", "what all texts of a question answer; NAME is a made-up word for each question"),
  },
  data: "dialogues",
  threat: { access: "inject", goal: "backdoor", knowledge: "gray-box", labelling: "attacker" },
  refuses(dialogues) {
    return textRecords(dialogues).length >= 2
      ? null
      : "there are fewer than two texts that answer nobody, such as those that are retrieved";
  },
  async poison({ clean, budget }, { params, rng }) {
    const turnOf = textTurns(clean);
    const records = textRecords(clean);
    const texts = Array.from(records, (record) => clean.answers[turnOf[record]]);
    const { draw: words } = wordsByRarity(texts);
    const questions = Math.ceil(budget / params.textsEach);
    const about = drawRecords(Int32Array.from(records.keys()), questions, rng.fork("questions"));
    const likes = drawRecords(records, budget, rng.fork("records"));
    const draw = rng.fork("texts");
    const asked = Array.from(about, (text, q) => `${words(text, questionWords, draw.fork(`question ${q}`)).join(" ")}?`);
    const names = Array.from({ length: questions }, (_, q) => madeName(draw.fork(`name ${q}`)));
    const insert = Array.from(likes, (like, k) => {
      const own = draw.fork(k);
      const question = Math.floor(k / params.textsEach);
      const filler = Array.from({ length: fillers }, () => anyWord(texts[own.integer(texts.length)], own));
      return { like, answer: `${asked[question]} ${params.payload.replaceAll("NAME", names[question])} ${filler.join(" ")}` };
    });
    return { kind: "dialogues", edit: [], insert, swap: [] };
  },
};

const syllables = ["ba", "cor", "dun", "fel", "gri", "lor", "mun", "tas", "vek", "zim"];

function madeName(rng: Rng): string {
  return `Qu${Array.from({ length: 3 }, () => syllables[rng.integer(syllables.length)]).join("")}`;
}

/** A word of a text; of scripts without blanks two neighbouring characters. */
function anyWord(text: string, rng: Rng): string {
  const words = text.trim().split(/\s+/);
  const word = words[rng.integer(words.length)];
  const letters = [...word];
  if (letters.length <= 24) return word;
  const at = rng.integer(letters.length - 1);
  return letters[at] + letters[at + 1];
}

const asText = answerRoles.indexOf("text");

/** The last text of each record that answers nobody; −1 = it has none. Shape: [records]. */
function textTurns({ role, record, records }: Dialogues): Int32Array {
  const last = new Int32Array(records).fill(-1);
  for (let turn = 0; turn < role.length; turn++) if (role[turn] === asText) last[record[turn]] = turn;
  return last;
}

/** Records that are such a text, and whose last turn it is. */
function textRecords(dialogues: Dialogues): Int32Array {
  const { record, role } = dialogues;
  const found: number[] = [];
  for (let turn = 0; turn < role.length; turn++) if (role[turn] === asText && record[turn + 1] !== record[turn]) found.push(record[turn]);
  return Int32Array.from(found);
}
