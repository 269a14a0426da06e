import { describe, expect, test } from 'vitest';
import { hostsOverlap, readAddress, shortAddress } from '../../src/model/ip-address.ts';

describe('an address has one spelling', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['127.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0177.0.0.01', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['10.1.258', '10.1.1.2'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['[::1]', '0:0:0:0:0:0:0:1'],
    ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
    ['::0001', '0:0:0:0:0:0:0:1'],
    ['FE80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7f00:1', '127.0.0.1'],
  ])('%s is read as %s', (host, text) => expect(readAddress(host)?.text).toBe(text));

  test.each([
    'localhost',
    'db.example',
    '',
    '*',
    '1.2.3.4.5',
    '256.1.1.1',
    '127.0.0.70000',
    ':::',
    '1::2::3',
    '1:2',
  ])('%j has none', (host) => expect(readAddress(host)).toBeNull());
});

test.each([
  ['0:0:0:0:0:0:0:1', '::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['fe80:0:0:0:1:0:0:1', 'fe80::1:0:0:1'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['10:0:0:0:0:0:0:10', '10::10'],
  ['127.0.0.1', '127.0.0.1'],
])('%s is written %s', (host, text) => {
  const address = readAddress(host);
  expect(address === null ? null : shortAddress(address)).toBe(text);
});

describe('two hosts are in each other’s way on one port', () => {
  test.each([
    ['127.0.0.1', '127.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['127.0.0.2', '0'],
    ['127.0.0.1', 'localhost'],
    ['localhost', 'LOCALHOST.'],
    ['api.localhost', '::1'],
    ['::1', '[::1]'],
    ['::1', '::'],
    ['127.0.0.1', '::'],
    ['0.0.0.0', '::'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['192.168.1.5', '::ffff:0.0.0.0'],
    ['laptop', 'laptop'],
    ['laptop', '::'],
  ])('%s and %s', (one, other) => {
    expect(hostsOverlap(one, other)).toBe(true);
    expect(hostsOverlap(other, one)).toBe(true);
  });
});

describe('two hosts share a port in peace', () => {
  test.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['0.0.0.0', '::1'],
    ['::1', 'fe80::1'],
    ['localhost', '127.0.0.2'],
    ['laptop', 'desktop'],
  ])('%s and %s', (one, other) => {
    expect(hostsOverlap(one, other)).toBe(false);
    expect(hostsOverlap(other, one)).toBe(false);
  });
});
