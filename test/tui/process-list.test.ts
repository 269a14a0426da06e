import { expect, test } from 'vitest';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const web = (instance: number, name: string, role: 'sidecar' | 'primary') =>
  processSnapshot({ name, role, app: 'web', instance });

test('of the process that is selected the list says which instance of which app it belongs to', () => {
  const pod = new FakePod([
    processSnapshot({ name: 'cache' }),
    web(1, 'web-1-proxy', 'sidecar'),
    web(1, 'web-1', 'primary'),
    web(2, 'web-2-proxy', 'sidecar'),
    web(2, 'web-2', 'primary'),
  ]);
  const dashboard = new PureDashboard(pod);
  expect(dashboard.text).toMatch(/app web, instance 1/);
  expect(dashboard.press('4').text).toMatch(/app web, instance 2/);
  expect(dashboard.press('1').text).not.toMatch(/instance/);
});
