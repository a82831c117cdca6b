// Writes docs/methods.md from the built catalog; with --check, says whether the stored page is what it would write.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
  table("Certificates", catalog.certificates, { ...common, unit: ({ unit }) => unit, ...targets, ...closing }),
  table("Learners", catalog.learners, { ...common, ...targets, ...closing }),
  ...attackTable("docs/attack-table.json"),
  ...detectionMap("docs/detection-map.json"),
  tableIfAny("Recommenders", catalog.ratings.recommenders, { feedback: ({ feedback }) => feedback }),
  tableIfAny("Attacks on recommenders", catalog.ratings.attacks, {
    goals: ({ goals }) => goals.join(", "),
    access: ({ threat }) => threat.access,
    knowledge: ({ threat }) => threat.knowledge,
  }),
  tableIfAny("Detectors of fake accounts", catalog.ratings.detectors, {}),
  tableIfAny("Repairs of ratings", catalog.ratings.repairs, {}),
  tableIfAny("Certificates of ratings", catalog.ratings.certificates, {}),
  tableIfAny("Attacks on fine-tuning data", catalog.dialogues.attacks, {
    access: ({ threat }) => threat.access,
    goal: ({ threat }) => threat.goal,
    knowledge: ({ threat }) => threat.knowledge,
  }),
  tableIfAny("Detectors in fine-tuning data", catalog.dialogues.detectors, {}),
  table("Metrics", catalog.metrics, { ...common, damage: ({ damage }) => `\`${damage.id}\``, source: closing.source }),
]
  .filter((part) => part !== null)
  .join("\n");

/** What attacks that plan win over those that do not, measured; none while nothing was. */
function attackTable(file) {
  if (!existsSync(file)) return [];
  const { command, rows } = JSON.parse(readFileSync(file, "utf8"));
  const figure = ({ value, low, high }, digits) => `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
  const families = [...new Set(rows.map(({ family }) => family))];
  const isRatio = ({ data }) => data === "house";
  const tables = families.map((family) => {
    const planned = rows.filter((row) => row.family === family && row.rival !== undefined);
    const attacks = [...new Set(planned.map(({ attack }) => attack))].sort();
    const lines = attacks.flatMap((attack) =>
      planned
        .filter((row) => row.attack === attack)
        .map((row) => {
          const digits = isRatio(row) ? 2 : 3;
          const significant = row.corrected < 0.05 && row.gain.value > 0;
          const p = row.corrected < 0.001 ? "< .001" : row.corrected.toFixed(3);
          const gain = figure(row.gain, digits);
          return `| \`${attack}\` | ${row.data}, \`${row.learner}\` | ${figure(row.harm, digits)} | ${significant ? `**${gain}**` : gain} | \`${row.rival}\` | ${p} |`;
        }),
    );
    return [
      `### ${family}`,
      "",
      "| attack | data, learner | harm | gain | on | p (Holm) |",
      "|---|---|---|---|---|---|",
      ...lines,
      "",
    ].join("\n");
  });
  const compared = rows.filter(({ rival }) => rival !== undefined);
  const [{ seeds, budget }] = compared;
  const winners = new Set(compared.filter(({ corrected, gain }) => corrected < 0.05 && gain.value > 0).map(({ attack }) => attack));
  const idle = [...new Set(compared.map(({ attack }) => attack))].filter((attack) => !winners.has(attack)).map((id) => `\`${id}\``);
  return [
    [
      "## What planning is worth to an attacker",
      "",
      `Each attack that plans beside the strongest of its plain counterparts, ${budget * 100} % of the training rows, ${seeds} seeds, each with its own split, clean model and poison; 95 % intervals,`,
      `p-values of two-sided paired t tests, corrected by Holm over the ${compared.length} comparisons of attacks that are in the catalog (two that won nowhere have left since, and \`min-max-injection\`, there for its certificate, is left out); in bold what is significant at .05. Harm is the rise of the test error (house: the RMSE over that of the clean`,
      "model), in a group the rise of its own, of a backdoor the share of triggered rows that are answered as meant. Every set that was tried is here. Written by",
      `\`${command}\`.`,
      ...(idle.length === 0 ? [] : [`Of these ${idle.join(", ")} win nowhere; no audit tries them below full effort.`]),
      "",
      ...tables,
    ].join("\n"),
  ];
}

/** What finds and what mends each attack, measured; none while nothing was. */
function detectionMap(file) {
  if (!existsSync(file)) return [];
  const { command, budget, seeds, rows, sets } = JSON.parse(readFileSync(file, "utf8"));
  const figure = ({ value, low, high }) => `${value.toFixed(3)} [${low?.toFixed(3) ?? ""}, ${high?.toFixed(3) ?? ""}]`;
  const best = (entries, shown) =>
    entries
      .sort((a, b) => b[1] - a[1])
      .slice(0, shown)
      .map(([id, value]) => `\`${id}\` ${Math.min(1, value).toFixed(2)}`)
      .join(", ");
  const tables = sets.map(({ name, what, damageMetric, attacks, costs = {} }) => {
    const lines = attacks.map(({ attack, metric, damage, detectors, repairs }) => {
      // A detector counts where its interval lies above chance by a margin, a repair where it undoes at least a tenth.
      const finders = Object.entries(detectors).flatMap(([id, auc]) => ((auc.low ?? 0) > 0.55 ? [[id, auc.value]] : []));
      const menders = Object.entries(repairs).filter(([, share]) => share >= 0.1);
      return `| \`${attack}\` | ${metric === damageMetric ? "" : `${metric} `}${damage === null ? "" : figure(damage)} | ${best(finders, 3)} | ${best(menders, 2)} |`;
    });
    return [
      `### ${name} (${what}; ${damageMetric})`,
      "",
      "| attack | damage | found by (AUC) | undone by (share of the damage) |",
      "|---|---|---|---|",
      ...lines,
      "",
      ...(Object.keys(costs).length === 0
        ? []
        : [
            `On clean data the repairs cost: ${Object.entries(costs)
              .map(([id, cost]) => `\`${id}\` ${figure(cost)}`)
              .join(", ")}.`,
            "",
          ]),
    ].join("\n");
  });
  return [
    [
      "## What finds and what mends each attack",
      "",
      `Each attack at ${budget * 100} % of ${rows} rows of a set, ${seeds} seeds, with 95 % intervals; the three detectors that rank the poisoned rows best, where the interval of`,
      "the area lies above .55, and the two repairs that undo most, where the damage is more than the interval can tell from none and at least a tenth of it is gone. Blanks are what",
      `nothing of the catalog finds or mends there. Written by \`${command}\`.`,
      "",
      ...tables,
    ].join("\n"),
  ];
}

/** A section for a kind that works on ratings; null while there is no such method. */
function tableIfAny(title, methods, columns) {
  return methods.length === 0 ? null : table(title, methods, { ...common, ...columns, ...closing });
}

if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  console.error(`${page} is stale: run npm run catalog`);
  process.exitCode = 1;
}
