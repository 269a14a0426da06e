import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCgroups, forbidCgroups } from '../support/no-cgroups.ts';
import { runToEnd } from '../support/run-to-end.ts';

const diagnose = async () => JSON.parse((await runToEnd(['doctor', '--json'], tmpdir())).stdout);

describe.runIf(process.platform === 'linux')('doctor', () => {
  test.runIf(canMakeCgroups())('finds cgroups where they can be made', async () => {
    expect(await diagnose()).toMatchObject({ backEnd: 'cgroup', guard: true });
  });

  describe('where no cgroup can be made', () => {
    let forbidden: { readonly restore: () => Promise<void> };
    beforeAll(() => {
      forbidden = forbidCgroups();
    });
    afterAll(() => forbidden.restore());

    test('falls back to marks, and says what may escape them', async () => {
      expect(await diagnose()).toMatchObject({
        backEnd: 'marks',
        guard: true,
        limitFlag: expect.stringMatching(/^-[xw]$/),
        holes: [expect.stringContaining('su and sudo'), expect.stringContaining('of another user')],
      });
    });

    test('tells the same in words', async () => {
      const { code, stdout, stderr } = await runToEnd(['doctor'], tmpdir());
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^processes +found by marks/m);
      expect(stdout).toMatch(/^guard +cleans up/m);
      expect(stdout).toMatch(/^isolation +(pid and mount namespaces, |none: .)/m);
      expect(stdout).toMatch(/^ {2}- A daemon that has cleared its environment/m);
    });
  });
});
