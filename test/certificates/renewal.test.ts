import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Leaf } from '../../src/certificates/leaf.ts';
import { RenewedLeaf } from '../../src/certificates/renewal.ts';
import { DAY, DataFolder } from './support.ts';

const request = { pod: 'shop', process: 'edge', names: [] };

/** One whose clock the test sets. */
const opened = async (data: DataFolder) => {
  const start = Date.now();
  const time = { now: start };
  const renewed: Leaf[] = [];
  const failures: string[] = [];
  const leaf = await RenewedLeaf.open({
    ...{ folder: data.folder, request, clock: () => time.now },
    onRenewed: (each) => renewed.push(each),
    onFailure: (message) => failures.push(message),
  });
  const lookAt = async (days: number): Promise<void> => {
    time.now = start + days * DAY;
    await leaf.look();
  };
  return { leaf, renewed, failures, lookAt };
};

describe('a certificate that is used', () => {
  test('is renewed seven days before its end, and again 83 days later', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    const first = used.leaf.leaf;
    await used.lookAt(82.9);
    expect(used.renewed).toEqual([]);
    await used.lookAt(83.1);
    expect(used.renewed.map(({ cert }) => cert)).toEqual([used.leaf.leaf.cert]);
    expect(used.leaf.leaf.cert).not.toBe(first.cert);
    await used.lookAt(83.2);
    expect(used.renewed.length).toBe(1);
    await used.lookAt(170);
    expect(used.renewed.length).toBe(2);
  });

  test('is renewed after the machine has slept past its end', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    await used.lookAt(200);
    expect(used.leaf.leaf.certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 280 * DAY);
  });

  test('is renewed after the clock was set back before its beginning', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    await used.lookAt(1000);
    await used.lookAt(1);
    expect(used.renewed.length).toBe(2);
    expect(used.leaf.leaf.certificate.validFromDate.getTime()).toBeLessThan(Date.now() + DAY);
  });

  test('is not renewed twice at the same time, nor twice by two programs', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    const other = await opened(data);
    await Promise.all([used.lookAt(84), used.lookAt(84)]);
    expect(used.renewed.length).toBe(1);
    await other.lookAt(84);
    expect(other.leaf.leaf.cert).toBe(used.leaf.leaf.cert);
  });

  test('stays in use if it cannot be renewed, which is said once, and is renewed when it can', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    const first = used.leaf.leaf;
    renameSync(data.path('ca', 'ca.key'), data.path('key'));
    await used.lookAt(84);
    await used.lookAt(85);
    expect(used.failures).toEqual([expect.stringContaining('ca.key is missing')]);
    expect(used.leaf.leaf).toBe(first);
    writeFileSync(data.path('ca', 'ca.key'), 'damaged', { mode: 0o600 });
    await used.lookAt(86);
    expect(used.failures).toEqual([expect.any(String), expect.stringContaining('ca.key is damaged')]);
    renameSync(data.path('key'), data.path('ca', 'ca.key'));
    await used.lookAt(86);
    expect(used.leaf.leaf).not.toBe(first);
  });

  test('is not issued again and again in the last week of its CA', async () => {
    await using data = await DataFolder.create();
    const used = await opened(data);
    await used.lookAt(3650);
    await used.lookAt(3650.1);
    expect(used.renewed.length).toBe(1);
    await used.lookAt(3653);
    expect(used.failures).toEqual([expect.stringContaining('ca.crt expired')]);
  });
});
