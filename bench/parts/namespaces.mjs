// Network namespaces of their own, each with one cable to this machine and nothing else: what runs in one reaches no worker in another. Needs root and `ip`.
import { execFileSync } from "node:child_process";

/** `{ reason }` where none can be made here. */
export function makeNamespaces(count) {
  const made = [];
  const ip = (...args) => execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"] });
  const remove = () => {
    for (const { name } of made.splice(0)) ip("netns", "del", name);
  };
  try {
    for (let i = 0; i < count; i++) {
      const name = `theriac-${process.pid}-${i}`;
      // At most 15 letters.
      const [here, there] = [`th${process.pid % 100000}h${i}`, `th${process.pid % 100000}n${i}`];
      const subnet = `10.${200 + (process.pid % 50)}.${i}`;
      ip("netns", "add", name);
      made.push({ name, host: `${subnet}.1` });
      ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name);
      ip("addr", "add", `${subnet}.1/30`, "dev", here);
      ip("link", "set", here, "up");
      ip("-n", name, "addr", "add", `${subnet}.2/30`, "dev", there);
      ip("-n", name, "link", "set", there, "up");
      ip("-n", name, "link", "set", "lo", "up");
    }
    return { namespaces: [...made], remove };
  } catch (error) {
    remove();
    return { reason: String(error.stderr ?? error.message).trim() };
  }
}
