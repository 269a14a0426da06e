import { basename, dirname, join, relative } from 'node:path';
import type { FoundPod } from '../form/found-pod.ts';
import { Losses } from '../form/losses.ts';
import type { Format, Source } from '../format.ts';
import { readIni, type Section } from './read-ini.ts';
import { readProgram } from './read-program.ts';

const PROGRAM = 'program:';

const readSupervisord = (source: Source): FoundPod => {
  const losses = new Losses();
  const sections = [...readIni(source.text), ...included(source)];
  const programs = sections.filter(({ name }) => name.startsWith(PROGRAM));
  const priority = ({ values }: Section): number => Number(values.get('priority') ?? 999);
  for (const { name } of sections.filter((section) => /^(eventlistener|fcgi-program):/.test(section.name)))
    losses.of(null)('it needs supervisord itself', name);
  return {
    source: source.name,
    fields: {},
    processes: programs
      .toSorted((a, b) => priority(a) - priority(b))
      .map((section) => {
        const name = section.name.slice(PROGRAM.length).trim();
        return readProgram(name, section.values, source, losses.of(name));
      }),
    apps: programs.length === 1 ? programs.map(({ name }) => name.slice(PROGRAM.length).trim()) : [],
    losses: losses.all,
    remarks: [
      'supervisord knows no dependencies, only priorities: here the app waits until its sidecars are ready',
    ],
  };
};

/** `[include]` names more files by globs with a star in their last part. */
const included = ({ text, folder, machine }: Source): readonly Section[] => {
  const globs =
    readIni(text)
      .find(({ name }) => name === 'include')
      ?.values.get('files') ?? '';
  return globs
    .split(/\s+/)
    .filter((glob) => glob !== '')
    .flatMap((glob) => {
      const path = join(folder, relative('.', glob.replace(/^%\(here\)s\/?/, './')));
      const pattern = new RegExp(
        `^${basename(path)
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')}$`,
      );
      return machine
        .names(dirname(path))
        .filter((name) => pattern.test(name))
        .flatMap((name) => readIni(machine.read(join(dirname(path), name)) ?? ''));
    });
};

export const supervisord: Format = {
  name: 'supervisord',
  files: ['supervisord.conf', 'supervisor.conf', 'supervisord.ini'],
  recognizes: ({ file, text }) =>
    /^supervisord?\.(conf|ini)$/.test(basename(file)) ||
    (/\.(conf|ini)$/.test(file) && /^\[program:.+\]\s*$/m.test(text)),
  read: readSupervisord,
};
