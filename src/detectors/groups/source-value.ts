import { type ValueParams, valueDetector } from "../../blocks/held-out/value-detector.ts";
import type { Detector } from "../../core/detector.ts";

export const sourceValue: Detector<ValueParams> = valueDetector("source", {
  id: "source-value",
  title: "What a source is worth",
  summary:
    "How much better models predict everybody else's rows when they are trained without one source: by influence, and by training again for the worst few.",
  source: {
    cite: "provenance defence: Baracaldo, Chen, Ludwig, Safavi & Zhang 2018, Detecting Poisoning Attacks on Machine Learning in IoT Environments, ICIOT; influence: Koh & Liang 2017",
    url: "https://doi.org/10.1109/ICIOT.2018.00015",
  },
});
