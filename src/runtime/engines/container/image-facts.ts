import type { StopSignal } from '../../../model/stop-signal.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { signalName, signalNumber } from '../../signal-names.ts';
import type { ContainerCli } from './container-cli.ts';

const ANSWERS_WITHIN: Milliseconds = 20_000;

/** What an image says of itself. */
export interface ImageFacts {
  /** Signal that ends its program in order; null: it names none. */
  readonly stopSignal: StopSignal | null;
  /** True if it has a program to run of its own. */
  readonly hasCommand: boolean;
}

/**
 * Asks an engine for images that it has, in one call for all of them: an image that it does not have is left out. An
 * engine prints what it has found in the order of the names, but does not name what it has not.
 */
export const inspectImages = async (
  cli: ContainerCli,
  images: readonly string[],
): Promise<ReadonlyMap<string, ImageFacts>> => {
  if (images.length === 0) return new Map();
  const words = ['image', 'inspect', '--format', '{{json .Config}}', ...images];
  const { ok, stdout } = await cli.ask(words, { timeout: ANSWERS_WITHIN });
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  if (ok && lines.length === images.length)
    return new Map(images.map((image, index) => [image, readImageConfig(lines[index] ?? '')]));
  if (images.length === 1) return new Map();
  const each = await Promise.all(images.map((image) => inspectImages(cli, [image])));
  return new Map(each.flatMap((found) => [...found]));
};

/** Parts of an image's configuration, as OCI describes it. */
interface ImageConfig {
  readonly StopSignal?: string | null;
  readonly Entrypoint?: string | readonly string[] | null;
  readonly Cmd?: string | readonly string[] | null;
}

/**
 * Reads the configuration of an image.
 *
 * @example
 * readImageConfig('{"Cmd":["nginx"],"StopSignal":"SIGQUIT"}').stopSignal; // { signal: 'SIGQUIT', signalNumber: 3 }
 */
export const readImageConfig = (text: string): ImageFacts => {
  const { StopSignal, Entrypoint, Cmd } = parsed(text);
  return {
    stopSignal: readStopSignal(StopSignal ?? ''),
    hasCommand: (Entrypoint ?? '').length > 0 || (Cmd ?? '').length > 0,
  };
};

const parsed = (text: string): ImageConfig => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
};

/** A number, or a name with or without SIG. podman writes the number of what a Dockerfile names. */
const readStopSignal = (written: string): StopSignal | null => {
  const given = written.trim().toUpperCase();
  if (given === '') return null;
  const signal = /^\d+$/.test(given)
    ? signalName(Number(given))
    : given.startsWith('SIG')
      ? given
      : `SIG${given}`;
  const number = signalNumber(signal);
  return number === 0 ? null : { signal, signalNumber: number };
};
