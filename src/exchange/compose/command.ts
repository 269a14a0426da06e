import { join, posix, relative } from 'node:path';
import { commandOf } from '../form/command-line.ts';
import type { Value } from '../form/found-pod.ts';
import { interpolated } from '../form/interpolation.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { packageScript } from '../package/package-script.ts';
import { isThere } from '../reading/machine.ts';
import { list, text } from '../reading/read-yaml.ts';
import { splitWords } from '../reading/split-words.ts';
import { isLanguageImage, type KnownProgram, knownProgram } from './known-images.ts';
import { interpolateForShell } from './probe.ts';
import type { Service } from './service.ts';

/** What a service runs here, or the reason why it cannot. */
export type ComposeCommand =
  | {
      readonly kind: 'command';
      readonly command: Value;
      /** Folder that it runs in, as seen from the Compose file. */
      readonly cwd: string;
      /** True for a script of the package that the service is built from. */
      readonly isScript?: boolean;
    }
  /** A known program; the config chooses its port. */
  | { readonly kind: 'known'; readonly program: KnownProgram; readonly args: readonly string[] }
  | Unrunnable;

interface Unrunnable {
  readonly kind: 'none';
  readonly because: string;
  /** True for a container that is only there for somebody to enter it. */
  readonly isIdle?: boolean;
}

export const readCommand = (service: Service, source: Source, reportLoss: ReportLoss): ComposeCommand => {
  const entrypoint = wordsOf(service.data['entrypoint']);
  const command = wordsOf(service.data['command']);
  if (isIdle([...entrypoint, ...command]))
    return { ...none('it only keeps its container open'), isIdle: true };
  const chooser = new Chooser(service, source, reportLoss);
  return service.code === undefined
    ? chooser.ofImage(entrypoint, command)
    : chooser.ofCode(service.code, entrypoint, command);
};

export const wordsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? splitWords(value) : list(value).map((word) => text(word) ?? '');

const none = (because: string): Unrunnable => ({ kind: 'none', because });

const isIdle = (words: readonly string[]): boolean => IDLE.test(words.join(' '));

const IDLE =
  /^(\/bin\/)?((sh|bash) -c )?(while (sleep|true|:).*|sleep (infinity|inf|\d{4,}d?)|tail -f \/dev\/null)$/;

const SHELL = /^(\/bin\/|\/usr\/bin\/)?(ba|da|z|a)?sh$/;

class Chooser {
  readonly #service: Service;
  readonly #source: Source;
  readonly #reportLoss: ReportLoss;

  constructor(service: Service, source: Source, reportLoss: ReportLoss) {
    this.#service = service;
    this.#source = source;
    this.#reportLoss = reportLoss;
  }

