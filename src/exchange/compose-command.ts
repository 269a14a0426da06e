import { join } from 'node:path';
import { interpolateForShell } from './compose-probe.ts';
import { dockerfileCommand } from './dockerfile.ts';
import type { Value } from './found-pod.ts';
import { readPackage } from './from-package.ts';
import { isOnPath, readIfThere } from './host.ts';
import { interpolated } from './interpolation.ts';
import { type KnownProgram, knownProgram } from './known-images.ts';
import { type Data, list, record, text } from './read-yaml.ts';
import { splitWords } from './split-words.ts';

/** The command that a service runs here, or the reason why it cannot. */
export type ComposeCommand =
  | { readonly kind: 'command'; readonly command: Value }
  /** A known program; the config chooses its port. */
  | { readonly kind: 'known'; readonly program: KnownProgram }
  | { readonly kind: 'none'; readonly because: string };

/** Folder that a service is built from, relative to the Compose file; null for a service that only has an image. */
export const buildContext = (service: Data): string | null => {
  const { build } = service;
  return build === undefined ? null : (text(build) ?? text(record(build)['context']) ?? '.');
};

export const readCommand = (
  service: Data,
  folder: string,
  reportLoss: (sentence: string) => void,
): ComposeCommand => {
  const context = buildContext(service);
  const entrypoint = wordsOf(service['entrypoint']);
  const command = wordsOf(service['command']);
  const words = [...entrypoint, ...command];
  if (context !== null) return ofBuild(service, words, join(folder, context), reportLoss);
  const image = text(service['image']) ?? '';
  const known = knownProgram(image);
  if (entrypoint.length === 0 && (words[0] ?? '-').startsWith('-') && known !== undefined) {
    if (!isOnPath(known.program)) return none(`${known.program} of its image ${image} is not on the PATH`);
    const args = words.map((word) => interpolated(word, reportLoss));
    return words.length === 0 ? { kind: 'known', program: known } : written([known.program, ...args]);
  }
  const [program] = words;
  if (program === undefined) return none(`it has no command of its own, only the one in its image ${image}`);
  if (!isOnPath(program)) return none(`'${program}' of its image ${image} is not on the PATH`);
  return written(commandOf(words, service['command'], reportLoss));
};

const none = (because: string): ComposeCommand => ({ kind: 'none', because });
const written = (command: Value): ComposeCommand => ({ kind: 'command', command });

const wordsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? splitWords(value) : list(value).map((word) => text(word) ?? '');

/** The user's own code: the command is in the folder that the service is built from, unless the Compose file has it. */
const ofBuild = (
  service: Data,
  words: readonly string[],
  context: string,
  reportLoss: (sentence: string) => void,
): ComposeCommand => {
  if (words.length > 0) return written(commandOf(words, service['command'], reportLoss));
  const script = packageScript(context);
  if (script !== null) return written(script);
  const dockerfile = text(record(service['build'])['dockerfile']) ?? 'Dockerfile';
  const fromImage = dockerfileCommand(readIfThere(join(context, dockerfile)) ?? '');
  if (fromImage === null) return none('neither the Compose file nor its Dockerfile has a command');
  const [shell, flag, line] = fromImage;
  if (shell === 'sh' && flag === '-c' && line !== undefined && fromImage.length === 3) return written(line);
  return written(fromImage);
};

const packageScript = (folder: string): Value | null => {
  const file = join(folder, 'package.json');
  const content = readIfThere(file);
  if (content === null) return null;
  const { primary, processes } = readPackage(file, file, content);
  return processes.find(({ name }) => name === primary)?.fields['command'] ?? null;
};

/** `sh -c LINE` becomes the line; plain words stay a list. */
const commandOf = (
  words: readonly string[],
  source: unknown,
  reportLoss: (sentence: string) => void,
): Value => {
  const [program = '', flag, line] = words;
  if (/^(\/bin\/)?sh$/.test(program) && flag === '-c' && words.length === 3 && line !== undefined) {
    return interpolateForShell(line);
  }
  if (typeof source === 'string' && words.every((word) => /^[\w@%+=:,./-]+$/.test(word)))
    return words.join(' ');
  return words.map((word) => interpolated(word, reportLoss));
};
