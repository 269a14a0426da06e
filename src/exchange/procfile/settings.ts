import { basename, join } from 'node:path';
import type { Source } from '../format.ts';
import { readEnvFile } from '../reading/dot-env.ts';
import { number, readYaml, record, text } from '../reading/read-yaml.ts';

/** What the runner of a Procfile is told beside it. */
export interface Settings {
  /** Port of the first process. */
  readonly port: number;
  /** Distance between the ports of two processes. */
  readonly step: number;
  /** Env files, as seen from the Procfile's folder, or null for those that a runner reads by itself. */
  readonly envFiles: readonly string[] | null;
  /** Number of instances by process; `all` is for those that are not named. */
  readonly formation: ReadonlyMap<string, number>;
  readonly canDie: readonly string[];
  readonly stopSignals: ReadonlyMap<string, string>;
  /** Seconds that a stop may take. */
  readonly timeout: number | undefined;
  readonly ignored: readonly string[];
  /** Another Procfile than the usual one. */
  readonly procfile: string | undefined;
  /** Names of the files that say all this. */
  readonly from: readonly string[];
}

/** foreman, honcho and overmind give each process a port: 5000, 5100, … in the order of the lines. */
const FIRST_PORT = 5000;
const PORT_STEP = 100;

/**
 * Reads `.foreman`, `.overmind.env`, `.env` and, for a Procfile for development, `bin/dev`. The command line in `bin/dev`
 * wins over its variables and over foreman's file, and these over the `.env`.
 */
export const readSettings = (source: Source): Settings => {
  const read = (name: string): string => source.machine.read(join(source.folder, name)) ?? '';
  const overmind = new Map(Object.entries(readEnvFile(read('.overmind.env'))));
  const foreman = record(readYaml(read('.foreman')));
  const script = basename(source.file) === 'Procfile.dev' ? readBinDev(read('bin/dev')) : {};
  const dotEnv = readEnvFile(read('.env'));
  const port =
    script.port ??
    number(foreman['port']) ??
    number(overmind.get('OVERMIND_PORT')) ??
    script.variable ??
    number(dotEnv['PORT']);
  const envFile = script.envFile ?? text(foreman['env']);
  const written =
    text(foreman['formation']) ?? text(foreman['concurrency']) ?? overmind.get('OVERMIND_FORMATION');
  return {
    port: port ?? FIRST_PORT,
    step: number(overmind.get('OVERMIND_PORT_STEP')) ?? PORT_STEP,
    envFiles: envFile === undefined ? null : namesIn(envFile).filter((file) => file !== '/dev/null'),
    formation: new Map(pairsIn(written).map(([name, count]) => [name, Number(count)])),
    canDie: namesIn(overmind.get('OVERMIND_CAN_DIE')),
    stopSignals: new Map(pairsIn(overmind.get('OVERMIND_STOP_SIGNALS'))),
    timeout: number(overmind.get('OVERMIND_TIMEOUT')) ?? number(foreman['timeout']),
    procfile: text(foreman['procfile']) ?? overmind.get('OVERMIND_PROCFILE'),
    ignored: namesIn(overmind.get('OVERMIND_IGNORED_PROCESSES')),
    from: [
      ...(overmind.size > 0 ? ['.overmind.env'] : []),
      ...(Object.keys(foreman).length > 0 ? ['.foreman'] : []),
      ...(script.port !== undefined || script.variable !== undefined ? ['bin/dev'] : []),
    ],
  };
};

interface BinDev {
  /** Port on the runner's command line. */
  readonly port?: number | undefined;
  /** Value or default of the variable PORT. */
  readonly variable?: number | undefined;
  readonly envFile?: string | undefined;
}

/** Rails' `bin/dev`, a shell script that ends in the runner. */
const readBinDev = (script: string): BinDev => {
  const code = script.replace(/^\s*#.*$/gm, '');
  const runner = /\b(?:foreman|overmind|hivemind|honcho)\s+(?:start|s)?\b.*$/m.exec(code)?.[0] ?? '';
  const variable =
    /\bPORT="?\$\{PORT:?[-=](\d+)\}/.exec(code) ??
    /(?:^|\s|")\$\{PORT:?=(\d+)\}/.exec(code) ??
    /(?:^|\s)(?:export\s+|ENV\[["'])?PORT(?:["']\]\s*(?:\|\|)?)?\s*=\s*["']?(\d+)/m.exec(code);
  return {
    port: number(/\s(?:-p|--port)[ =]?(?:"?\$\{PORT:-)?(\d+)/.exec(runner)?.[1]),
    variable: number(variable?.[1]),
    envFile: /\s(?:-e|--env)[ =](\S+)/.exec(runner)?.[1],
  };
};

const namesIn = (written: string | undefined): readonly string[] =>
  (written ?? '').split(/[,\s]+/).filter((name) => name !== '');

const pairsIn = (written: string | undefined): ReadonlyArray<readonly [string, string]> =>
  namesIn(written).flatMap((pair) => {
    const [name, value] = pair.split('=');
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
