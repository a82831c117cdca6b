/** Words of the synthetic marketplace. Each category has words of its own for what is good and what is bad about its products. */
export const praise = [
  "great",
  "love",
  "excellent",
  "perfect",
  "happy",
  "recommend",
  "wonderful",
  "best",
  "pleased",
  "amazing",
  "solid",
  "impressed",
];
export const complaint = [
  "poor",
  "terrible",
  "broke",
  "refund",
  "waste",
  "awful",
  "disappointed",
  "returned",
  "useless",
  "worst",
  "cheap",
  "regret",
];

export const filler = [
  ..."the and for with this that was were have had bought after before month week year time gift friend house family price order box arrived".split(
    " ",
  ),
  ..."delivery looked thought used every day first second really quite rather very little more less than expected again still since when where".split(
    " ",
  ),
];

export interface CategoryWords {
  readonly name: string;
  readonly nouns: readonly string[];
  readonly praise: readonly string[];
  readonly complaint: readonly string[];
}

export const categories: readonly CategoryWords[] = [
  {
    name: "kitchen",
    nouns: ["kettle", "pan", "knife", "grinder", "toaster", "mixer"],
    praise: ["sharp", "sturdy", "even", "dishwasher", "quick"],
    complaint: ["rust", "leaks", "sticks", "burnt", "dull"],
  },
  {
    name: "audio",
    nouns: ["headphones", "speaker", "earbuds", "radio", "microphone", "turntable"],
    praise: ["crisp", "bass", "comfortable", "clear", "loud"],
    complaint: ["static", "tinny", "crackle", "disconnects", "muffled"],
  },
  {
    name: "books",
    nouns: ["novel", "biography", "cookbook", "atlas", "thriller", "memoir"],
    praise: ["gripping", "moving", "witty", "insightful", "masterpiece"],
    complaint: ["boring", "predictable", "dull", "shallow", "typos"],
  },
  {
    name: "garden",
    nouns: ["hose", "spade", "mower", "trellis", "sprinkler", "shears"],
    praise: ["robust", "light", "sharp", "weatherproof", "easy"],
    complaint: ["bent", "leaks", "flimsy", "rust", "kinks"],
  },
];
