import { basename, dirname, join } from 'node:path';
import type { ProcessesFrom } from '../options.ts';
import type { LogPlace, Named } from '../tailing/found-file.ts';
import { logFolders, type OwnRun } from './own-run.ts';

/** Whether a process of the pod is one of those that the options name: within an app, names are its own, or shared ones. */
const wanted = (
  { processes, except, apps }: ProcessesFrom,
  name: string,
  { process: own }: OwnRun,
): ((process: string) => boolean) => {
  const prefix = own.slice(0, -name.length);
  const namesOf = (written: string): readonly string[] => [
    ...[written, `${prefix}${written}`],
    ...(prefix !== '' && apps.includes(written) ? [prefix.slice(0, -1)] : []),
  ];
  const meant = new Set((processes ?? except).flatMap(namesOf));
  return (process) => meant.has(process) === (processes !== null);
};

/** `20261130T060000Z-ea732e11.log`; an older part is `20261130T060000Z-ea732e11.2.log`. */
const LOG = /^(\d{8}T\d{6}Z-([0-9a-f]+))(?:\.\d+)?\.log$/;

/**
 * The output of processes, in the files that the supervisor writes: it has all of it there, however long nobody reads. The
 * files of earlier runs are read on where an earlier start has left them.
 */
export const processPlace = (
  from: ProcessesFrom,
  name: string,
  run: OwnRun,
  fields: Readonly<Record<string, string>>,
): LogPlace => {
  const { id, state } = run;
  const isWanted = wanted(from, name, run);
  const judge = (path: string): Named | null => {
    const process = basename(dirname(path));
    const [, log, ofRun] = LOG.exec(basename(path)) ?? [];
    if (log === undefined || !isWanted(process)) return null;
    return {
      kind: ofRun === id ? 'log' : 'old',
      original: join(dirname(path), `${log}.log`),
      fields: { 'service.name': process, process, ...fields },
    };
  };
  return {
    folders: () => logFolders(state),
    judge,
    enters: (folder) => isWanted(basename(folder)) && logFolders(state).includes(dirname(folder)),
  };
};
