import { type Conduct, type SourceEvidenceParams, sourceEvidence, sourceEvidenceParams } from "../../blocks/held-out/source-evidence.ts";
import type { Detector } from "../../core/detector.ts";

/** The score is evidence in nats. */
export const sourceConduct: Detector<SourceEvidenceParams> = {
  kind: "detector",
  id: "source-conduct",
  title: "Conduct of accounts",
  summary:
    "Accounts whose rows contradict what everybody else's say, that share texts with other accounts, and that know only one label or one day.",
  source: {
    cite: "the traits are those of Mukherjee et al. 2013, What Yelp fake review filter might be doing?, ICWSM; the likelihood ratio is Theriac's",
    url: "https://ojs.aaai.org/index.php/ICWSM/article/view/14389",
  },
  params: sourceEvidenceParams,
  effort: "standard",
  scanEffort: "quick",
  subject: "source",
  flags: true,
  targets: ["classes", "real"],
  async score(data, context) {
    if (data.sources.length === 0) return { values: new Float64Array(0), flagged: new Uint8Array(0) };
    const { evidence, flagged, conduct } = await sourceEvidence(data, context);
    return { values: evidence, flagged, reason: (s) => reasonOf(conduct[s], evidence[s]) };
  },
};

function reasonOf({ rows, denied, sharers, copies, label, burst }: Conduct, value: number): string | null {
  if (!(value > 0)) return null;
  const parts = [`${denied} of its ${rows} rows contradict${denied === 1 ? "s" : ""} models that saw nothing of it`];
  if (sharers > 0) parts.push(`${copies} of them nearly the same as those of ${sharers} other account${sharers === 1 ? "" : "s"}`);
  if (label !== null) parts.push(`all labelled ${label}`);
  if (burst !== null) parts.push(`all of ${burst}`);
  return parts.join("; ");
}
