import { type ValueParams, valueDetector } from "../../blocks/held-out/value-detector.ts";
import type { Detector } from "../../core/detector.ts";

export const taskValue: Detector<ValueParams> = valueDetector("task", {
  id: "task-value",
  title: "What a task is worth to the others",
  summary:
    "How much better models predict the rows of all other tasks when they are trained without one: by influence, and by training again for the worst few.",
  source: {
    cite: "the provenance defence of Baracaldo et al. 2018, ICIOT, with tasks for devices; influence: Koh & Liang 2017",
    url: "https://doi.org/10.1109/ICIOT.2018.00015",
  },
  refuses: ({ sharing }) => (sharing === "pooled" ? null : "tasks that are trained apart do nothing to each other"),
});
