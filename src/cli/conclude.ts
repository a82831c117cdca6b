import { version } from "../node/runs/version.ts";
import { exitCodes } from "./exit-codes.ts";
import { faultOf } from "./fault.ts";
import { onOutputFault, say, sayInOneLine } from "./output.ts";
import { signalExitCode } from "./interruption.ts";

/** Says what went wrong and gives its exit code. */
export function conclude(error: unknown): number {
  const { exitCode, message, stack } = faultOf(error);
  sayInOneLine(`theriac: ${message}`);
  if (stack !== null) {
    stack.forEach(say);
    sayInOneLine(
      `This is a fault of Theriac ${version} (Node ${process.version}, ${process.platform}): please report the lines above, with the command that led to them, where you got Theriac from.`,
    );
  }
  return exitCode;
}

/**
 * Has the exit code say what the command itself cannot know: that its output did not arrive, which signal stopped it, that it ended without coming to an end.
 */
export function watchEnd(hasEnded: () => boolean): void {
  let isLost = false;
  onOutputFault((error) => {
    if (isLost) return;
    isLost = true;
    sayInOneLine(
      `theriac: the result could not be written to standard output (${error.message}): give it another place, and run the command again`,
    );
  });
  process.on("exit", (code) => {
    if (isLost) process.exitCode = exitCodes.incomplete;
    else if (code === exitCodes.interrupted) process.exitCode = signalExitCode();
    else if (code === 0 && !hasEnded()) {
      sayInOneLine(`theriac: it ended before it was done, and nobody knows why; this is a fault of Theriac ${version}: please report it`);
      process.exitCode = exitCodes.bug;
    }
  });
}
