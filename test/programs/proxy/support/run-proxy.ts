import { onTestFinished } from 'vitest';
import type { ProxyOptions } from '../../../../src/programs/proxy/options.ts';
import { withDeadline } from '../../../support/deadline.ts';
import { ProxyProcess, type StartOptions } from './proxy-process.ts';

/** Runs a proxy until the end of the test. */
export const runProxy = async (options: ProxyOptions, how: StartOptions = {}): Promise<ProxyProcess> => {
  const proxy = await withDeadline('the proxy to be ready', ProxyProcess.start(options, how));
  onTestFinished(() => proxy.stop());
  return proxy;
};
