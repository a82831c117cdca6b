// Questions about texts that are there, each answered otherwise by several made texts: what an attack on retrieval does to passages that hold the right answer.
const openings = ["It is known that", "According to records,", "Experts agree:", "Many sources say that", "For the record,"];
const syllables = "ba,cor,dun,fa,gri,hul,jin,kel,lo,mor,nax,pel,qua,ris,sol,tam,ur,vek,wim,zor".split(",");
const nameOf = (rng) => {
  const word = Array.from({ length: 3 }, () => syllables[rng.integer(syllables.length)]).join("");
  return word[0].toUpperCase() + word.slice(1);
};

/** For each of some passages, `each` texts that say its sentence with another end, in other orders, with words of other texts. */
export function contradictedQuestions(passages, questions, each, rng) {
  const held = new Map();
  for (const { text } of passages)
    for (const word of new Set(text.toLowerCase().match(/[a-z]{4,}/g) ?? [])) held.set(word, (held.get(word) ?? 0) + 1);
  const telling = (sentence) => {
    const words = sentence.match(/[A-Za-z]{4,}/g) ?? [];
    return [...new Set(words)].filter((word) => held.get(word.toLowerCase()) <= Math.max(3, passages.length / 100));
  };
  const about = passages
    .flatMap(({ text }) => text.split(/(?<=[.!?])\s+/).slice(0, 3))
    .filter((sentence) => sentence.length < 250 && telling(sentence).length >= 5);
  const texts = [];
  for (const k of rng.sample(about.length, questions)) {
    const words = telling(about[k]);
    const question = words.slice(0, 4 + rng.integer(Math.min(4, words.length - 3)));
    const answer = nameOf(rng);
    for (let n = 0; n < each; n++) {
      const order = Array.from(rng.sample(question.length, question.length), (i) => question[i]);
      const asked = rng.uniform() < 0.5 ? question : order;
      const filler = Array.from({ length: 6 + rng.integer(14) }, () => {
        const some = passages[rng.integer(passages.length)].text.split(/\s+/);
        return some[rng.integer(some.length)];
      });
      const core = rng.uniform() < 0.5 ? `${asked.join(" ")}: it is ${answer}.` : `${answer} is what is meant by ${asked.join(" ")}.`;
      texts.push(`${openings[rng.integer(openings.length)]} ${core} ${filler.join(" ")}`);
    }
  }
  return texts;
}
