import { combineVoices, expectedFalseAlarms, reasonsOf, voiceOf, withinReason } from "../blocks/outliers/combined-ranking.ts";
import { learnFromPlanted } from "../blocks/outliers/learn-from-planted.ts";
import type { Detector } from "../core/detector.ts";

/** What `theriac scan` ranks by, as a detector beside those that it hears; of itself it looks at nothing. */
export const combined: Detector<Record<string, never>> = {
  kind: "detector",
  id: "combined",
  title: "All detectors together",
  summary:
    "The ranking of theriac scan over the detectors that are asked beside it: first what their rules flag, then by what each found of poison planted into a copy.",
  source: {
    cite: "Theriac 2026; tails of detectors merged by non-negative logistic regressions on planted labels and far rows, mixed by signs of the kind of poison, beside a network taught on poison of random shapes",
    url: null,
  },
  params: {},
  effort: "standard",
  subject: "row",
  targets: ["classes", "real"],
  flags: true,
  combines: true,
  async score(data, { others, rng }) {
    const heard = (await others?.()) ?? [];
    const voices = withinReason(
      heard.map((said) => voiceOf(said, data)),
      data.y.length,
    );
    const expected = expectedFalseAlarms(voices, data);
    const merge = others === undefined || voices.length < 2 ? null : await learnFromPlanted(data, voices, others, rng);
    const { score, flagged } = combineVoices(voices, data.y.length, merge);
    return {
      values: score,
      flagged,
      ...(expected === undefined ? {} : { expectedFalseAlarms: expected }),
      reason: (example) => reasonsOf(voices, data, example).at(0) ?? null,
    };
  },
};
