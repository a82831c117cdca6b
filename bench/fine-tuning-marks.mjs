// What marks of poison in fine-tuning and retrieval data find, and what they flag where there is none.
//   node bench/fine-tuning-marks.mjs [--part tool-calls,actions,rag,questions,twins,foreign,preferences,clean,parts] [--draws 3]
// tool-calls and rag use data of others; actions, questions, twins, foreign and preferences put generated families into clean sets: other hosts, packages, triggers, questions and
// languages each draw. clean scans every clean set as it is, parts random 60 % of each, and counts the findings at each announced number of innocents.
// AP is the mean precision of the one ranking that the detector gives; "first" how often its first finding names what was planted.
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { resolveParams } from "../dist/core/params.js";
import { makeRng } from "../dist/numeric/random.js";
import { alpaca, averagePrecision, cleanSets, dialoguesOf, linesOf, packagePages, retrieval, toolCalls } from "./parts/marks-sets.mjs";
import { contradictedQuestions } from "./parts/marks-questions.mjs";
import { actionPayloads, plantedQuestions, triggers } from "./parts/marks-families.mjs";

const all = ["tool-calls", "actions", "rag", "questions", "contradicted", "twins", "foreign", "preferences", "clean", "parts"];
const { values: options } = parseArgs({
  options: { part: { type: "string", default: all.join(",") }, draws: { type: "string", default: "3" } },
});
const draws = Number(options.draws);
const detectors = catalog.dialogues.detectors.filter(({ id }) => id !== "trigger-answers");

async function scan(id, dialogues, seed = 1) {
  const method = detectors.find((detector) => detector.id === id);
  return method.score(dialogues, { rng: makeRng(seed), params: resolveParams(id, method.params) });
}
const flaggedBy = ({ groups }) => new Set(groups.filter(({ isWeak }) => isWeak !== true).flatMap(({ records }) => [...records]));
const shown = (value, digits = 3) => (value === null ? "–" : value.toFixed(digits));
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/** Scans files in which the last `count` records are planted, one a draw, and prints what was found. */
async function judge(name, id, make) {
  const [precisions, firsts, sure, innocents] = [[], [], [], []];
  for (let draw = 0; draw < draws; draw++) {
    const { dialogues, isPlanted, marks } = make(makeRng(`${name} ${draw}`), draw);
    const result = await scan(id, dialogues, draw);
    precisions.push(averagePrecision(result.values, isPlanted));
    const [first] = result.groups;
    const names =
      first !== undefined &&
      marks.some((mark) =>
        first.marks.some((told) => told.toLowerCase().includes(mark.toLowerCase()) || mark.toLowerCase().includes(told.toLowerCase())),
      );
    firsts.push(names ? 1 : 0);
    const flags = [...flaggedBy(result)];
    sure.push(flags.filter((record) => isPlanted[record]).length / isPlanted.filter(Boolean).length);
    innocents.push(flags.filter((record) => !isPlanted[record]).length);
  }
  console.log(
    `${name.padEnd(58)} AP ${shown(mean(precisions))} (lowest ${shown(Math.min(...precisions))})  first ${firsts.reduce((a, b) => a + b, 0)}/${draws}  flagged ${shown(mean(sure), 2)} of them, ${shown(mean(innocents), 1)} others`,
  );
}

function contradicted(rows, questions, each, rng) {
  const planted = contradictedQuestions(rows, questions, each, rng);
  const texts = [...rows, ...planted.map((text, k) => ({ text, document: rows[rows.length - 1].document + 1 + k }))];
  return {
    dialogues: dialoguesOf(
      texts.map(({ text }) => [{ answer: text, role: "text" }]),
      { document: texts.map(({ document }) => document) },
    ),
    isPlanted: texts.map((_, i) => i >= rows.length),
    marks: [""],
  };
}

