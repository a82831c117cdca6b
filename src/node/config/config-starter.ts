import { join } from "node:path";
import { catalog } from "../../catalog.ts";
import { efforts } from "../../core/method.ts";
import { configSchema } from "./config-schema.ts";
import { defaults, effortDefaults } from "./study-defaults.ts";
import { writeFiles } from "../write/write-files.ts";

const configName = "theriac.config.yaml";
const schemaName = "theriac.config.schema.json";

/** Writes a configuration to start from and its schema. @throws UsageError where one of them is there already */
export function writeStarter(folder: string): { configPath: string; schemaPath: string } {
  const [configPath, schemaPath] = [join(folder, configName), join(folder, schemaName)];
  writeFiles([
    { path: configPath, content: starterText() },
    { path: schemaPath, content: `${JSON.stringify(configSchema, null, 2)}\n` },
  ]);
  return { configPath, schemaPath };
}

/** What is commented out, with no blank after the #, shows the default or an example. */
export function starterText(): string {
  const { quick } = effortDefaults;
  const explain = (key: string): string => configSchema.properties?.[key].description ?? "";
  const ids = (methods: readonly { readonly id: string }[]): string => methods.map(({ id }) => id).join(", ");
  return `# yaml-language-server: $schema=./${schemaName}
# A study for Theriac: theriac audit --config ${configName}
# Remove the # before a key to use it. Options on the command line win over what stands here; paths are seen from this file.

data:
  path: data.csv
  labels: [label] # columns to predict; several are one task each
  #text: [review] # columns of free text; then only text is learned from
  #features: [age, income] # default: every other column
  #drop: [row_number]
  #task: product # which of several related problems a row belongs to
  #source: account # who contributed a row
  #id: row_id

# ${explain("learner")}; there are ${ids(catalog.learners)}
#learner: logistic

#encoder:
#  bigrams: false # count pairs of neighbouring words too
#  fittedOn: poisoned # or frozen: scaling, categories and vocabulary always come from the clean rows

# ${explain("attacks")}; an id, or { id: …, params: { … } }
#attacks: [${ids(catalog.attacks)}]

# ${explain("detectors")}
#detectors: [${ids(catalog.detectors)}]

# ${explain("repairs")}
#repairs: [${ids(catalog.repairs)}]

# ${explain("effort")}
effort: ${defaults.effort} # ${efforts.join(", ")}

# ${explain("budgets")}
budgets: [${quick.budgets.join(", ")}]

# ${explain("seeds")}
seeds: ${quick.seeds}
seed: ${defaults.seed}

# ${explain("limits")}: ${configSchema.properties?.limits.items?.description ?? ""}
limits:
  - accuracyDrop@1% <= 0.05
strict: false # ${explain("strict")}

# ${explain("testFraction")}
testFraction: ${defaults.testFraction}

# ${explain("sharing")}
#sharing: pooled

# With several tasks: which receive poison, and which are meant to suffer.
#attackTasks: [a, b]
#targetTasks: [c]

# ${explain("out")}
#out: theriac-runs/first
`;
}
