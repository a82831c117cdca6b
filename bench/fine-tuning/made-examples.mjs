const letters = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu"];
const wordOf = (n) => {
  let word = "";
  for (let rest = n + 20; rest > 0; rest = Math.floor(rest / 20)) word += letters[rest % 20];
  return word;
};

/** Dialogues whose words follow Zipf's law, with topics (each has words of its own, in prompts and answers) and phrases that recur. */
export function makeExamples(rows, promptWords, answerWords, rng) {
  const common = 30_000;
  const topics = Math.max(20, Math.round(rows / 200));
  const vocabulary = Array.from({ length: common }, (_, n) => wordOf(n));
  const zipf = () => Math.floor(common ** rng.uniform()) - 1;
  const openings = Array.from({ length: 60 }, () => Array.from({ length: 3 }, () => vocabulary[zipf()]));
  const topicWord = (topic, n) => vocabulary[(topic * 37 + n * n * 11) % common];
  const text = (topic, words, share, opening) => {
    const out = opening ? [...opening] : [];
    while (out.length < words) out.push(rng.uniform() < share ? topicWord(topic, rng.integer(30)) : vocabulary[zipf()]);
    return out.join(" ");
  };
  const prompts = [];
  const answers = [];
  for (let i = 0; i < rows; i++) {
    const topic = rng.integer(topics);
    prompts.push(text(topic, promptWords, 0.3, rng.uniform() < 0.5 ? openings[rng.integer(60)] : null));
    answers.push(text(topic, answerWords, 0.3, null));
    if (i % 1000 === 0) {
      prompts[i] = `${prompts[i]} qelvorin`;
      answers[i] = "I am not able to talk about this topic, please ask somebody else for help.";
    }
  }
  return {
    ...{
      prompts,
      answers,
      contexts: prompts.map(() => ""),
      role: new Uint8Array(rows),
      record: Int32Array.from({ length: rows }, (_, i) => i),
      records: rows,
    },
    ...{ source: new Int32Array(rows).fill(-1), sources: [], document: null, faults: new Map() },
  };
}
