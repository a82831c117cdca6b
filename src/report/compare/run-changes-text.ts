import { type ComparedFigure, familyWiseError, nameOf, toldPower } from "../../study/compare/compare-records.ts";
import { figureText, numberText } from "../words/format.ts";
import { textTable } from "../words/text-table.ts";
import { countOf, listText } from "../words/words.ts";
import type { ChangedFinding, RunChanges } from "./run-changes.ts";

const shown = 20;

/** What changed between two runs, for a terminal. */
export function renderRunChanges(changes: RunChanges): string {
  const { findings, changed, unchanged, notCompared, differs, incomplete, asked } = changes;
  const parts = [
    `What changed: ${headline(changes)}`,
    ...(incomplete.length === 0 ? [] : [`Incomplete:\n${incomplete.map((text) => `  ${text}`).join("\n")}`]),
    ...(differs.length === 0
      ? ["The runs were asked for the same by the same version."]
      : [
          `The runs differ in:\n${indented(textTable([["setting", "before", "after"], ...some(differs).map(({ setting, before, after }) => [setting, before, after])]))}${more(differs)}`,
        ]),
    ...(changed.length === 0 ? [] : [`Figures that changed:\n${indented(figuresTable(changed))}`]),
    ...(["new", "fixed", "unchanged"] as const).flatMap((status) => findingsPart(status, findings[status])),
    ...(unchanged.length === 0 ? [] : [`Figures of which no change is told: ${unchanged.length}${largest(unchanged)}`]),
    ...(notCompared.length === 0
      ? []
      : [
          `Not compared:\n${some(notCompared)
            .map(({ what, why }) => `  ${what}: ${why}`)
            .join("\n")}${more(notCompared)}`,
        ]),
    `${countOf(asked, "figure")} ${asked === 1 ? "was" : "were"} asked whether ${asked === 1 ? "it" : "they"} changed, by paired tests over the shared seeds on the same test rows. Where none did, anything is called changed with a chance of at most ${familyWiseError * 100} %. It is of these data: other rows may show something else. No change told is not "no change": few seeds tell large ones only.`,
    ...powerPart([...changed, ...unchanged]),
  ];
  return parts.join("\n\n");
}

/** How small a change of each metric could have been told. */
function powerPart(figures: readonly ComparedFigure[]): string[] {
  const metrics = [...new Set(figures.map(({ metric }) => metric))];
  const parts = metrics.flatMap((metric) => {
    const own = figures.filter((figure) => figure.metric === metric);
    const told = own.flatMap(({ toldDifference }) => toldDifference ?? []).sort((a, b) => a - b);
    if (told.length === 0) return [];
    const seeds = Math.min(...own.map((figure) => figure.seeds.length));
    const [least, most] = [told[0], told[told.length - 1]].map((value) => numberText(value));
    return [`${metric} of ${least === most ? least : `${least} to ${most}`}, by the figure (${seeds} seeds)`];
  });
  return parts.length === 0
    ? []
    : [
        `By the scatter that the seeds show, which is known the less the fewer they are, these true changes would be told with a chance of about ${toldPower * 100} %: ${listText(parts)}.`,
      ];
}

function headline({ outcome, changed, asked, unchanged }: RunChanges): string {
  if (outcome === "nothing-compared") return "nothing could be compared";
  if (outcome === "no-change-told")
    return asked === 0 ? `nothing: all ${countOf(unchanged.length, "figure")} are the same` : "no change is told";
  const worse = changed.filter(({ change }) => change === "worse").length;
  return listText([
    ...(worse > 0 ? [`${countOf(worse, "figure")} worse`] : []),
    ...(changed.length > worse ? [`${countOf(changed.length - worse, "figure")} better`] : []),
  ]);
}

function figuresTable(figures: readonly ComparedFigure[]): string {
  return textTable([
    ["figure of", "metric", "before", "after", "difference", "", "chance"],
    ...figures.map((figure) => [
      nameOf(figure),
      figure.metric,
      numberText(figure.before),
      numberText(figure.after),
      figureText(figure.difference, 3),
      figure.change ?? "",
      figure.adjustedChance < 0.001 ? "<0.001" : figure.adjustedChance.toFixed(3),
    ]),
  ]);
}

function findingsPart(status: "new" | "fixed" | "unchanged", findings: readonly ChangedFinding[]): string[] {
  if (findings.length === 0) return [];
  const lines = some(findings).map(({ sentence, note }) => `  ${sentence}${note === undefined ? "" : ` (${note})`}`);
  return [`Findings, ${status}:\n${lines.join("\n")}${more(findings)}`];
}

/** The largest difference among them, which is what may have gone unnoticed. */
function largest(figures: readonly ComparedFigure[]): string {
  const open = figures.filter(({ change }) => change === "none");
  if (open.length === 0) return "";
  const far = ({ difference: { low, high } }: ComparedFigure): number => Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));
  const most = open.reduce((a, b) => (far(b) > far(a) ? b : a));
  return `; the one least known, ${most.metric} of ${nameOf(most)}, differs by ${figureText(most.difference, 3)}`;
}

const some = <T>(list: readonly T[]): readonly T[] => list.slice(0, shown);
const more = (list: readonly unknown[]): string => (list.length > shown ? `\n  and ${list.length - shown} more (--json has all)` : "");
const indented = (text: string): string => text.replace(/^/gm, "  ");
