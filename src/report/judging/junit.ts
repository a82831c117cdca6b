import type { LimitOutcome } from "./limit-outcomes.ts";
import { type Markup, markup, markupText } from "../words/markup.ts";
import { notJudged } from "./verdict.ts";
import type { Summary } from "../../study/summary.ts";

export interface JunitInput {
  /** Name of the study, as the data are named. */
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly limits: readonly LimitOutcome[];
  readonly failures: Summary["failures"];
  readonly missingTrials: number;
  readonly properties: Readonly<Record<string, string>>;
}

export interface TestCase {
  readonly className: string;
  readonly name: string;
  readonly fault: { readonly kind: "failure" | "error" | "skipped"; readonly message: string } | null;
}

/**
 * JUnit XML for whatever draws CI results: a test for each limit (skipped while it is open; one that is skipped where there is no limit), an error for each failed trial, and one test
 * that every planned trial is recorded.
 */
export function renderJunit({ name, startedAt, durationSeconds, limits, failures, missingTrials, properties }: JunitInput): string {
  const cases: TestCase[] = [
    ...(limits.length > 0
      ? []
      : [{ className: "theriac.limits", name: "the verdict", fault: { kind: "skipped", message: notJudged } } satisfies TestCase]),
    ...limits.map(({ text, outcome, reason }): TestCase => {
      const kind = outcome === "fail" ? "failure" : "skipped";
      return { className: "theriac.limits", name: text, fault: outcome === "pass" ? null : { kind, message: reason } };
    }),
    ...failures.map(({ id, attack, error }): TestCase => {
      return { className: "theriac.trials", name: `trial ${id} (${attack ?? "baseline"})`, fault: { kind: "error", message: error } };
    }),
    {
      className: "theriac.trials",
      name: "every planned trial is recorded",
      fault: missingTrials === 0 ? null : { kind: "error", message: `${missingTrials} missing` },
    },
  ];
  return renderSuite({ name, startedAt, durationSeconds, cases, properties });
}

/** One suite of tests with their properties, which are the same for every kind of run. */
export function renderSuite({
  name,
  startedAt,
  durationSeconds,
  cases,
  properties,
}: Pick<JunitInput, "name" | "startedAt" | "durationSeconds" | "properties"> & { readonly cases: readonly TestCase[] }): string {
  const counted = (kind: string): number => cases.filter(({ fault }) => fault?.kind === kind).length;
  const [failed, errors, skipped] = [counted("failure"), counted("error"), counted("skipped")];
  const time = durationSeconds.toFixed(3);
  return markupText(markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="theriac" tests="${cases.length}" failures="${failed}" errors="${errors}" skipped="${skipped}" time="${time}">
  <testsuite name="${name}" tests="${cases.length}" failures="${failed}" errors="${errors}" skipped="${skipped}" timestamp="${startedAt}" time="${time}">
    <properties>${Object.entries(properties).map(
      ([key, value]) => markup`
      <property name="${key}" value="${value}"/>`,
    )}
    </properties>${cases.map(testCase)}
  </testsuite>
</testsuites>
`);
}

function testCase({ className, name, fault }: TestCase): Markup {
  return markup`
    <testcase classname="${className}" name="${name}" time="0">${fault === null ? null : faultElement(fault)}</testcase>`;
}

function faultElement({ kind, message }: NonNullable<TestCase["fault"]>): Markup {
  switch (kind) {
    case "failure":
      return markup`<failure type="limit" message="${message}">${message}</failure>`;
    case "error":
      return markup`<error type="trial" message="${message}">${message}</error>`;
    case "skipped":
      return markup`<skipped message="${message}"/>`;
  }
}
