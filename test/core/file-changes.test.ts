import { expect, test } from 'vitest';
import type { FileChangeAction, FileSpec } from '../../src/model/pod-spec.ts';
import { CoreDriver } from '../support/core-driver.ts';
import type { PodDescription, ProcessDescription } from '../support/pod-spec.ts';

const file = (name: string, content: string, onChange: FileChangeAction['kind']): FileSpec => ({
  name,
  path: `/run/${name}`,
  content,
  mode: 0o644,
  secret: false,
  onChange: onChange === 'signal' ? { kind: 'signal', signal: 'SIGHUP' } : { kind: onChange },
});

const withFiles = (files: readonly FileSpec[], more: ProcessDescription = {}): PodDescription => ({
  proxy: { files, ...more },
  app: {},
});

const running = (files: readonly FileSpec[], more: ProcessDescription = {}): CoreDriver => {
  const pod = new CoreDriver(withFiles(files, more));
  pod.start();
  pod.did();
  return pod;
};

test('a new content restarts a process by default', () => {
  const pod = running([file('conf', '1', 'restart')]);
  pod.reload(withFiles([file('conf', '2', 'restart')]));
  expect(pod.did()).toEqual(['signal proxy SIGTERM']);
  expect(pod.lastReport('proxy')?.reason).toEqual({
    kind: 'config-changed',
    because: [{ kind: 'changed', fields: ['files'] }],
  });
});

test('a new content is replaced, and then told by the signal that its file names', () => {
  const pod = running([
    file('conf', '1', 'signal'),
    file('data', '1', 'none'),
    file('other', '1', 'restart'),
  ]);
  pod.reload(
    withFiles([file('conf', '2', 'signal'), file('data', '2', 'none'), file('other', '1', 'restart')]),
  );
  expect(pod.did()).toEqual(['replace conf, data of proxy', 'pass SIGHUP to proxy']);
});

test('a signal that several files name is sent once', () => {
  const pod = running([file('a', '1', 'signal'), file('b', '1', 'signal')]);
  pod.reload(withFiles([file('a', '2', 'signal'), file('b', '2', 'signal')]));
  expect(pod.did()).toEqual(['replace a, b of proxy', 'pass SIGHUP to proxy']);
});

test('a content that nobody is told of is replaced alone', () => {
  const pod = running([file('data', '1', 'none')]);
  pod.reload(withFiles([file('data', '2', 'none')]));
  expect(pod.did()).toEqual(['replace data of proxy']);
});

test('the new config says how its own content reaches the process', () => {
  const pod = running([file('conf', '1', 'restart')]);
  pod.reload(withFiles([file('conf', '1', 'signal')]));
  expect(pod.did()).toEqual([]);
  pod.reload(withFiles([file('conf', '2', 'none')]));
  expect(pod.did()).toEqual(['replace conf of proxy']);
});

test('a file that comes, goes, or has another name restarts the process', () => {
  for (const files of [
    [],
    [file('renamed', '1', 'none')],
    [file('conf', '1', 'none'), file('b', '', 'none')],
  ]) {
    const pod = running([file('conf', '1', 'none')]);
    pod.reload(withFiles(files));
    expect(pod.did()).toEqual(['signal proxy SIGTERM']);
  }
});

test('a process that has not started yet restarts in place of a signal that might end it', () => {
  const pod = running([file('conf', '1', 'signal')], { postStart: true });
  pod.reload(withFiles([file('conf', '2', 'signal')], { postStart: true }));
  const did = pod.did();
  expect(did).toContain('signal proxy SIGTERM');
  expect(did).not.toContain('pass SIGHUP to proxy');
});

test('a process that is down gets its files at its next launch', () => {
  const pod = running([file('conf', '1', 'signal')]);
  pod.request('stop', 'proxy');
  pod.exits('proxy', 'SIGTERM');
  pod.did();
  pod.reload(withFiles([file('conf', '2', 'signal')]));
  expect(pod.did()).toEqual([]);
  pod.request('start', 'proxy');
  expect(pod.did()).toEqual(['launch proxy']);
});

test('an init task runs again for a file that restarts it, and for no other', () => {
  const init = { role: 'init' } as const;
  const pod = running([file('seed', '1', 'restart'), file('data', '1', 'none')], init);
  pod.exits('proxy', 0);
  pod.did();
  pod.reload(withFiles([file('seed', '1', 'restart'), file('data', '2', 'none')], init));
  expect(pod.did()).toEqual([]);
  pod.reload(withFiles([file('seed', '2', 'restart'), file('data', '2', 'none')], init));
  expect(pod.did()).toEqual(['launch proxy']);
});
