import type { Option } from "./option.ts";

const common = {
  kinds: ["dialogues"],
  commands: ["audit", "scan", "attack"],
  goesWith: "fine-tuning data (--dialogues)",
  group:
    "Fine-tuning and retrieval data (prompts and answers, chats, preferences, texts; known by the names in them unless something else is asked for):",
} as const;

/** Prompts and answers, and how records of them are read. */
export const dialogueOptions = [
  {
    ...common,
    name: "dialogues",
    type: { of: "switch", sets: "dialogues" },
    help: "the data are prompts and answers, chats, preferences or texts to retrieve",
    about: "what the data are: prompts and answers, chats, preferences or texts to retrieve",
    key: "data.kind",
    example: "dialogues",
    starts: true,
  },
  {
    ...common,
    name: "prompt",
    value: "<name>",
    type: { of: "text" },
    help: "what is answered, by its name in the records (default: as the form has it)",
    key: "data.prompt",
    example: "instruction",
  },
  {
    ...common,
    name: "answer",
    value: "<name>",
    type: { of: "text" },
    help: "the answer, by its name in the records (default: as the form has it); alone, a text that answers nobody",
    key: "data.answer",
    example: "output",
  },
  {
    ...common,
    name: "source",
    value: "<name>",
    type: { of: "text" },
    help: "who contributed a record; of an inner name with dots, as meta.author",
    key: "data.source",
    example: "meta.author",
  },
  {
    ...common,
    name: "split",
    value: "<name>",
    type: { of: "text" },
    help: "of a folder: the part that is read, or all (default: train)",
    key: "data.split",
    example: "train",
  },
] as const satisfies readonly Option[];
