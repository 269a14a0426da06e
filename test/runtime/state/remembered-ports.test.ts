import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRememberedPorts, rememberPorts } from '../../../src/runtime/state/remembered-ports.ts';
import { Project } from '../../support/project.ts';

test('ports of pods and processes of old are forgotten, and not those that were given last', async () => {
  await using project = await Project.create();
  const folder = project.path('.sidecarctl');
  mkdirSync(folder);
  rememberPorts(folder, new Map([['shop/web/main', 20_000]]));
  for (let at = 1; at <= 600; at += 1) rememberPorts(folder, new Map([[`pr-${at}/web/main`, 20_000 + at]]));
  rememberPorts(folder, new Map([['pr-150/web/main', 29_000]]));
  const kept = readRememberedPorts(folder);
  expect(kept.size).toBe(500);
  expect([...kept].at(-1)).toEqual(['pr-150/web/main', 29_000]);
  expect(kept.has('shop/web/main')).toBe(false);
});
