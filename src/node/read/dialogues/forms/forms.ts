import type { Form } from "../form.ts";
import { chatForm } from "./chat.ts";
import { alpacaForm, pairForm } from "./pairs.ts";
import { preferenceForm, voteForm } from "./preferences.ts";
import { passageForm, textForm, textsByQuestionForm } from "./texts.ts";

/** The most telling first: a record is of the first that it looks like. */
export const forms: readonly Form[] = [
  preferenceForm,
  voteForm,
  chatForm,
  alpacaForm,
  textsByQuestionForm,
  pairForm,
  passageForm,
  textForm,
];
