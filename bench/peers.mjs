import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Starts peers.py, or another script that answers each line with one, on one thread; null where there is no Python that can run it. */
export async function startPeers({
  script = join(import.meta.dirname, "peers.py"),
  python = process.env["THERIAC_PYTHON"] ?? "python3",
} = {}) {
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const child = spawn(python, [script], {
    env,
    stdio: ["pipe", "pipe", process.env["DEBUG"] ? "inherit" : "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = once(child, "exit").then(
    () => ({ done: true }),
    () => ({ done: true }),
  );
  const answer = async () => {
    const { done, value } = await Promise.race([lines.next(), gone]);
    return done ? null : JSON.parse(value);
  };
  const versions = await answer();
  if (versions === null) return null;
  return {
    versions,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const found = await answer();
      if (found === null) throw new Error(`the peer failed at ${request.peer}; set DEBUG=1 to see why`);
      return found;
    },
    close: () => child.stdin.end(),
  };
}
