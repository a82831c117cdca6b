import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { arch, platform, release } from "node:os";
import { version } from "./version.ts";

/** What a run was made with. */
export interface Provenance {
  readonly theriac: string;
  readonly node: string;
  readonly platform: string;
  /** Of the working folder; null where it is in no git repository. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
}

export async function provenance(): Promise<Provenance> {
  return { theriac: version, node: process.version, platform: `${platform()} ${arch()} ${release()}`, git: await gitState() };
}

async function gitState(): Promise<Provenance["git"]> {
  const commit = await git(["rev-parse", "HEAD"]);
  const changes = await git(["status", "--porcelain"]);
  return commit === null || changes === null ? null : { commit: commit.trim(), dirty: changes.trim() !== "" };
}

/** What git prints, or null where there is no git, no repository or no commit. */
function git(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("git", [...args], { timeout: 10_000, maxBuffer: 1 << 26 }, (error, stdout) => resolve(error === null ? stdout : null));
  });
}

/** SHA-256 in hexadecimal. */
export function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
