import { describe, expect, it } from 'vitest';
import { isInRange, isVersionRange, versionIn } from '../../src/model/version-range.ts';

describe('a version range', () => {
  it.each([
    ['*', ['0', '7.0.15'], []],
    ['7', ['7', '7.0.15', '7.9'], ['6.9', '8', '8.0.1']],
    ['=7.2', ['7.2', '7.2.9'], ['7.1', '7.3', '7']],
    ['7.2.1', ['7.2.1'], ['7.2.0', '7.2.2']],
    ['>=7', ['7', '7.0.1', '10.2'], ['6.9.9']],
    ['> 7', ['8', '8.0.1'], ['7', '7.9']],
    ['<8', ['7.9.9', '0.1'], ['8', '8.0.0']],
    ['<=7.2', ['7.2.9', '7.1'], ['7.3', '8']],
    ['~7.2', ['7.2', '7.2.9'], ['7.1', '7.3']],
    ['~7', ['7.9'], ['8', '6']],
    ['^7.2.1', ['7.2.1', '7.9'], ['7.2.0', '8']],
    ['^0.2', ['0.2.9'], ['0.3', '0.1', '1']],
    ['>=7 <8', ['7.5'], ['8.1', '6.9']],
    ['^6.2 || >=7.2', ['6.3', '7.2', '9'], ['7.1', '6.1']],
    ['v24', ['24.21.0'], ['22.1']],
  ])('%s has these versions and no others', (range, inside, outside) => {
    expect(isVersionRange(range)).toBe(true);
    expect(inside.filter((version) => !isInRange(version, range))).toEqual([]);
    expect(outside.filter((version) => isInRange(version, range))).toEqual([]);
  });

  it.each(['', 'latest', '>=', '7.x', '>=7 &&', '>=7 || ', '7.0.0-rc.1', '>=>7'])('is not %j', (text) => {
    expect(isVersionRange(text)).toBe(false);
    expect(isInRange('7', text)).toBe(false);
  });
});

describe('the version in what a program prints', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '7.0.15'],
    ['v24.21.0', '24.21.0'],
    ['openjdk 17 2021-09-14', '17'],
    ['openjdk version "17.0.2" 2022-01-18', '17.0.2'],
    ['Python 3.12.3', '3.12.3'],
    ['psql (PostgreSQL) 16.4 (Debian 16.4-1)', '16.4'],
    ['HAProxy version 2.6.12-1+deb12u1 2023/12/16', '2.6.12'],
    ['no version here', null],
    ['', null],
  ])('in %j is %s', (output, version) => {
    expect(versionIn(output)).toBe(version);
  });
});
