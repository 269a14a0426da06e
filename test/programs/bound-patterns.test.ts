import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const file = new URL('../../src/programs/bound-patterns.ts', import.meta.url).href;

it('a pattern of a config that backtracks comes to an end', () => {
  const script = `import { boundPatterns } from '${file}';
    boundPatterns();
    console.log(/^(?:\\/(a+)+)$/.test('/' + 'a'.repeat(100) + 'b'), /^(?:\\/(a+)+)$/.exec('/aaa')[1]);`;
  const args = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script];
  expect(execFileSync(process.execPath, args, { timeout: 20_000, encoding: 'utf8' })).toBe('false aaa\n');
});
