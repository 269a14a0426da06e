import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeyRelay } from '../../../src/tui/input/key-relay.ts';
import type { Piece } from '../../../src/tui/terminal/input-pieces.ts';
import { FakeTerminal } from '../../support/fake-pod.ts';

// Timers that are left with a clock that stands still would be counted as pending by other files of this worker.
vi.hoisted(() => vi.resetModules());
afterAll(() => vi.resetModules());

const MEBIBYTE = 1024 * 1024;

class Relaying {
  readonly terminal = new FakeTerminal();
  bracketed = false;
  left = 0;
  isHeld = false;
  failure: string | null = null;
  readonly relay = new KeyRelay({
    open: async () => ({ ok: true, value: this.terminal }),
    leave: 0x1d,
    modes: () => ({
      applicationCursorKeysMode: false,
      bracketedPasteMode: this.bracketed,
      mouse: 'none',
      isSgrMouse: false,
    }),
    hold: (isHeld) => {
      this.isHeld = isHeld;
    },
    onLeave: () => {
      this.left += 1;
    },
    onFailure: (message) => {
      this.failure = message;
    },
  });

  take(kind: Piece['kind'], text: string | Buffer): string | null {
    return this.relay.take({ kind, bytes: Buffer.from(text) })?.toString() ?? null;
  }

  paste(text: string): void {
    this.take('paste-edge', '\u001b[200~');
    this.take('pasted', text);
    this.take('paste-edge', '\u001b[201~');
  }
}

const opened = async (): Promise<Relaying> => {
  const relaying = new Relaying();
  await vi.advanceTimersByTimeAsync(1);
  return relaying;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('keys for a process', () => {
  test('reach it byte by byte, also those from before its terminal was open', async () => {
    const relaying = new Relaying();
    relaying.take('typed', '\u0003\u0004\u001a');
    await vi.advanceTimersByTimeAsync(1);
    relaying.take('typed', Buffer.from([0xff, 0x00]));
    relaying.take('typed', '\u001bx\u001b[24~ä');
    await vi.advanceTimersByTimeAsync(1);
    expect(relaying.terminal.keys).toBe(
      `\u0003\u0004\u001a\u00ff\u0000${Buffer.from('\u001bx\u001b[24~ä').toString('latin1')}`,
    );
  });

  test('end with the key that leaves, and what follows it is for the dashboard', async () => {
    const relaying = await opened();
    expect(relaying.take('typed', 'ls\u001dq')).toBe('q');
    expect(relaying.left).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(relaying.terminal.keys).toBe('ls');
    expect(relaying.relay.close()).toBe(0);
  });

  test('have marks around a paste if the program has asked for them, and a paste never leaves', async () => {
    const relaying = await opened();
    relaying.paste('one\u001d\rtwo');
    relaying.bracketed = true;
    relaying.paste('three');
    await vi.advanceTimersByTimeAsync(1);
    expect(relaying.terminal.keys).toBe('one\u001d\rtwo\u001b[200~three\u001b[201~');
    expect(relaying.left).toBe(0);
  });

  test('wait while the process does not read, and leaving tells how many', async () => {
    const relaying = await opened();
    relaying.terminal.held = [];
    const pasted = 'x'.repeat(64 * 1024);
    for (let at = 0; at < 160; at += 1) relaying.take('pasted', pasted);
    expect(relaying.isHeld).toBe(false);
    expect(relaying.take('typed', '\u001d')).toBe('');
    expect(relaying.left).toBe(1);
    expect(relaying.relay.close()).toBe(10 * MEBIBYTE);
    expect(relaying.terminal.destroyed).toBe(true);
  });

  test('are read no faster than they are taken, once 16 MiB wait', async () => {
    const relaying = await opened();
    relaying.terminal.held = [];
    for (let at = 0; at < 17; at += 1) relaying.take('pasted', 'x'.repeat(MEBIBYTE));
    expect(relaying.isHeld).toBe(true);
    relaying.terminal.held[0]?.();
    await vi.advanceTimersByTimeAsync(1);
    expect(relaying.isHeld).toBe(false);
  });

  test('are read again if nothing at all is taken, so that one of them can leave', async () => {
    const relaying = await opened();
    relaying.terminal.held = [];
    for (let at = 0; at < 17; at += 1) relaying.take('pasted', 'x'.repeat(MEBIBYTE));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(relaying.isHeld).toBe(false);
    relaying.take('pasted', 'x'.repeat(MEBIBYTE));
    relaying.take('typed', '\u001d');
    expect(relaying.left).toBe(1);
    expect(relaying.relay.close()).toBe(18 * MEBIBYTE);
  });

  test('have nowhere to go when the terminal has gone', async () => {
    const relaying = await opened();
    relaying.terminal.destroy();
    await vi.advanceTimersByTimeAsync(1);
    expect(relaying.failure).toBe('the terminal of the process has gone');
  });
});
