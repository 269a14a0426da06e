import { expect, test } from 'vitest';
import { choicesMade } from '../../src/tui/state/choices.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

/** What the last of the keys has chosen. */
const chosenBy = (keys: readonly string[], settings: Parameters<typeof choicesMade>[2] = {}) => {
  const dashboard = new PureDashboard(new FakePod()).press(...keys.slice(0, -1));
  const before = dashboard.state;
  return choicesMade(before, dashboard.press(...keys.slice(-1)).state, settings);
};

test.each([
  [['w'], { wrap: true }],
  [['w', 'w'], { wrap: false }],
  [['t', 't'], { times: 'ago' }],
  [['|'], { layout: 'side' }],
  [['1', 'P'], { pinned: ['seed'] }],
  [['1', 'P', '2', 'P'], { pinned: ['seed', 'aggregator'] }],
  [['1', 'P', 'P'], { pinned: [] }],
  [['1', '2'], {}],
  [['/'], {}],
])('the last of the keys %j chooses %j', (keys, made) => {
  expect(chosenBy(keys)).toEqual(made);
});

test('another pane with another look is no choice', () => {
  const keys = ['1', 'P', '2', 'w', 't', 'tab', 'tab'];
  expect(chosenBy(keys)).toEqual({});
  expect(chosenBy([...keys, 'tab'])).toEqual({});
  expect(chosenBy([...keys, '3'])).toEqual({});
});

test('what the settings decide is no choice', () => {
  expect(chosenBy(['w'], { wrap: false })).toEqual({});
  expect(chosenBy(['|'], { layout: 'stacked', times: 'ago' })).toEqual({});
  expect(chosenBy(['w'], { layout: 'stacked' })).toEqual({ wrap: true });
});
