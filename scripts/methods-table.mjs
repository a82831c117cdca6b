// Writes docs/methods.md from the built catalog; with --check, says whether the stored page is what it would write.
import { readFileSync, writeFileSync } from "node:fs";
import { catalog } from "../dist/catalog.js";

const page = "docs/methods.md";
const cell = (text) => String(text).replaceAll("|", "\\|");
const source = ({ cite, url }) => (url === null ? cell(cite) : `[${cell(cite)}](${url})`);
const parameters = (params) =>
  Object.entries(params)
    .map(([name, spec]) => `\`${name}\` = ${spec.default}`)
    .join(", ");

function table(kind, methods, columns) {
  const names = Object.keys(columns);
  const rows = methods.map((method) => `| ${names.map((name) => columns[name](method)).join(" | ")} |`);
  return [`## ${kind}`, "", `| ${names.join(" | ")} |`, `|${names.map(() => "---").join("|")}|`, ...rows, ""].join("\n");
}

const common = { id: ({ id }) => `\`${id}\``, "what it does": ({ summary }) => cell(summary) };
const closing = { parameters: ({ params }) => parameters(params), source: (method) => source(method.source) };
const targets = { labels: (method) => method.targets.join(", ") };
const text = [
  "# Methods",
  "",
  "Written from the catalog by `npm run catalog`; the test command checks that it is up to date.",
  "",
  table("Attacks", catalog.attacks, {
    ...common,
    access: ({ threat }) => threat.access,
    goal: ({ threat }) => threat.goal,
    knowledge: ({ threat }) => threat.knowledge,
    ...targets,
    ...closing,
  }),
  table("Detectors", catalog.detectors, { ...common, scores: ({ subject }) => `${subject}s`, ...targets, ...closing }),
  table("Repairs", catalog.repairs, { ...common, stage: ({ stage }) => stage, ...targets, ...closing }),
  table("Learners", catalog.learners, { ...common, ...targets, ...closing }),
  ratingTable("Recommenders", catalog.ratings.recommenders, { feedback: ({ feedback }) => feedback }),
  ratingTable("Attacks on recommenders", catalog.ratings.attacks, {
    goals: ({ goals }) => goals.join(", "),
    access: ({ threat }) => threat.access,
    knowledge: ({ threat }) => threat.knowledge,
  }),
  ratingTable("Detectors of fake accounts", catalog.ratings.detectors, {}),
  ratingTable("Repairs of ratings", catalog.ratings.repairs, {}),
  table("Metrics", catalog.metrics, { ...common, damage: ({ damage }) => `\`${damage.id}\``, source: closing.source }),
]
  .filter((part) => part !== null)
  .join("\n");

/** A section for a kind that works on ratings; null while there is no such method. */
function ratingTable(title, methods, columns) {
  return methods.length === 0 ? null : table(title, methods, { ...common, ...columns, ...closing });
}

if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  console.error(`${page} is stale: run npm run catalog`);
  process.exitCode = 1;
}
