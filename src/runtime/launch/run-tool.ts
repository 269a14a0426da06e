/** Output of one of the system's tools; empty if it is missing or takes more than 2 s. */
export const runTool = async (file: string, args: readonly string[]): Promise<string> => {
  // Loaded late: it takes 12 ms, and no start of a pod needs it.
  const { execa } = await import('execa');
  const env = { LC_ALL: 'C' };
  // A missing tool, or one that found nothing and says so by its exit code, is no error: it has no output.
  const { stdout } = await execa(file, args, { env, timeout: 2000, reject: false, stdin: 'ignore' });
  return stdout;
};
