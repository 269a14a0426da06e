import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI, type StartedAs } from '../support/command-line.ts';
import { inFull } from '../support/in-full.ts';
import { PodRig } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const ROUNDS = inFull ? 6 : 2;

test.runIf(process.platform === 'linux')(
  'exec passes on a signal that comes as soon as its command runs',
  async () => {
    await using rig = await PodRig.open({ primary: { name: 'web', command: ['sleep', '600'] } });
    await rig.up().state('web', 'ready');
    const [, core = '0'] =
      /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    // With one core the command often runs before the call that starts it returns.
    const onOneCore: StartedAs = { words: ['taskset', '-c', core, process.execPath, CLI] };
    const script = 'trap "exit 9" TERM; kill -TERM $PPID; for n in $(seq 200); do sleep 0.05; done';
    for (let round = 0; round < ROUNDS; round += 1) {
      const args = ['exec', 'web', '--', 'sh', '-c', script];
      expect((await runToEnd(args, rig.project.folder, {}, onOneCore)).code).toBe(9);
    }
  },
);