  /** The code of others: only a known server, or a program of a language, is the same here. */
  ofImage(entrypoint: readonly string[], command: readonly string[]): ComposeCommand {
    const { image } = this.#service;
    const known = knownProgram(image);
    if (entrypoint.length === 0 && known !== undefined && isForKnown(command, known)) {
      if (!this.#source.machine.hasProgram(known.program)) return none(`${known.program} is not on the PATH`);
      return {
        kind: 'known',
        program: known,
        args: command.filter((word, at) => at > 0 || word !== known.program),
      };
    }
    const words = [...entrypoint, ...command];
    const [program] = words;
    if (program === undefined) return none('its command is the one in its image');
    const outside = this.#onlyInImage(words);
    if (outside !== undefined) return none(`'${outside}' is a path in its image`);
    if (SHELL.test(program)) return none('its shell line is for its image');
    if (entrypoint.length === 0 && !isLanguageImage(image))
      return none(`'${words.join(' ')}' is for the entrypoint of its image`);
    if (!this.#source.machine.hasProgram(program)) return none(`'${program}' is not on the PATH`);
    this.#reportFolder();
    return { kind: 'command', command: this.#written(words), cwd: '.' };
  }

  /** The user's code: the Compose file has the command, or its package, or its Dockerfile. */
  ofCode(code: string, entrypoint: readonly string[], command: readonly string[]): ComposeCommand {
    const { dockerfile } = this.#service;
    const own = entrypoint.length > 0 ? [] : interpreter(dockerfile?.entrypoint ?? []);
    if (entrypoint.length > 0 || command.length > 0)
      return this.#atHome([...own, ...entrypoint, ...command], code);
    const script = this.#isOfPackage() ? packageScript(this.#source, code) : null;
    if (script !== null) return { kind: 'command', command: script, cwd: code, isScript: true };
    if (dockerfile?.words == null) return none('neither the Compose file nor its Dockerfile has a command');
    return this.#atHome(dockerfile.words, code);
  }

  /** A Dockerfile without a word of Node runs something else than the package beside it. */
  #isOfPackage(): boolean {
    const { dockerfileText } = this.#service;
    return dockerfileText === null || /\b(node|npm|yarn|pnpm|bun|package\.json)\b/.test(dockerfileText);
  }

  /** Words with the paths of the container as those of this machine. */
  #atHome(written: readonly string[], code: string): ComposeCommand {
    const words = withoutInit(written);
    const { containerFolder, paths } = this.#service;
    const mapped = containerFolder === '/' ? null : paths.toHost(containerFolder);
    const cwd = mapped === null || !this.#isFolder(mapped) ? code : mapped;
    const outside = this.#onlyInImage(words);
    if (outside !== undefined) return none(`'${outside}' is a path in its image`);
    const home = words.map((word) => this.#pathHere(word, cwd));
    const [program = ''] = home;
    const isPath = program.includes('/') && !program.startsWith('/') && !program.includes('$');
    if (isPath && !this.#isHere(posix.join(cwd, program))) return none(`'${program}' is a file in its image`);
    if (mapped === null) this.#reportFolder();
    return { kind: 'command', command: this.#written(home), cwd };
  }

  #isHere(path: string): boolean {
    return isThere(this.#source.machine, path.startsWith('/') ? path : join(this.#source.folder, path));
  }

  /** A folder of the Compose file that is only in the image. */
  #reportFolder(): void {
    const { data, dockerfile, containerFolder } = this.#service;
    if (data['working_dir'] !== undefined && dockerfile?.folder !== containerFolder)
      this.#reportLoss(`${containerFolder} is a path in its image`, 'working_dir');
  }

  #isFolder(path: string): boolean {
    return this.#source.machine.isFolder(path.startsWith('/') ? path : join(this.#source.folder, path));
  }

  /** The first absolute path that no mount or copied file has, and that is not on this machine. */
  #onlyInImage(words: readonly string[]): string | undefined {
    const paths = words.flatMap((word) => /^(?:exec\s+)?(\/[\w.@/-]+)/.exec(word)?.[1] ?? []);
    return paths.find(
      (path) =>
        !SHELL.test(path) &&
        !/^\/(dev|proc|tmp)(\/|$)/.test(path) &&
        !this.#isHere(this.#service.paths.toHost(path) ?? path),
    );
  }

  #pathHere(word: string, cwd: string): string {
    if (!/^\/[\w.@/-]+$/.test(word)) return word;
    const path = this.#service.paths.toHost(word);
    if (path === null) return word;
    const seen = path.startsWith('/') ? path : relative(join('/', cwd), join('/', path));
    return seen === '' ? '.' : seen.includes('/') || word !== this.#firstWord ? seen : `./${seen}`;
  }

  get #firstWord(): string | undefined {
    return (
      withoutInit([...wordsOf(this.#service.data['command'])])[0] ?? this.#service.dockerfile?.words?.[0]
    );
  }

  /** A shell line keeps what is the shell's; in words Compose fills in variables. */
  #written(words: readonly string[]): Value {
    const [program = '', flag, line] = words;
    if (SHELL.test(program) && flag === '-c' && line !== undefined && words.length === 3) {
      const kept = interpolateForShell(line);
      return /bash$/.test(program) ? ['bash', '-c', kept] : kept;
    }
    const filled = words.map((word) => interpolated(word, this.#reportLoss));
    return filled.every((word) => typeof word === 'string') ? commandOf(filled) : filled;
  }
}

/** Words for the server itself: its name, options, or a file with its configuration is not among them. */
const isForKnown = ([first]: readonly string[], { program }: KnownProgram): boolean =>
  first === undefined || first.startsWith('-') || first === program;

/** An entrypoint that is a language's program belongs before a command; a script for the image does not. */
const interpreter = (words: readonly string[]): readonly string[] =>
  words.length > 0 &&
  /^(node|python3?|ruby|php|bun|deno|java|npm|yarn|pnpm|poetry|uv|bundle)$/.test(
    posix.basename(words[0] ?? ''),
  )
    ? words
    : [];

/** `tini --` and `dumb-init` reap processes in a container, which a pod does itself. */
const withoutInit = (words: readonly string[]): readonly string[] => {
  const [first = '', ...rest] = words;
  if (!/(^|\/)(tini|dumb-init)$/.test(first)) return words;
  const from = rest.findIndex((word) => !word.startsWith('-') || word === '--');
  return rest.slice(rest[from] === '--' ? from + 1 : from);
};
