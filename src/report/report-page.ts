import { markup, markupText } from "./markup.ts";
import { pageHead } from "./page-head.ts";
import { baselineSection, damageSection } from "./report-damage.ts";
import { detectionSection, repairSection } from "./report-defence.ts";
import { goalsSection, ladderSection } from "./report-goals.ts";
import { odditiesSection } from "./report-oddities.ts";
import type { ReportInput } from "./report-input.ts";
import { persistenceSection } from "./report-persistence.ts";
import { failureSection, glossarySection, reproduceSection, timeText } from "./report-reproduce.ts";
import { studySection } from "./report-study.ts";
import { adaptiveSection, knowledgeSection } from "./report-variants.ts";
import { verdictSection } from "./report-verdict.ts";
import { countOf } from "./words.ts";

/** A report as one file of HTML that needs nothing else: no network, no script, no fonts. It is well-formed XML too. */
export function renderReportPage(input: ReportInput): string {
  const { title, data, run } = input;
  return markupText(markup`<!DOCTYPE html>
<html lang="en">
${pageHead({ title: `Theriac audit of ${title}`, theriac: run.theriac })}
<body>
<header>
<p class="kicker">Theriac audit</p>
<h1>${title}</h1>
<p class="small">${countOf(data.rows, "row")} · ${timeText(run.startedAt)} · run ${run.name}</p>
</header>
<main>
${[
  verdictSection(input),
  studySection(input),
  odditiesSection(input.notes),
  baselineSection(input),
  damageSection(input),
  goalsSection(input),
  ladderSection(input),
  knowledgeSection(input),
  detectionSection(input),
  repairSection(input),
  adaptiveSection(input),
  persistenceSection(input),
  failureSection(input),
  reproduceSection(input),
  glossarySection(input),
]}
</main>
<footer>
<p>Made by Theriac ${run.theriac}. The page holds no row of the data, and loads nothing.</p>
</footer>
</body>
</html>
`);
}
