import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Engine } from './engine.ts';

/** Has an engine check a configuration. Returns what it says against it, or null. */
export const refusalOf = async (engine: Engine, config: string): Promise<string | null> => {
  const child = spawn(engine.checker ?? engine.program, engine.check(config), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...engine.env() },
  });
  const ended = once(child, 'close');
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return code === 0 ? null : `${error}${out}`.trim();
};
