import { expect, test } from 'vitest';
import { checkNode } from '../../src/library/check-node.ts';

test.each(['20.20.2', '22.21.9', '18.0.0'])('Node %s is told that it is too old', (running) => {
  expect(() => checkNode(running, '22.22')).toThrow(
    `sidecarctl needs Node.js 22.22 or newer; this is Node.js ${running}`,
  );
});

test.each(['22.22.0', '22.23.1', '24.0.0'])('Node %s is taken', (running) => {
  expect(() => checkNode(running, '22.22')).not.toThrow();
});
