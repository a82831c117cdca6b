import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../core/errors.ts";

// Packages that Theriac does without until they are needed. npm leaves an optional package out without a word when its own install script fails, which behind a
// firewall is the rule for onnxruntime-node: the script loads files for graphics cards that Theriac never uses; what it uses lies in the package itself.

type OptionalPackage = "onnxruntime-node" | "sharp";

/** The folder of this package. */
const home = fileURLToPath(new URL("../..", import.meta.url));

/** Loads it. @throws UsageError where it is not installed or cannot be loaded here; the message ends with the command that installs it */
export async function loadOptionalPackage<T>(name: OptionalPackage, purpose: string): Promise<T> {
  try {
    return (await import(name as string)) as T;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UsageError(
      `${purpose} need the optional package ${name}, which could not be loaded here (${why}); this installs it: ${installCommand(name)}`,
    );
  }
}

/** The command that installs the package where Theriac finds it, without running what the package would download. */
export function installCommand(name: OptionalPackage, from: string = home): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const wanted = `--ignore-scripts ${name}@${optionalDependencies[name]}`;
  const folder = folderOf(from);
  // A folder of packages without a package.json is that of packages that are installed for all.
  if (!existsSync(join(folder, "package.json"))) return `npm install --global ${wanted}`;
  return `npm install${folder === process.cwd() ? "" : ` --prefix ${JSON.stringify(folder)}`} --no-save ${wanted}`;
}

/** The folder in whose node_modules Theriac lies; of a checkout the checkout itself. */
function folderOf(from: string): string {
  const own = from.replace(/[\\/]+$/, "");
  return basename(dirname(own)) === "node_modules" ? dirname(dirname(own)) : own;
}
