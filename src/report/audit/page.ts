import { markup, markupText } from "../words/markup.ts";
import { pageHead } from "../page/head.ts";
import { baselineSection, damageSection } from "./damage-part.ts";
import { detectionSection, repairSection } from "./defence-part.ts";
import { goalsSection, ladderSection } from "./goals-part.ts";
import { odditiesSection } from "./oddities-part.ts";
import type { ReportInput } from "./report-input.ts";
import { persistenceSection } from "./persistence-part.ts";
import { failureSection, glossarySection, reproduceSection, timeText } from "./reproduce-part.ts";
import { studySection } from "./study-part.ts";
import { adaptiveSection, knowledgeSection } from "./variants-part.ts";
import { verdictSection } from "./verdict-part.ts";
import { countOf } from "../words/words.ts";

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
