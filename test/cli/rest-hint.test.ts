import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { restHint } from '../../src/cli/rest-hint.ts';

const hintFor = (line: string, code = 'commander.excessArguments') =>
  restHint(new CommanderError(1, code, 'x'), line.split(' '));

describe("a command that was given without '--'", () => {
  it.each([
    ['run npm test', "put the command after '--': sidecarctl run -- npm test"],
    ['run vitest --watch', "put the command after '--': sidecarctl run -- vitest --watch"],
    ['exec web ls -l', "put the command after '--': sidecarctl exec web -- ls -l"],
    ['run --only redis npm', "put the command after '--', as in 'sidecarctl run -- npm test'"],
    ['exec --name blue web ls', "put the command after '--', as in 'sidecarctl exec web -- ls'"],
  ])('%s is answered with what to write', (line, hint) => {
    expect(hintFor(line)).toBe(hint);
    expect(hintFor(line, 'commander.unknownOption')).toBe(hint);
  });

  it.each([
    ['status web', 'commander.excessArguments'],
    ['run --ui x', 'commander.invalidArgument'],
  ])('%s is no such mistake', (line, code) => expect(hintFor(line, code)).toBeNull());
});

it('an option before the command is answered with where it stands', () => {
  expect(hintFor('-c my.json check', 'commander.unknownOption')).toContain('put options after the command');
});
