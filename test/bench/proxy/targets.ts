import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProxyOptions } from '../../../src/programs/proxy/options.ts';
import {
  listenerOptions,
  proxyOptions,
  serverTlsOptions,
} from '../../programs/proxy/support/proxy-options.ts';
import { BUILT } from '../../programs/proxy/support/proxy-process.ts';

export interface Place {
  /** A folder for whatever the program needs, its own. */
  readonly folder: string;
  readonly port: number;
  readonly admin: number;
  readonly upstream: number;
  readonly cert: string;
  readonly key: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A proxy that is measured: one of its kind, of one process or one thread where it can have more. */
export interface Target {
  readonly name: string;
  readonly isSecure: boolean;
  /** What has to be on PATH. */
  readonly program: string | null;
  /**
   * Whether 10,000 idle connections are measured: not where it takes minutes (TLS), nor of one that needs two descriptors
   * for each, or counts on that, where a process may have 20,000.
   */
  readonly holdsMany: boolean;
  readonly prepare: (place: Place) => Command;
}

const written = ({ folder }: Place, name: string, text: string): string => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Timeouts longer than any measurement: idle connections must stay. */
const haproxyConfig = (mode: 'http' | 'tcp', { port, upstream, cert }: Place, isSecure: boolean): string => `
global
  nbthread 1
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  ${mode === 'http' ? 'option abortonclose\n  http-reuse safe' : ''}
frontend in
  bind 127.0.0.1:${port} ${isSecure ? `ssl crt ${join(dirname(cert), 'both.pem')}` : ''}
  default_backend web
backend web
  server web 127.0.0.1:${upstream}
`;

const nginxConfig = ({ port, upstream, folder, cert, key }: Place, isSecure: boolean): string => `
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_timeout 1h;
  client_header_timeout 1h;
  keepalive_requests 1000000000;
  upstream web { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} ${isSecure ? 'ssl' : ''} backlog=4096;
    ${isSecure ? `ssl_certificate ${cert};\n    ssl_certificate_key ${key};` : ''}
    location / {
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }
}
`;

/** Ports of its own for HTTP and HTTPS keep it from opening those of the machine. */
const caddyConfig = ({ port, upstream, admin, cert, key }: Place, isSecure: boolean): string => `
{
  admin off
  skip_install_trust
  auto_https off
  http_port ${isSecure ? admin : port}
  ${isSecure ? `https_port ${port}` : ''}
}
${isSecure ? 'https' : 'http'}://:${port} {
  bind 127.0.0.1
  ${isSecure ? `tls ${cert} ${key}` : ''}
  reverse_proxy 127.0.0.1:${upstream}
}
`;

const haproxy = (mode: 'http' | 'tcp', isSecure: boolean): Target => ({
  name: `haproxy ${mode}`,
  isSecure,
  program: 'haproxy',
  holdsMany: false,
  prepare: (place) => ({
    file: 'haproxy',
    args: ['-db', '-f', written(place, 'haproxy.cfg', haproxyConfig(mode, place, isSecure))],
  }),
});

const nginx = (isSecure: boolean): Target => ({
  name: 'nginx',
  isSecure,
  program: 'nginx',
  holdsMany: !isSecure,
  prepare: (place) => ({
    file: 'nginx',
    args: [
      '-e',
      'stderr',
      '-p',
      place.folder,
      '-c',
      written(place, 'nginx.conf', nginxConfig(place, isSecure)),
    ],
  }),
});

const caddy = (isSecure: boolean): Target => ({
  name: 'caddy',
  isSecure,
  program: 'caddy',
  holdsMany: !isSecure,
  prepare: (place) => ({
    file: 'caddy',
    args: [
      ...['run', '--adapter', 'caddyfile', '--config'],
      written(place, 'Caddyfile', caddyConfig(place, isSecure)),
    ],
    env: { HOME: place.folder, XDG_DATA_HOME: place.folder, XDG_CONFIG_HOME: place.folder, GOMAXPROCS: '2' },
  }),
});

const script = (name: string, isSecure: boolean): Target => ({
  name,
  isSecure,
  program: null,
  holdsMany: !isSecure,
  prepare: ({ port, upstream, cert, key }) => ({
    file: process.execPath,
    args: [
      fileURLToPath(new URL(`with-${name}.ts`, import.meta.url)),
      ...[`${port}`, `${upstream}`, ...(isSecure ? [cert, key] : [])],
    ],
  }),
});

export type EmbeddedKind = 'http' | 'tcp' | 'auto';

const embeddedOptions = (
  kind: EmbeddedKind,
  place: Place,
  { isSecure, isTraced }: { readonly isSecure: boolean; readonly isTraced: boolean },
): ProxyOptions => {
  const files = { cert: place.cert, key: place.key };
  const tls = isSecure ? serverTlsOptions({ files, ...(kind === 'tcp' ? { alpn: [] } : {}) }) : null;
  return proxyOptions(place.upstream, {
    admin: `127.0.0.1:${place.admin}`,
    listeners: [listenerOptions({ kind, tls, listen: `127.0.0.1:${place.port}` })],
    // The backend takes whatever it gets.
    tracing: isTraced
      ? {
          ...{ endpoint: `http://127.0.0.1:${place.upstream}`, service: 'edge' },
          ...{ percentage: 100, scheduleDelay: 1_000 },
        }
      : null,
  });
};

/** With the arguments of Node that the preset gives it, unless they are what is measured. */
export const embedded = (
  kind: EmbeddedKind,
  isSecure: boolean,
  {
    name = `embedded ${kind}`,
    nodeArguments = ['--max-semi-space-size=4'],
    program = BUILT,
    isTraced = false,
  } = {},
): Target => ({
  name,
  isSecure,
  program: null,
  holdsMany: kind === 'http' && !isSecure,
  prepare: (place) => ({
    file: process.execPath,
    args: [
      ...nodeArguments,
      program,
      written(place, 'options', JSON.stringify(embeddedOptions(kind, place, { isSecure, isTraced }))),
    ],
  }),
});

export const TARGETS: readonly Target[] = [
  haproxy('http', false),
  nginx(false),
  caddy(false),
  script('http-proxy', false),
  script('httpxy', false),
  embedded('http', false),
  embedded('http', false, { name: 'embedded http with spans', isTraced: true }),
  haproxy('tcp', false),
  embedded('tcp', false),
  haproxy('http', true),
  nginx(true),
  caddy(true),
  script('http-proxy', true),
  script('httpxy', true),
  embedded('http', true),
  haproxy('tcp', true),
  embedded('auto', true),
];
