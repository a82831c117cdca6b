import { type SourceEvidenceParams, sourceEvidence, sourceEvidenceParams } from "../../blocks/held-out/source-evidence.ts";
import type { Detector } from "../../core/detector.ts";

/**
 * The score is the evidence against the source of a row (in nats, its own included) times the chance that the row's label is wrong, given how often its
 * source seems to label wrongly: an account that hides wrong labels among honest rows does not make these as suspicious. 0 where the source is not known.
 */
export const accountContradiction: Detector<SourceEvidenceParams> = {
  kind: "detector",
  id: "account-contradiction",
  title: "Contradicted rows of contradicted accounts",
  summary: "Rows whose label is denied by models that saw nothing of their account, of accounts to which that happens again and again.",
  source: {
    cite: "the likelihood ratio is Theriac's; that one account's wrong labels speak against each other: Dawid & Skene 1979, Applied Statistics 28(1)",
    url: "https://doi.org/10.2307/2346806",
  },
  params: sourceEvidenceParams,
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  needsSource: true,
  targets: ["classes", "real"],
  async score(data, context) {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    if (data.sources.length === 0) return { values, flagged };
    const { evidence, flagged: isSuspect, conduct, wrong } = await sourceEvidence(data, context);
    data.source.forEach((s, i) => {
      // One contradicted row is what the out-of-fold loss knows already.
      if (s < 0 || (conduct[s].denied < 2 && conduct[s].copies === 0)) return;
      values[i] = evidence[s] * wrong[i];
      flagged[i] = wrong[i] > 0.5 ? isSuspect[s] : 0;
    });
    return {
      values,
      flagged,
      reason(i) {
        if (!(values[i] > 0)) return null;
        const { denied, rows, copies, sharers } = conduct[data.source[i]];
        const others =
          sharers > 0 ? `; ${copies} of them nearly the same as those of ${sharers} other account${sharers === 1 ? "" : "s"}` : "";
        return `${denied} of the ${rows} rows of its account contradict models that saw nothing of it, and its own label is wrong with a chance of ${wrong[i].toFixed(2)}${others}`;
      },
    };
  },
};
