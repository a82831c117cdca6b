import { accesses } from "../../core/threat.ts";
import { objectiveWords } from "../judging/goal-rows.ts";
import { intervalWords, theseRows } from "../words/interval-words.ts";
import { type Markup, markup } from "../words/markup.ts";
import type { ReportInput, ReportMethod } from "./report-input.ts";
import { reportTable } from "../page/table.ts";
import { accessWords, budgetRowWords, capitalised, countOf, countText, metricWord } from "../words/words.ts";
import { budgetText } from "../words/format.ts";

/** Trials that failed or are missing; null where none did and none is. */
export function failureSection({ summary, findings }: ReportInput): Markup | null {
  const missing = findings.plannedTrials - findings.recordedTrials;
  if (summary.failures.length === 0 && missing === 0) return null;
  return markup`<section aria-labelledby="failures">
<h2 id="failures">What failed</h2>
<p>${summary.failures.length > 0 && `${countOf(summary.failures.length, "trial")} of ${countText(findings.plannedTrials)} failed and ${summary.failures.length === 1 ? "is" : "are"} in none of the figures above. `}${missing > 0 && `${countOf(missing, "planned trial")} ${missing === 1 ? "is" : "are"} not recorded.`}</p>
${
  summary.failures.length > 0 &&
  reportTable({
    id: "failure-table",
    caption: "Failed trials",
    head: ["Trial", "Attack", "Budget", "Reason"],
    groups: [
      {
        name: null,
        rows: summary.failures.map(({ id, attack, budgetFraction, error }) => ({
          head: markup`<code>${id}</code>`,
          cells: [
            attack ?? "none",
            attack === null ? "–" : budgetText(budgetFraction, summary),
            markup`<span class="prose">${error}</span>`,
          ],
        })),
      },
    ],
  })
}
</section>`;
}

export function reproduceSection({ run, findings, summary }: ReportInput): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ["Run folder", run.name],
    ["Status", run.status],
    ["Started", timeText(run.startedAt)],
    ["Ended", run.finishedAt === null ? "not recorded" : timeText(run.finishedAt)],
    [
      "Trials",
      `${countText(findings.recordedTrials)} of ${countText(findings.plannedTrials)} recorded, ${countText(summary.failures.length)} failed`,
    ],
    ["Theriac", run.theriac],
    ["Node", run.node],
    ["Platform", run.platform],
    [
      "Git commit",
      run.git === null
        ? "none: the working folder was in no repository"
        : `${run.git.commit}${run.git.dirty ? " with uncommitted changes" : ""}`,
    ],
  ];
  return markup`<section aria-labelledby="reproduce">
<h2 id="reproduce">How to reproduce it</h2>
<p>In the folder that holds the data:</p>
<pre><code>${run.command}</code></pre>
${run.commandNotes.map((note) => markup`<p class="small">${note}</p>\n`)}<p>The same data, study and version of Theriac and Node give the same figures. The folder of the run holds every trial with its id (<code>records.jsonl</code>), every
patch (<code>poison/</code>) and everything that was asked (<code>manifest.json</code>).</p>
<dl class="facts">
${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
</section>`;
}

/** What a budget in accounts is, where there is one. */
function accountWords({ counted }: ReportInput["study"]): string {
  const own = counted?.find(({ unit }) => unit === "accounts");
  if (own?.rowsEach === undefined) return "";
  return ` A budget in accounts lets poison enter through so many of them alone: new ones, or the ones with the most rows, each with at most ${countOf(own.rowsEach, "poisoned row")}, as many as 95 of 100 accounts have.`;
}

export function glossarySection({ methods, summary, study }: ReportInput): Markup {
  const used = new Set(summary.entries.flatMap(({ access }) => (access === null ? [] : [access])));
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const word = metricWord(summary.primaryMetric);
  const terms: readonly (readonly [string, string])[] = [
    [
      "Access",
      `What the attacker may touch. Here: ${accesses
        .filter((access) => used.has(access))
        .map((access) => `${access} (${accessWords[access]})`)
        .join(", ")}.`,
    ],
    [
      "Budget",
      `How many training rows the attacker may change or add, as a share of the clean ones${study.attackTasks === null ? "" : " of the attacked tasks"}. ${budgetRowWords}${accountWords(study)}`,
    ],
    [
      "Damage",
      isRatio
        ? `${word} of the attacked model divided by that of the clean model of the same seed; 1 is neither damage nor gain.`
        : `${capitalised(word)} of the clean model less that of the attacked model of the same seed; 0 is neither damage nor gain.`,
    ],
    [
      "Interval",
      `Where the true figure lies in 95 of 100 studies such as this one, ${intervalWords(summary)}. Few seeds make it wide; a single seed gives none. Those of detectors and of damage as clean rows arrive are ${theseRows}.`,
    ],
    [
      "Strongest attack",
      `The one that an attacker would choose at a budget, by ${objectiveWords(summary)}, before anybody looks at the test rows. It is the strongest that was tried: a cleverer one may do more.`,
    ],
    [
      "Detector",
      "Ranks training rows by suspicion. It never sees which rows are poisoned; the patch of the attack is the truth that it is judged by.",
    ],
    ["Repair", "Cleans the training data, or trains so that poison hurts less. It costs something on clean data too."],
  ];
  return markup`<section aria-labelledby="glossary">
<h2 id="glossary">How to read the figures</h2>
<dl class="terms">
${terms.map(([term, meaning]) => markup`<dt>${term}</dt><dd>${meaning}</dd>\n`)}</dl>
${reportTable({
  id: "methods",
  caption: "The methods, and where they come from",
  head: ["Method", "Kind", "What it does", "Source"],
  groups: [
    {
      name: null,
      rows: methods.map((method) => ({
        head: method.id,
        cells: [method.kind, markup`<span class="prose">${method.summary}</span>`, citation(method)],
      })),
    },
  ],
})}
</section>`;
}

function citation({ cite, url }: ReportMethod): Markup {
  return url !== null && /^https:\/\//.test(url)
    ? markup`<a class="prose" href="${url}" rel="noreferrer">${cite}</a>`
    : markup`<span class="prose">${cite}</span>`;
}

/** `2026-03-01 10:15 UTC`. */
export function timeText(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");
}
