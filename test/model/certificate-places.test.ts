import { describe, expect, test } from 'vitest';
import { certificatePlaces, isLocalName } from '../../src/model/certificate-places.ts';

const linux = (env: Readonly<Record<string, string>>) =>
  certificatePlaces({ env, platform: 'linux', home: '/home/me' });

describe('the certificates of a user', () => {
  test('are in the data folder of the platform', () => {
    expect(linux({}).authority).toBe('/home/me/.local/share/sidecarctl/ca/ca.crt');
    expect(linux({ XDG_DATA_HOME: '/data/' }).folder).toBe('/data/sidecarctl');
    expect(linux({ XDG_DATA_HOME: 'data' }).folder).toBe('/home/me/.local/share/sidecarctl');
    const folderOn = (platform: string, env: Readonly<Record<string, string>> = {}) =>
      certificatePlaces({ env, platform, home: 'H' }).folder;
    expect(folderOn('darwin')).toBe('H/Library/Application Support/sidecarctl');
    expect(folderOn('win32', { LOCALAPPDATA: 'C:\\L' })).toBe('C:\\L\\sidecarctl');
    expect(folderOn('win32')).toBe('H\\AppData\\Local\\sidecarctl');
  });

  test('are the CA alone for Node, unless the user names another file', () => {
    const alone = linux({});
    expect(alone.node).toBe(alone.authority);
    expect(linux({ NODE_EXTRA_CA_CERTS: alone.authority }).node).toBe(alone.authority);
    const [a, b] = ['/etc/a.pem', '/etc/b.pem'].map((file) => linux({ NODE_EXTRA_CA_CERTS: file }).node);
    expect(a).toMatch(/sidecarctl\/bundles\/node-[0-9a-f]{8}\.pem$/);
    expect(a).not.toBe(b);
  });
});

test('a certificate of the local CA may have names of this machine, and no others', () => {
  const allowed = [
    'localhost',
    'edge.shop.localhost',
    'shop.test',
    'a.b.internal',
    '*.shop.test',
    '127.0.0.1',
  ];
  expect([...allowed, '127.8.9.255', '::1'].filter((name) => !isLocalName(name))).toEqual([]);
  const others = [
    'example.com',
    'test.com',
    'nolocalhost',
    'test',
    '*.test',
    '*.localhost',
    '*',
    '',
    '.test',
  ];
  const odd = ['a..test', '-a.test', 'a-.test', 'A.test', 'a.test.', 'a_b.test', 'a.*.test', '128.0.0.1'];
  expect([...others, ...odd, '127.0.0.256', '127.1', '::2', '10.0.0.1'].filter(isLocalName)).toEqual([]);
});
