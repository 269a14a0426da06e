import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FileSpec, ProcessSpec } from '../model/pod-spec.ts';
import { printable } from '../report/printable.ts';
import { composeEnvironment } from '../runtime/launch/environment.ts';

/** An engine checks a large configuration in less than a second. */
const CHECKS_WITHIN = 20_000;

/**
 * Has the engines of ready-made sidecars check the configurations that they would get. Each is written into a folder of
 * its own, which is gone afterwards, with certificates of a CA of its own. Returns the words of those that refuse.
 */
export const findEngineProblems = async (processes: readonly ProcessSpec[]): Promise<string[]> => {
  const all = processes.filter(({ origin }) => origin !== null && origin.engine !== 'embedded');
  const found = await Promise.all(all.map(findEngineProblem));
  return found.filter((problem) => problem !== null);
};

const findEngineProblem = async ({ name, files, launch }: ProcessSpec): Promise<string | null> => {
  const { command } = launch;
  const composed = composeEnvironment(launch.env);
  if (command.kind !== 'direct' || !composed.ok) return null;
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-check-'));
  try {
    for (const file of files)
      writeFileSync(join(folder, file.name), contentIn(folder, file), { mode: 0o600 });
    const args = command.args.map((arg) => moved(arg, files, folder));
    await promisify(execFile)(command.file, [...args, '--check'], {
      env: composed.env,
      timeout: CHECKS_WITHIN,
    });
    return null;
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    const words = (stderr ?? message).trim().replaceAll(`${folder}/`, '');
    return `${name}: ${words.split('\n').map(printable).join('\n')}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The files name each other. The CA of the user is not made for a check. */
const contentIn = (folder: string, file: FileSpec): string => {
  const content = moved(file.content, [file], folder);
  if (file.name !== 'options') return content;
  return JSON.stringify({ ...JSON.parse(content), certificates: join(folder, 'certificates', 'sidecarctl') });
};

const moved = (text: string, files: readonly FileSpec[], folder: string): string =>
  files.reduce((result, { path }) => result.replaceAll(dirname(path), folder), text);
