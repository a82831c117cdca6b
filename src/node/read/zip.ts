import { UsageError } from "../../core/errors.ts";
import { printBytes } from "./memory.ts";

/**
 * The entries of a ZIP archive that are wanted, by their names.
 *
 * @param limitBytes of all of them unpacked; no more is ever unpacked than the archive says
 * @throws UsageError where the archive is damaged or its entries are larger
 */
export async function readZip(
  path: string,
  bytes: Uint8Array,
  limitBytes: number,
  isWanted: (name: string) => boolean,
): Promise<Record<string, Uint8Array>> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    throw new UsageError(`${path} is no ZIP archive, as such files are: it is damaged, or something else`);
  const { unzipSync } = await import("fflate");
  let size = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!isWanted(name)) return false;
        size += originalSize;
        if (size > limitBytes) throw new UsageError(`${path} unpacks to more than ${printBytes(limitBytes)}`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be unpacked: ${(error as Error).message}`);
  }
}
