import { run as runContexts } from "./contexts.mjs";

export const asked = "sets, texts and triggers before prompts that no setting was chosen by";

export const run = (settings) => runContexts(settings, true);
