import * as http from 'node:http';

/** Node's client for a URL. That for TLS takes 3 MiB of memory: the first URL that needs it loads it. */
export const clientFor = (url: string): Pick<typeof http, 'Agent' | 'request'> =>
  url.startsWith('https:') ? process.getBuiltinModule('node:https') : http;
