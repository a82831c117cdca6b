import { run as runGenerated } from "./generated.mjs";

export const asked = "sets and draws that no setting was chosen by";

export const run = (settings) => runGenerated(settings, true);
