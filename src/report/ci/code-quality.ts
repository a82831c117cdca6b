import { visible } from "../../core/text/visible.ts";
import { type CiLevel, type CiReport, shortLine } from "./ci-report.ts";

const severities: Readonly<Record<CiLevel, "info" | "major" | "critical">> = { error: "critical", warning: "major", note: "info" };

/** Most findings of one report; the host of a merge request draws no more. */
const most = 5000;

/** A Code Quality report for GitLab: a list of findings, each at one place. A file without lines is named by its first. */
export function renderCodeQuality({ findings }: CiReport): string {
  const list = findings.slice(0, most).map(({ rule, level, message, fingerprint, locations: [first] }) => ({
    description: visible(shortLine(message)),
    check_name: rule,
    fingerprint,
    severity: severities[level],
    location: {
      path: visible(first.path),
      lines: { begin: first.startLine ?? 1, ...(first.endLine === undefined ? {} : { end: first.endLine }) },
    },
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}
