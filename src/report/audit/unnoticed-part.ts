import { figureCell, reportTable, typographic } from "../page/table.ts";
import { type Markup, markup } from "../words/markup.ts";
import { countText, listText, metricWord, shareText } from "../words/words.ts";
import type { ReportInput } from "./report-input.ts";

/** What attackers do of whose rows a scan flags none; empty where nobody asked. */
export function unnoticedSection({ summary }: ReportInput): Markup | "" {
  const { unnoticed } = summary;
  if (unnoticed === null) return "";
  const { attacks, rows, figure, metric, blind } = unnoticed;
  return markup`<section aria-labelledby="unnoticed">
<h2 id="unnoticed">What nobody would notice</h2>
<p>These attackers scan their poison at home as it will be scanned, take back what is flagged, put in its place what is not, or less, and keep what does most harm by their own estimate.</p>
${reportTable({
  id: "unnoticed-table",
  caption: "The strongest attack, and what keeps below the cut of the scan",
  head: ["Attacker", "Attack", "Poisoned rows", "Flagged", metricWord(metric)],
  groups: [
    {
      name: null,
      rows: [
        {
          head: "without a thought of the scan",
          cells: [blind.attack, countText(Math.round(blind.rows)), typographic(shareText(blind.flaggedShare)), figureCell(blind.figure)],
        },
        {
          head: "unnoticed",
          cells: [
            attacks.length === 0 ? "–" : listText(attacks.map(({ attack }) => attack)),
            countText(Math.round(rows)),
            typographic(shareText(0)),
            figureCell(figure),
          ],
        },
      ],
    },
    {
      name: `Of ${blind.attack}, by detector`,
      rows: blind.byDetector.map(({ detector, flaggedShare }) => ({
        head: detector,
        cells: ["", "", typographic(shareText(flaggedShare)), ""],
      })),
    },
  ],
})}
</section>`;
}
