import { combineVoices, expectedFalseAlarms, reasonsOf, voiceOf, withinReason } from "../blocks/outliers/combined-ranking.ts";
import type { Detector } from "../core/detector.ts";

/** What `theriac scan` ranks by, as a detector beside those that it hears; of itself it looks at nothing. */
export const combined: Detector<Record<string, never>> = {
  kind: "detector",
  id: "combined",
  title: "All detectors together",
  summary:
    "The ranking of theriac scan over the detectors that are asked beside it: first the rows that their own rules flag, the surest first.",
  source: { cite: "Theriac 2026; the sum over rules that flag, weighed by the share of true alarms each expects", url: null },
  params: {},
  effort: "standard",
  subject: "row",
  targets: ["classes", "real"],
  flags: true,
  combines: true,
  async score(data, { others }) {
    const heard = (await others?.()) ?? [];
    const voices = withinReason(
      heard.map((said) => voiceOf(said, data)),
      data.y.length,
    );
    const expected = expectedFalseAlarms(voices, data);
    const { score, flagged } = combineVoices(voices, data.y.length);
    return {
      values: score,
      flagged,
      ...(expected === undefined ? {} : { expectedFalseAlarms: expected }),
      reason: (example) => reasonsOf(voices, data, example).at(0) ?? null,
    };
  },
};
