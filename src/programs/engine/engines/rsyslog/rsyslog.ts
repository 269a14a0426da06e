import { existsSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { now, sleep } from '../../../../time/timers.ts';
import type { Engine } from '../../engine.ts';
import { openFifo } from '../../fifo.ts';
import { place } from '../../folder.ts';
import type { Following } from '../../options.ts';
import { Figures } from './figures.ts';
import { metricsText } from './metrics.ts';
import { keepCopies, lagOf, mendPositions, readFiles, tellSettled } from './positions.ts';

const PID = place('pid');

/** Packages of Debian with modules that are in none of rsyslog's own. */
const PACKAGES: Readonly<Record<string, string>> = {
  omelasticsearch: 'rsyslog-elasticsearch',
  lmnsd_gtls: 'rsyslog-gnutls',
};

/** Milliseconds. */
const LOOK_EVERY = 100;

/** rsyslog as a log shipper. */
export const rsyslog = (following: Following | null): Engine => {
  if (following === null) throw new Error('rsyslog follows files');
  const { positions, noticesWithin } = following;
  const folder = resolve(positions);
  const isFirst = !existsSync(folder);
  const figures = new Figures(() => keepCopies(folder));
  return {
    program: 'rsyslogd',
    check: (config) => ['-N1', '-C', '-f', config, '-i', 'NONE'],
    run: (config) => ['-n', '-C', '-f', config, '-i', PID],
    env: () => ({ FIRST_START: isFirst ? 'on' : 'off' }),
    hint: missingPackage,
    prepare: () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      mendPositions(folder);
      rmdirSync(place('positions'));
      symlinkSync(folder, place('positions'));
      figures.follow(openFifo(place('figures')));
    },
    isUp: async () => existsSync(PID),
    settle: async (within) => {
      for (const end = now() + within; now() < end; await sleep(LOOK_EVERY)) {
        if (lagOf(folder) > 0) continue;
        // A file that has just come has no position yet.
        await sleep(noticesWithin);
        if (lagOf(folder) === 0) return tellSettled(folder);
      }
    },
    // Told to end in order, it gives up the line that it cannot deliver, and writes a position behind it.
    ...{ drainSignal: 'SIGKILL', stopSignal: 'SIGKILL' },
    // What it reads only when it starts restarts this program.
    reload: async () => undefined,
    metrics: async () => metricsText(figures.destinations, readFiles(folder)),
    stats: async () => ({ outputs: Object.fromEntries(figures.destinations), files: readFiles(folder) }),
    lacksProcessMetrics: true,
    setReady: null,
  };
};

const missingPackage = (refusal: string): string | null => {
  const [, module = ''] = /could not load module '(?:\S*\/)?(\w+)/.exec(refusal) ?? [];
  const found = PACKAGES[module];
  return found === undefined ? null : `install its module ${module} (on Debian: apt install ${found})`;
};
