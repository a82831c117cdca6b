import { describe, expect, it } from "vitest";
import { auditCommand } from "./audit-command.ts";
import { defaults } from "./options/study-defaults.ts";
import type { Manifest } from "../runs/manifest.ts";

const manifest = {
  read: { data: "/somewhere/private/my reviews.csv", labels: [], text: ["title", "it's"], features: [], drop: [], task: "user" },
  data: { roles: { labels: ["label"], features: ["title", "it's"], task: "user", source: null, id: null } },
  study: {
    encoder: { bigrams: true, minDocuments: 2, fittedOn: "poisoned" },
    learner: { id: "unknown", params: {} },
    sharing: "pooled",
    attacks: [
      { id: "label-flip", params: {} },
      { id: "random-injection", params: {} },
    ],
    detectors: [],
    repairs: [],
    budgets: [0.005, 0.01],
    seeds: 3,
    firstSeed: 7,
    testFraction: 0.3,
    flagFraction: defaults.flagFraction,
    attackTasks: ["u1", "u2"],
    targetTasks: null,
  },
  limits: ["accuracyDrop@1% <= 0.05"],
  strict: true,
} as unknown as Manifest;

describe("the command of a run", () => {
  it("spells out what was decided, quoted for a shell, without folders and names of tasks", () => {
    expect(auditCommand(manifest)).toEqual({
      command: [
        "theriac audit 'my reviews.csv'",
        "--label label",
        "--text title",
        "--text 'it'\\''s'",
        "--task user",
        "--learner unknown",
        "--sharing pooled",
        "--bigrams",
        "--attack label-flip,random-injection",
        "--detector none",
        "--repair none",
        "--budget 0.5%,1%",
        "--attack-tasks 2-NAMES",
        "--seeds 3",
        "--seed 7",
        "--test-fraction 0.3",
        "--limit 'accuracyDrop@1% <= 0.05'",
        "--strict",
      ].join(" \\\n  "),
      notes: [
        "The names of tasks are left out here; manifest.json has them.",
        "Some methods were given parameters of their own, which a configuration file can hold (--config) and the command above does not; manifest.json has them.",
      ],
    });
  });
});
