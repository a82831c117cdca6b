import { visible } from "../core/text/visible.ts";
import { redrawLine, say, terminalColumns } from "./output.ts";

/** How far a long command is: a bar that is redrawn on a terminal, else a plain line now and then. */
export interface Progress {
  update(done: number, total: number, running: string): void;
  /** Leaves the terminal clean for what is printed next. */
  end(): void;
}

const plainLineEveryMs = 5_000;

/** @param said how far it is, in words; trials by default */
export function makeProgress({ quiet, said = trialsOf }: { readonly quiet: boolean; readonly said?: typeof trialsOf }): Progress {
  if (quiet) return { update: () => {}, end: () => {} };
  const columns = terminalColumns();
  const started = performance.now();
  let lastLine = started;

  return {
    update(done, total, running) {
      const now = performance.now();
      const left = done === 0 ? "" : `, ${duration(((now - started) / done) * (total - done))} left`;
      const text = visible(`${said(done, total)}${left}: ${running}`);
      if (columns !== null) redrawLine(`${bar(done / total)} ${text}`.slice(0, Math.max(20, columns - 1)));
      else if (now - lastLine >= plainLineEveryMs) {
        lastLine = now;
        say(text);
      }
    },
    end() {
      if (columns !== null) redrawLine("");
    },
  };
}

const trialsOf = (done: number, total: number): string => `${done}/${total} trials`;

const barWidth = 20;

/** A bar of full and empty blocks. `share` in [0, 1]. */
function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

/** `40 s`, `3 min`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
