import type { AskedNames, Form } from "./form.ts";
import { forms } from "./forms/forms.ts";
import { namedPairs } from "./forms/pairs.ts";
import { namedTexts } from "./forms/texts.ts";

/** The form of that id, as `chooseForm` gave it for the names that were asked for. */
export function formOfId(id: Form["id"], asked: AskedNames): Form {
  const known = forms.find((form) => form.id === id);
  if (known !== undefined) return known;
  const pairs = namedPairs(asked);
  return pairs.id === id ? pairs : namedTexts({ answer: asked.answer ?? "" });
}
