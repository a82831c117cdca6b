import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface View {
  readonly child: ChildProcess;
  readonly address: string;
  /** Without the token. */
  readonly base: string;
  readonly ended: Promise<number>;
}

/** `theriac view` in a folder, once it listens. */
export async function startView(folder: string, ...args: readonly string[]): Promise<View> {
  const child = spawn(process.execPath, [main, "view", ...args, "--no-open"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  const address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes("\n")) resolve(text.split("\n", 1)[0]);
    });
    void ended.then((code) => reject(new Error(`theriac view ended with ${code} before it listened`)));
  });
  return { child, address, base: address.split("?")[0], ended };
}

export interface Tab {
  readonly page: Page;
  /** Errors of the page, refusals by its policy, and requests that left the machine. */
  readonly complaints: string[];
}

export async function openTab(
  browser: Browser,
  address: string,
  { width = 1440, height = 900, colours = "light" }: { width?: number; height?: number; colours?: "light" | "dark" } = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: colours });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  return { page, complaints };
}
