import type { Process } from '../../export/pod.ts';
import type { InsideService } from './inside-service.ts';

type Http = Extract<NonNullable<Process['readiness']>['target'], { readonly kind: 'http' }>;

/** The words of an image's shell that ask a URL: with wget, or else with curl. Both follow redirects. */
export const askUrl = ({ url, headers }: Pick<Http, 'url' | 'headers'>, inside: InsideService): string => {
  const asked = quoted(itself(inside.text(url)));
  const each = (flag: string): string =>
    Object.entries(headers)
      .map(([name, value]) => `${flag} ${quoted(`${name}: ${inside.text(value)}`)} `)
      .join('');
  return `wget -q -O /dev/null ${each('--header')}${asked} || curl -fsSL -o /dev/null ${each('-H')}${asked}`;
};

/** The words that open a connection: with nc, which has no `-z` in Debian's busybox, or else with bash. */
export const askPort = (host: string, port: string): string => {
  const at = itself(host);
  return `nc -z ${at} ${port} || nc ${at} ${port} -e true || bash -c ': < /dev/tcp/${at}/${port}'`;
};

/** Some programs look for `localhost` at an IPv6 address only, where few servers listen. */
const itself = (text: string): string => text.replace(/(^|\/\/)localhost(?=[:/]|$)/, '$1127.0.0.1');

const PLAIN = /^[\w@%+=:,./-]+$/;

const quoted = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The words that ask a URL in the image of ready-made sidecars, which has Node. */
export const askUrlWithNode = ({ url }: Pick<Http, 'url'>, inside: InsideService): readonly string[] => [
  ...['node', '-e'],
  `fetch("${itself(inside.text(url))}").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
];
