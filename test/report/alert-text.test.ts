import { expect, test } from 'vitest';
import type { AlertTold } from '../../src/model/alert.ts';
import { alertText } from '../../src/report/alert-text.ts';

const TOLD: AlertTold = {
  ...{ process: 'web', by: 'prom', alert: 'Slow' },
  alertState: 'firing',
  ...{ labels: { job: 'web', severity: 'page' }, summary: 'web takes 3 s' },
};

test.each<[AlertTold, string]>([
  [TOLD, 'web: the alert Slow of prom fires {job="web", severity="page"}: web takes 3 s'],
  [{ ...TOLD, alertState: 'over' }, 'web: the alert Slow of prom is over {job="web", severity="page"}'],
  [{ ...TOLD, labels: {}, summary: '' }, 'web: the alert Slow of prom fires'],
])('%j is told', (told, text) => {
  expect(alertText(told)).toBe(text);
});

test('what an alert says can neither control a terminal nor show a secret', () => {
  const text = alertText({ ...TOLD, summary: '\u001b[2J password=abcdef0123456789' });
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('abcdef0123456789');
});
