/** By what a JUnit file says which run of which version on which data it is of: the same for every kind of data. */
export function runProperties(
  run: {
    readonly theriac: string;
    readonly node: string;
    readonly platform: string;
    readonly git: { readonly commit: string; readonly dirty: boolean } | null;
    readonly name: string;
  },
  files: readonly { readonly sha256: string }[],
): Record<string, string> {
  return {
    theriac: run.theriac,
    node: run.node,
    platform: run.platform,
    ...(run.git === null ? {} : { "git.commit": run.git.commit, "git.dirty": String(run.git.dirty) }),
    run: run.name,
    ...Object.fromEntries(files.map(({ sha256 }, i) => [`data.${i}.sha256`, sha256])),
  };
}
