import type { DialogueLearner } from "../../core/dialogues.ts";
import type { CommandSettings } from "../command/ask.ts";
import { commandParams, shownCommand } from "../command/command-params.ts";
import { answerQuestions } from "../command/dialogue-task.ts";

interface DialogueCommandParams extends Omit<CommandSettings, "format"> {
  readonly prompts: number;
}

const { format: _, ...params } = commandParams;

/** Fine-tuning of one's own, in whatever language. Nobody looks into it: records go in, answers come out. */
export const dialogueCommand: DialogueLearner<DialogueCommandParams> = {
  kind: "learner",
  data: "dialogues",
  id: "command",
  title: "Fine-tuning command",
  summary:
    "Your own fine-tuning, run as a command on poisoned records: what poison does to it is measured on what it then answers (docs/training-commands.md).",
  source: { cite: "standard", url: null },
  params: {
    ...params,
    prompts: {
      type: "number",
      default: 200,
      min: 20,
      max: 1e6,
      integer: true,
      help: "how many prompts of the test records are asked at most in a trial, each once as it is and once with an attack's trigger",
    },
  },
  answer: (settings, task, options) => answerQuestions({ ...settings, format: "jsonl" }, task, options),
  prompts: ({ prompts }) => prompts,
  shown: ({ prompts, ...settings }) => ({ ...shownCommand({ ...settings, format: "jsonl" }), prompts }),
};
