// CPU seconds until the program has said what it only says: --version, --help, the help of its longest command. No peer.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
/** Tells, as the process ends, what it used. */
const meter = `data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process._rawDebug("CPU "+(user+system)/1e3)})`;

export function benchStartUp({ small }) {
  const msOf = (args) => {
    const { stderr } = spawnSync(process.execPath, ["--import", meter, main, ...args], { encoding: "utf8" });
    return Number(/^CPU ([\d.]+)$/m.exec(stderr)[1]);
  };
  const runs = {};
  for (const args of [["--version"], ["--help"], ["audit", "--help"]])
    runs[args.join(" ")] = Array.from({ length: small ? 1 : 9 }, () => msOf(args));
  const seconds = Object.fromEntries(Object.entries(runs).map(([name, times]) => [`${name} (s)`, Math.min(...times) / 1e3]));
  return { cpuMs: Math.min(...runs["--help"]), runs, ...seconds };
}
