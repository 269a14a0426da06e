import { describe, expect, it, test } from 'vitest';
import { ProcessStates } from '../../../../src/programs/proxy/endpoints/process-states.ts';

const web = (state: string, host = '127.0.0.1') => ({
  name: 'web',
  state,
  ports: [
    { name: 'http', host, port: 3000, protocol: 'tcp' },
    { name: 'dns', host, port: 53, protocol: 'udp' },
  ],
});

const ofWeb = (state: string) => new ProcessStates({ processes: [web(state)] });

test.each([
  ['pending', 'coming'],
  ['starting', 'coming'],
  ['running', 'coming'],
  ['ready', 'ready'],
  ['backoff', 'coming'],
  ['stopping', 'coming'],
  ['stopped', 'down'],
  ['completed', 'down'],
  ['failed', 'down'],
  ['a state of a later version', 'ready'],
])('a process that is %s is %s', (state, is) => {
  expect(ofWeb(state).at('127.0.0.1:3000')).toMatchObject({ name: 'web', is });
});

describe('states of a pod', () => {
  it('are of those TCP ports that its processes have', () => {
    expect(ofWeb('ready').at('127.0.0.1:3001')).toBeNull();
    expect(ofWeb('ready').at('127.0.0.1:53')).toBeNull();
    expect(new ProcessStates({ processes: [web('ready', '::1')] }).at('[::1]:3000')?.name).toBe('web');
  });

  it('change with events', () => {
    const states = ofWeb('ready');
    expect(states.apply({ type: 'process', name: 'web', state: 'backoff' })).toBe('states');
    expect(states.at('127.0.0.1:3000')).toEqual({ name: 'web', is: 'coming', state: 'restarts' });
    expect(states.apply({ type: 'process', name: 'web', state: 'backoff' })).toBe('nothing');
    expect(states.apply({ type: 'probe', name: 'web' })).toBe('nothing');
  });

  it('need a new snapshot after a reload, after missed events, and for a process that is new', () => {
    for (const event of [
      { type: 'reload' },
      { type: 'missed' },
      { type: 'process', name: 'new', state: 'ready' },
    ])
      expect(ofWeb('ready').apply(event)).toBe('unclear');
  });
});
