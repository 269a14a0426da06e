import type { ActionOptions } from '../options.ts';
import { runCommand } from '../run-command.ts';
import { ask } from '../sources/ask.ts';

/** consul-template gives a command as long. */
const COMMAND_TAKES = 60_000;
const REQUEST_TAKES = 10_000;
const MOST_OUTPUT = 64 * 1024;

/** Runs a command, or sends a request, for files that have changed. Rejects with what went wrong. */
export const act = async (
  action: ActionOptions,
  files: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> => {
  if (action.kind === 'exec') {
    const options = { folder, timeout: COMMAND_TAKES, limit: MOST_OUTPUT, signal };
    await runCommand(action.command, { ...options, env: { CHANGED_FILES: files.join('\n') } });
    return;
  }
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ files });
  const asked = { method: 'POST', headers, body, timeout: REQUEST_TAKES, signal };
  const { status } = await ask(action.url, asked);
  if (status < 200 || status > 299) throw new Error(`${action.url} answered with ${status}`);
};
