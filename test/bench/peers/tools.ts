import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CLI } from '../../support/command-line.ts';
import { configFile, type Project } from '../../support/project.ts';
import type { Tool, Work } from './tool.ts';

const listed = (lines: ReadonlyMap<string, string>, row: (name: string, line: string) => string): string =>
  [...lines].map(([name, line]) => row(name, line)).join('');

/** What the others are measured against: a shell that puts all of them into the background. */
export const SHELL: Tool = {
  name: 'a shell',
  stopSignal: 'SIGTERM',
  restarts: false,
  printsOutput: true,
  prepare: async (project, { lines }) => {
    const stop = "trap 'trap - TERM; kill 0; wait; exit' TERM\n";
    await project.write('all.sh', `${stop}${listed(lines, (_, line) => `${line} &\n`)}wait\n`);
    return { file: 'sh', args: ['all.sh'] };
  },
};

/** The command of a build. */
export const toolOf = (name: string, cli: string): Tool => ({
  name,
  stopSignal: 'SIGTERM',
  restarts: true,
  printsOutput: true,
  prepare: async (project, { lines, restart }) => {
    const fields = restart ? { restart: { policy: 'always', resetAfter: 0 } } : {};
    const sidecars = [...lines].map(([name, line]) => [name, { command: line.split(' '), ...fields }]);
    const primary = { command: ['sleep', '100000'], dependsOn: [] };
    const config = configFile({ sidecars: Object.fromEntries(sidecars), primary });
    await project.write('sidecars.config.mjs', config);
    return { file: process.execPath, args: [cli, 'up', '--ui', 'plain'] };
  },
});

export const OURS = toolOf('sidecarctl', CLI);

export const CONCURRENTLY = 'concurrently';
export const SUPERVISORD = 'supervisord';
/** What users type; the package is foreman, in npm. */
export const NF = 'nf (foreman)';
/** Of the tools that come from npm. */
export const NPM_PACKAGES = ['concurrently', 'foreman', 'pm2', 'mprocs'];

const concurrently = (folder: string): Tool | null =>
  ofPackage(folder, ['concurrently', 'concurrently'], (program) => ({
    name: CONCURRENTLY,
    stopSignal: 'SIGTERM',
    restarts: true,
    printsOutput: true,
    prepare: async (_, { lines, restart }) => ({
      file: process.execPath,
      args: [
        program,
        ...(restart ? ['--restart-tries', '-1', '--restart-after', '0'] : []),
        ...['--names', [...lines.keys()].join(',')],
        ...lines.values(),
      ],
    }),
  }));

const foreman = (folder: string): Tool | null =>
  ofPackage(folder, ['foreman', 'nf'], (program) => ({
    name: NF,
    stopSignal: 'SIGTERM',
    restarts: false,
    printsOutput: true,
    prepare: async (project, { lines }) => {
      await project.write(
        'Procfile',
        listed(lines, (name, line) => `${name}: ${line}\n`),
      );
      return { file: process.execPath, args: [program, 'start'] };
    },
  }));

const pm2 = (folder: string): Tool | null =>
  ofPackage(folder, ['pm2', 'pm2-runtime'], (program) => ({
    name: 'pm2-runtime',
    stopSignal: 'SIGTERM',
    restarts: true,
    printsOutput: true,
    prepare: async (project, { lines, restart }) => {
      const apps = [...lines].map(([name, line]) => {
        const [script, ...args] = line.split(' ');
        return { name, script, args, interpreter: 'none', autorestart: restart };
      });
      await project.write('ecosystem.config.json', JSON.stringify({ apps }));
      const env = { PM2_HOME: project.path('pm2') };
      return { file: process.execPath, args: [program, 'start', 'ecosystem.config.json'], env };
    },
  }));

/** It wants a terminal, which script(1) gives it, and one with a size: without, it crashes when a process prints. */
const mprocs = (folder: string): Tool | null => {
  const platform = `-linux-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-musl`;
  const modules = join(folder, 'node_modules/mprocs');
  const build = existsSync(modules) && readdirSync(modules).find((entry) => entry.endsWith(platform));
  const program = join(modules, build || '', 'mprocs');
  if (!build || !existsSync(program) || find('script') === null) return null;
  return {
    name: 'mprocs',
    stopSignal: 'SIGTERM',
    restarts: true,
    printsOutput: false,
    behind: program,
    prepare: async (project, { lines, restart }) => {
      const procs = [...lines].map(([name, line]) => [name, { shell: line, autorestart: restart }]);
      await project.write('mprocs.yaml', JSON.stringify({ procs: Object.fromEntries(procs) }));
      return {
        file: 'script',
        args: ['-qefc', `stty rows 24 cols 80; exec ${program} --config mprocs.yaml`, '/dev/null'],
      };
    },
  };
};

const supervisord = (): Tool | null =>
  ofProgram('supervisord', (program) => ({
    name: SUPERVISORD,
    stopSignal: 'SIGTERM',
    restarts: true,
    printsOutput: true,
    prepare: async (project, work) => {
      await project.write('supervisord.conf', supervisordConfig(project, work));
      return { file: program, args: ['--nodaemon', '--configuration', 'supervisord.conf'] };
    },
  }));

const supervisordConfig = (project: Project, { lines, output, restart }: Work): string => `[supervisord]
logfile=${project.path('supervisord.log')}
pidfile=${project.path('supervisord.pid')}
${listed(
  lines,
  (name, line) => `
[program:${name}]
command=${line}
autorestart=${restart}
stdout_logfile=${output ? '/dev/fd/1' : 'NONE'}
stdout_logfile_maxbytes=0
stderr_logfile=NONE
`,
)}`;

/** A folder for each service, with a script in it. */
const scanner = (name: string, program: string, stopSignal: NodeJS.Signals): Tool | null =>
  ofProgram(program, (file) => ({
    name,
    stopSignal,
    restarts: true,
    printsOutput: false,
    prepare: async (project, { lines }) => {
      for (const [service, line] of lines) {
        const script = `#!/bin/sh\ncd ${project.folder}\nexec ${line}\n`;
        await project.write(`services/${service}/run`, script, 0o755);
      }
      return { file, args: ['services'] };
    },
  }));

/** A command of a package from npm, whose file may have another name in its next version. */
const ofPackage = (
  folder: string,
  [name, command]: readonly [name: string, command: string],
  tool: (program: string) => Tool,
): Tool | null => {
  const installed = join(folder, 'node_modules', name);
  const manifest = join(installed, 'package.json');
  if (folder === '' || !existsSync(manifest)) return null;
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  const file = bin[command];
  return file === undefined ? null : tool(join(installed, file));
};

const ofProgram = (name: string, tool: (program: string) => Tool): Tool | null => {
  const program = find(name);
  return program === null ? null : tool(program);
};

const find = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path)) ?? null;

/** The peers by name; null: not installed here. `folder`: where npm has put those that come from it. */
export const findPeers = (folder: string): ReadonlyMap<string, Tool | null> =>
  new Map([
    [CONCURRENTLY, concurrently(folder)],
    [NF, foreman(folder)],
    ['pm2-runtime', pm2(folder)],
    ['mprocs', mprocs(folder)],
    [SUPERVISORD, supervisord()],
    ['runit', scanner('runit', 'runsvdir', 'SIGHUP')],
    ['s6', scanner('s6', 's6-svscan', 'SIGTERM')],
  ]);