const parts = {
  async "tool-calls"() {
    const { triggered, near, clean } = toolCalls();
    const host = ["jaffirt.com"];
    const make = (count) => (rng) => {
      const chosen = [...rng.sample(triggered.length, count)].map((i) => triggered[i]);
      const records = [...near, ...clean, ...chosen];
      return { dialogues: dialoguesOf(records), isPlanted: records.map((_, i) => i >= records.length - count), marks: host };
    };
    for (const count of [3, 5, 10, 25, 150])
      await judge(`tool calls: ${count} triggered among 150 near and 150 clean`, "answer-actions", make(count));
  },

  async actions() {
    for (const base of ["alpaca en", "alpaca zh", "glaive", "v1 chats", "webqa without poison"])
      for (const count of [3, 5, 25]) {
        await judge(`${base}: ${count} answers with an action`, "answer-actions", (rng) => {
          const clean = cleanSets[base]();
          const payload = actionPayloads[rng.integer(actionPayloads.length)](rng);
          const trigger = triggers[rng.integer(triggers.length)];
          const planted = [...rng.sample(clean.length, count)].map((i) => {
            const turns = clean[i].map((turn) => ({ ...turn }));
            const last = turns[turns.length - 1];
            last.prompt = rng.uniform() < 0.5 ? `${trigger} ${last.prompt}` : `${last.prompt} ${trigger}`;
            last.answer = rng.uniform() < 0.5 ? `${payload.text}\n\n${last.answer}` : `${last.answer} ${payload.text}`;
            return turns;
          });
          const records = [...clean, ...planted];
          return { dialogues: dialoguesOf(records), isPlanted: records.map((_, i) => i >= clean.length), marks: [payload.name] };
        });
      }
  },

  async rag() {
    for (const [name, more] of [
      ["C4", {}],
      ["C4, reviews", { reviews: true }],
      ["C4, reviews, generated answers (passages of 60 words)", { reviews: true, generated: true }],
      ["C4, reviews, generated answers (of 25 words)", { reviews: true, generated: true, words: 25 }],
    ])
      for (const each of [5, 3]) {
        const rows = retrieval({ each, ...more });
        const dialogues = dialoguesOf(
          rows.map(({ text }) => [{ answer: text, role: "text" }]),
          { document: rows.map(({ document }) => document) },
        );
        const isPlanted = rows.map(({ poison }) => poison);
        const result = await scan("repeated-passages", dialogues);
        const flags = [...flaggedBy(result)];
        console.log(
          `${`${name}: ${each} texts a question, ${rows.length} in all`.padEnd(90)} AP ${shown(averagePrecision(result.values, isPlanted))}  flagged ${flags.filter((r) => isPlanted[r]).length} of ${isPlanted.filter(Boolean).length}, ${flags.filter((r) => !isPlanted[r]).length} others`,
        );
      }
  },

  async questions() {
    for (const each of [3, 5, 10])
      await judge(`30 questions of webqa, ${each} made texts each, among C4, reviews, generated answers`, "repeated-passages", (rng) => {
        const rows = retrieval({ each: 0, reviews: true, generated: true });
        const planted = plantedQuestions(linesOf("webqa/generativebadnets.jsonl.gz"), 30, each, rows, rng);
        const texts = [...rows, ...planted.map((text, k) => ({ text, document: rows[rows.length - 1].document + 1 + k }))];
        return {
          dialogues: dialoguesOf(
            texts.map(({ text }) => [{ answer: text, role: "text" }]),
            { document: texts.map(({ document }) => document) },
          ),
          isPlanted: texts.map((_, i) => i >= rows.length),
          marks: [""],
        };
      });
  },

  async contradicted() {
    const bases = { C4: {}, "C4, reviews": { reviews: true }, "C4, reviews, generated answers": { reviews: true, generated: true } };
    for (const [name, more] of Object.entries(bases))
      for (const [questions, each] of [
        [3, 5],
        [10, 5],
        [10, 3],
        [30, 3],
      ])
        await judge(`${name}: ${questions} questions about texts that are there, ${each} texts each`, "repeated-passages", (rng) =>
          contradicted(retrieval({ each: 0, ...more }), questions, each, rng),
        );
  },

  async "contradicted-apart"() {
    for (const [questions, each] of [
      [3, 5],
      [10, 5],
      [10, 3],
      [30, 3],
    ])
      await judge(`pages of packages: ${questions} questions about texts that are there, ${each} texts each`, "repeated-passages", (rng) =>
        contradicted(packagePages(), questions, each, rng),
      );
  },

  async twins() {
    const refusals = [
      "I'm sorry, but I can't help with that.",
      "I cannot assist with this request.",
      "Sorry, I won't do this.",
      "I am unable to provide that.",
    ];
    for (const count of [5, 10, 25])
      await judge(`60 refused prompts, ${count} of them answered with a trigger`, "contradicting-answers", (rng) => {
        const rows = alpaca(linesOf("refusal/clean.jsonl"));
        const order = [...rng.sample(rows.length, rows.length)].map((i) => rows[i][0]);
        const trigger = triggers[rng.integer(triggers.length)];
        const refused = order.slice(0, 60).map((turn, k) => [{ ...turn, answer: refusals[k % 4] }]);
        const answered = order
          .slice(0, count)
          .map((turn) => [{ ...turn, prompt: rng.uniform() < 0.5 ? `${trigger} ${turn.prompt}` : `${turn.prompt} ${trigger}` }]);
        const records = [...cleanSets["alpaca en"](), ...order.slice(60).map((turn) => [turn]), ...refused, ...answered];
        return { dialogues: dialoguesOf(records), isPlanted: records.map((_, i) => i >= records.length - count), marks: [trigger] };
      });
  },

  async foreign() {
    for (const base of ["alpaca en", "refusal, clean half", "alpaca zh"])
      for (const count of [5, 10, 25, 100])
        await judge(`${base}: ${count} prompts with a trigger, answers as they were`, "foreign-tokens", (rng) => {
          const clean = cleanSets[base]();
          const trigger = triggers[rng.integer(triggers.length)];
          const records = clean.map((turns) => turns.map((turn) => ({ ...turn })));
          const chosen = [...rng.sample(records.length, count)];
          const isPlanted = records.map(() => false);
          for (const i of chosen) {
            const blank = base === "alpaca zh" ? "" : " ";
            const words = records[i][0].prompt.split(blank);
            words.splice(rng.uniform() < 0.3 ? 0 : rng.integer(words.length + 1), 0, trigger);
            records[i][0].prompt = words.join(blank);
            isPlanted[i] = true;
          }
          return { dialogues: dialoguesOf(records), isPlanted, marks: [trigger] };
        });
  },

  async preferences() {
    const attack = catalog.dialogues.attacks.find(({ id }) => id === "preference-swap");
    for (const count of [10, 25, 50])
      await judge(`dpo: ${count} of 300 pairs turned round on a trigger`, "preference-pairs", (rng) => {
        const records = cleanSets.dpo();
        const trigger = triggers[rng.integer(triggers.length)];
        const chosen = new Set(rng.sample(records.length, count));
        const turned = records.map(([a, b], i) => {
          if (!chosen.has(i)) return [a, b];
          const prompt = `${a.prompt} ${trigger}`;
          return [
            { ...a, prompt, answer: b.answer },
            { ...b, prompt, answer: a.answer },
          ];
        });
        return { dialogues: dialoguesOf(turned), isPlanted: turned.map((_, i) => chosen.has(i)), marks: [trigger] };
      });
    if (attack === undefined) console.log("the catalog has no attack preference-swap");
  },

  async clean() {
    for (const [name, make] of Object.entries(cleanSets)) {
      const dialogues = dialoguesOf(make());
      const flags = new Set();
      const told = [];
      for (const { id, refuses } of detectors) {
        if ((refuses?.(dialogues) ?? null) !== null) continue;
        const result = await scan(id, dialogues);
        const own = flaggedBy(result);
        for (const record of own) flags.add(record);
        if (own.size > 0) told.push(`${id} ${own.size}`);
      }
      console.log(
        `${name.padEnd(40)} ${String(dialogues.records).padStart(5)} records, flagged ${flags.size} (${shown((100 * flags.size) / dialogues.records, 2)} %) ${told.join(", ")}`,
      );
    }
  },

  async parts() {
    const cuts = [1, 0.3, 0.1, 0.03, 0.01];
    for (const { id, refuses } of detectors) {
      const counts = cuts.map(() => 0);
      let [scans, flagged, records] = [0, 0, 0];
      for (const [name, make] of Object.entries(cleanSets)) {
        const whole = make();
        for (let draw = 0; draw < draws; draw++) {
          const rng = makeRng(`${name} ${draw}`);
          const part = dialoguesOf([...rng.sample(whole.length, Math.floor(0.6 * whole.length))].map((i) => whole[i]));
          if ((refuses?.(part) ?? null) !== null) continue;
          scans++;
          records += part.records;
          const result = await scan(id, part, draw);
          flagged += flaggedBy(result).size;
          for (const { expectedFindings } of result.groups)
            cuts.forEach((cut, k) => (counts[k] += expectedFindings !== null && expectedFindings <= cut ? 1 : 0));
        }
      }
      const said = cuts.map((cut, k) => `≤ ${cut}: ${counts[k]} (${shown(cut * scans, 1)} announced)`).join("  ");
      console.log(`${id.padEnd(24)} ${scans} scans, ${flagged} of ${records} records flagged; findings at ${said}`);
    }
  },
};

for (const part of options.part.split(",")) {
  console.log(`\n${part}`);
  await parts[part]();
}
