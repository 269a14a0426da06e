import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const COMMAND = 'touch runs; sleep 0.3; exit 3';
const POD = `export default { primary: { command: '${COMMAND}' } };`;
const SPIN = 'for (;;);';
/** Once the primary runs. */
const later = (code: string): string =>
  `setInterval(() => { if (process.getBuiltinModule('fs').existsSync('runs')) { ${code} } }, 10).unref();`;

const run = async (config: string) => {
  await using project = await Project.create({ 'sidecars.config.mjs': config });
  const { code, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
  expect(stderr).not.toContain('internal error');
  return { code, stderr };
};

/** All of them at once in a config are hidden by the first; each in one of its own costs a start. */
const DOES: ReadonlyArray<readonly [what: string, code: string]> = [
  ['leaves a timer that spins', later(SPIN)],
  [
    'leaves a timer that begins a loop of microtasks',
    later('const f = () => Promise.resolve().then(f); f();'),
  ],
  [
    'goes on in promises',
    "(async () => { const { existsSync, promises } = process.getBuiltinModule('fs'); for (;;) { await promises.stat('.'); if (existsSync('runs')) for (;;); } })();",
  ],
  ['leaves an end with code 0', later('process.reallyExit(0)')],
  ['leaves a kill', later("process.kill(process.pid, 'SIGKILL')")],
  ['removes all listeners', 'process.removeAllListeners();'],
  ['takes exceptions', "process.on('uncaughtException', () => {}); process.exitCode = 0;"],
  [
    'sends a signal without its name',
    "process.emit('SIGTERM'); process.on('exit', () => process.reallyExit(0));",
  ],
  [
    'replaces globals',
    'globalThis.Promise = null; globalThis.setTimeout = () => {}; globalThis.setImmediate = () => {}; console.error = null;',
  ],
  ['replaces what promises need', 'Promise.prototype.then = () => {}; Object.prototype.then = () => {};'],
  [
    'replaces methods of lists',
    'Array.prototype.map = () => []; Array.prototype.some = () => false; Array.prototype[Symbol.iterator] = function* () {};',
  ],
  [
    'takes what ends the process away',
    'process.exit = () => {}; process.reallyExit = () => {}; process.chdir("/");',
  ],
];

describe.runIf(process.platform === 'linux')(
  'a pod gives the exit code of its primary though its config',
  () => {
    test.each(DOES)('%s', async (_, code) => {
      expect(await run(`${code}\n${POD}`)).toMatchObject({ code: 3 });
    });

    test('does the same in a function', async () => {
      const does = `${later(SPIN)} Array.prototype.map = () => []; process.removeAllListeners();`;
      const config = `export default { primary: { command: () => { ${does} return '${COMMAND}'; } } };`;
      expect(await run(config)).toMatchObject({ code: 3 });
    });
  },
);

describe('a config that would end sidecarctl is refused, and told what it does:', () => {
  test.each([
    ['process.reallyExit(0)', 'process.reallyExit(0) was called'],
    ["process.kill(process.pid, 'SIGKILL')", /process\.kill\(\d+, SIGKILL\) was called/],
    ['process.abort()', 'process.abort() was called'],
    ["process.execve('/bin/true', ['true'], {})", 'process.execve(/bin/true, …, …) was called'],
    ['Object.freeze(process)', 'it freezes objects that the whole process needs'],
  ])('%s', async (code, says) => {
    const { code: exitCode, stderr } = await run(`${code};\n${POD}`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(says);
  });
});
