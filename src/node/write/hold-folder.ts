import { removeLeftovers } from "./leftovers.ts";
import { lockFolder } from "./lock-folder.ts";
import { makeFolder, removeEmptyFolders } from "./make-folder.ts";
import { writeFailure } from "./write-failure.ts";

/**
 * Makes the folder of a result that takes its time, keeps others out of it, and clears up what killed ones left there.
 *
 * @returns what gives it back, and takes it away where nothing has come into it
 * @throws UsageError where it cannot be written, or another process holds it
 */
export async function holdFolder(path: string, option: string): Promise<() => Promise<void>> {
  const created = makeFolder(path, { option });
  try {
    const unlock = await lockFolder(path);
    try {
      removeLeftovers(path);
    } catch (error) {
      await unlock();
      throw writeFailure(path, error, { option });
    }
    return async () => {
      await unlock();
      removeEmptyFolders(path, created);
    };
  } catch (error) {
    removeEmptyFolders(path, created);
    throw error;
  }
}
