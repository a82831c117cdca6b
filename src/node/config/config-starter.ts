import { join } from "node:path";
import { writeFiles } from "../write/write-files.ts";
import { configSchema, methodsByKind } from "./config-schema.ts";
import { type DataKind, type Option } from "./options/option.ts";
import { optionsOf } from "./options/options.ts";

const configName = "theriac.config.yaml";
const schemaName = "theriac.config.schema.json";

/** Writes a configuration to start from and its schema. @throws UsageError where one of them is there already */
export function writeStarter(folder: string, kind: DataKind): { configPath: string; schemaPath: string } {
  const [configPath, schemaPath] = [join(folder, configName), join(folder, schemaName)];
  writeFiles([
    { path: configPath, content: starterText(kind) },
    { path: schemaPath, content: `${JSON.stringify(configSchema(), null, 1)}\n` },
  ]);
  return { configPath, schemaPath };
}

/** Every key with its meaning. What is commented out, with no blank after the #, shows the default or an example. */
export function starterText(kind: DataKind): string {
  const keyed = optionsOf("audit", kind).filter(({ key }) => key !== undefined);
  const inData = keyed.filter(({ key }) => /^data\.\w+$/.test(key!));
  const others = keyed.filter(({ key }) => !key!.includes("."));
  const data = inData.map((option) => `  ${lineOf(option, kind)} # ${aboutOf(option)}`);
  return `# yaml-language-server: $schema=./${schemaName}
# A study for Theriac: theriac audit --config ${configName}
# Remove the # before a key to use it. Options on the command line win over what stands here; paths are seen from this file.

data:
${data.join("\n")}
${others.map((option) => `\n# ${aboutOf(option)}\n${lineOf(option, kind)}`).join("\n")}
`;
}

const aboutOf = ({ help, about = help }: Option): string => about;

function lineOf(option: Option, kind: DataKind): string {
  const name = option.key!.replace("data.", "");
  return `${option.starts === true ? "" : "#"}${name}: ${option.example ?? exampleOf(option, kind)}`;
}

/** The default, or the first that is allowed. */
function exampleOf({ type, default: unasked }: Option, kind: DataKind): string {
  if (unasked !== undefined) return String(unasked);
  switch (type.of) {
    case "methods":
      return `[${methodsByKind[kind][type.list].map(({ id }) => id).join(", ")}]`;
    case "choices":
      return `[${type.among.join(", ")}]`;
    case "choice":
    case "one-choice":
      return type.among[0];
    default:
      return "true";
  }
}
