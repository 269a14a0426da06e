import type { Connected } from '../native/connect-at-once.ts';
import { loadLibc } from '../native/libc.ts';
import type { LocalAddress } from '../native/socket-address.ts';

/** Opens a connection within this machine and closes it again; null: only a wait can tell whether it opens. */
export const connectAtOnce = (address: LocalAddress): Connected | null =>
  loadLibc()?.connectAtOnce(address) ?? null;
