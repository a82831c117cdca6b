import type { Access, Goal } from "../../core/threat.ts";

/** A catalogue of threats or controls, in the version that the ids below are of. */
export interface Standard {
  readonly id: "atlas" | "nist" | "owasp-llm" | "aisvs";
  readonly name: string;
  readonly version: string;
  readonly url: string;
}

export interface StandardId {
  readonly standard: Standard["id"];
  readonly id: string;
  readonly title: string;
  /** `exact`: it names this. `related`: it names something wider or beside it. `unsure`: the id was not held against the text of the standard. */
  readonly fit: "exact" | "related" | "unsure";
}

interface MappedTo {
  /** Absent = any. */
  readonly access?: readonly Access[];
  readonly goal?: readonly Goal[];
  readonly ids: readonly StandardId[];
}

/** When these ids were last gone through. */
export const standardsDate = "2026-11-30";

export const standards: readonly Standard[] = [
  { id: "atlas", name: "MITRE ATLAS", version: "2026.05", url: "https://atlas.mitre.org/" },
  {
    id: "nist",
    name: "NIST AI 100-2 E2025, Adversarial Machine Learning: A Taxonomy and Terminology",
    version: "E2025 (March 2025)",
    url: "https://doi.org/10.6028/NIST.AI.100-2e2025",
  },
  { id: "owasp-llm", name: "OWASP Top 10 for LLM Applications", version: "2026", url: "https://genai.owasp.org/llm-top-10/" },
  { id: "aisvs", name: "OWASP AI Security Verification Standard", version: "1.0", url: "https://github.com/OWASP/AISVS" },
];

const id = (standard: Standard["id"], name: string, title: string, fit: StandardId["fit"] = "exact"): StandardId => ({
  standard,
  id: name,
  title,
  fit,
});

/** By what an attacker may touch and is after. A threat has the ids of every line that holds for it. */
const ofThreats: readonly MappedTo[] = [
  {
    access: ["modify", "modify-labels", "modify-inputs", "inject"],
    ids: [
      id("atlas", "AML.T0020", "Poison Training Data"),
      id("atlas", "AML.T0059", "Erode Dataset Integrity", "related"),
      id("owasp-llm", "LLM05:2026", "Data and Model Poisoning", "related"),
    ],
  },
  {
    access: ["upstream"],
    ids: [
      id("atlas", "AML.T0010.003", "AI Supply Chain Compromise: Model", "related"),
      id("atlas", "AML.T0020", "Poison Training Data"),
      id("nist", "NISTAML.051", "Model Poisoning (supply chain)", "related"),
      id("owasp-llm", "LLM04:2026", "Supply Chain", "unsure"),
    ],
  },
  {
    access: ["logic"],
    ids: [
      id("atlas", "AML.T0018", "Manipulate AI Model"),
      id("nist", "NISTAML.011", "Model Poisoning (availability)", "related"),
      id("nist", "NISTAML.026", "Model Poisoning (integrity)", "related"),
      id("owasp-llm", "LLM05:2026", "Data and Model Poisoning", "related"),
    ],
  },
  {
    access: ["modify", "modify-labels", "inject"],
    goal: ["availability", "promote", "demote"],
    ids: [id("nist", "NISTAML.013", "Data Poisoning")],
  },
  { access: ["modify-inputs"], goal: ["availability"], ids: [id("nist", "NISTAML.012", "Clean-label Poisoning")] },
  {
    access: ["modify", "modify-labels", "modify-inputs", "inject"],
    goal: ["targeted"],
    ids: [id("nist", "NISTAML.024", "Targeted Poisoning")],
  },
  {
    goal: ["backdoor"],
    ids: [id("nist", "NISTAML.023", "Backdoor Poisoning"), id("atlas", "AML.T0018.000", "Manipulate AI Model: Poison AI Model", "related")],
  },
];

/** What the audit itself is evidence for; the requirements of the AISVS were not held against their text. */
const ofAudits: readonly StandardId[] = [
  id("aisvs", "C1.3.1", "Training data: integrity of data and labels", "unsure"),
  id("aisvs", "C1.3.2", "Training data: detection of poisoning", "unsure"),
  id("aisvs", "C1.3.5", "Training data: review of what is found", "unsure"),
  id("aisvs", "11.4.3", "Robustness: tests against poisoning", "unsure"),
];

/** The ids of one threat. */
export function idsOfThreat(access: Access | null, goal: Goal | null): StandardId[] {
  const holds = ofThreats.filter(
    (line) =>
      (line.access === undefined || (access !== null && line.access.includes(access))) &&
      (line.goal === undefined || (goal !== null && line.goal.includes(goal))),
  );
  const all = holds.flatMap(({ ids }) => ids);
  return all.filter((entry, i) => all.findIndex((other) => other.standard === entry.standard && other.id === entry.id) === i);
}

/** What a run with these threats has to do with: each id once. */
export function idsOfRun(threats: readonly { readonly access: Access | null; readonly goal: Goal | null }[]): StandardId[] {
  const all = [...threats.flatMap(({ access, goal }) => idsOfThreat(access, goal)), ...ofAudits];
  return all.filter((entry, i) => all.findIndex((other) => other.standard === entry.standard && other.id === entry.id) === i);
}
