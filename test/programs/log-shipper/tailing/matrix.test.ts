import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Follower, lines, newFolder, text } from './follower.ts';

/** A log in a folder, with what is done to it. */
const newLog = () => {
  const folder = newFolder();
  const path = join(folder, 'a.log');
  const at = (name: string): string => join(folder, name);
  return { folder, path, at, add: (all: readonly string[]) => appendFileSync(path, text(all)) };
};

/** The ten cases of the research, in which `tail` lost up to 95 % of the lines and `@logdna/tail-file` up to two thirds. */
describe('no line is lost, and none comes twice,', () => {
  it('of a file that grows', () => {
    const { folder, add } = newLog();
    const follower = new Follower(folder);
    for (let turn = 0; turn < 20; turn += 1) {
      add(lines('a', 100, turn * 100));
      follower.follow();
    }
    expect(follower.bodies).toEqual(lines('a', 2000));
  });

  it('when it is renamed and made anew five times', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    for (let turn = 0; turn < 5; turn += 1) {
      add(lines('a', 400, turn * 400));
      // Half of it is there when it is rotated, and was never seen.
      if (turn % 2 === 0) follower.follow();
      renameSync(path, `${path}.${turn}`);
      writeFileSync(path, '');
      follower.follow();
    }
    expect(new Set(follower.bodies)).toEqual(new Set(lines('a', 2000)));
    expect(follower.bodies).toHaveLength(2000);
  });

  it('that are written to the renamed file, late and later', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 10));
    follower.follow();
    renameSync(path, `${path}.1`);
    writeFileSync(path, text(['new']));
    follower.follow();
    appendFileSync(`${path}.1`, text(['late']));
    follower.follow().wait(6_000).follow();
    // Its descriptor is closed by now.
    appendFileSync(`${path}.1`, text(['later']));
    follower.follow();
    expect(follower.bodies).toEqual([...lines('a', 10), 'new', 'late', 'later']);
  });

  it('of generations that were renamed before anybody saw them', () => {
    const { folder, path, at, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 100));
    follower.follow();
    for (let turn = 1; turn <= 3; turn += 1) {
      for (let old = turn; old > 1; old -= 1) renameSync(at(`a.log.${old - 1}`), at(`a.log.${old}`));
      renameSync(path, at('a.log.1'));
      writeFileSync(path, text(lines('a', 100, turn * 100)));
    }
    follower.follow();
    expect(follower.bodies.toSorted()).toEqual([...lines('a', 400)].sort());
  });

  it('when it is copied and cut short, whether it was read before or not', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    for (let turn = 0; turn < 3; turn += 1) {
      add(lines('a', 250, turn * 500));
      follower.follow();
      add(lines('a', 250, turn * 500 + 250));
      if (turn !== 1) follower.follow();
      copyFileSync(path, `${path}.${turn}`);
      // The copy is seen before its original is cut short.
      if (turn === 2) follower.follow();
      truncateSync(path);
      follower.follow();
    }
    expect(follower.bodies.toSorted()).toEqual([...lines('a', 1500)].sort());
    expect(follower.tail.lostBytes).toBe(0);
  });

  it('when it is cut short and at once longer than before', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 300));
    follower.follow();
    writeFileSync(path, text(lines('b', 600)));
    follower.follow();
    expect(follower.bodies).toEqual([...lines('a', 300), ...lines('b', 600)]);
  });

  it('when what it begins with is the same again, and what follows is not', () => {
    const { folder, path } = newLog();
    const head = `${'#'.repeat(300)}\n`;
    const follower = new Follower(folder);
    writeFileSync(path, head + text(lines('a', 10)));
    follower.follow();
    writeFileSync(path, head + text(lines('b', 20)));
    follower.follow();
    expect(follower.bodies.filter((body) => !body.startsWith('#'))).toEqual([
      ...lines('a', 10),
      ...lines('b', 20),
    ]);
  });

  it('when it is deleted and made anew', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 500));
    follower.look();
    add(lines('a', 250, 500));
    rmSync(path);
    writeFileSync(path, text(lines('a', 250, 750)));
    follower.follow();
    expect(follower.bodies.toSorted()).toEqual([...lines('a', 1000)].sort());
  });

  it('that were written in pieces', () => {
    const { folder, path } = newLog();
    const follower = new Follower(folder);
    for (const line of lines('piece', 60))
      for (const piece of [line.slice(0, 3), line.slice(3), '\n']) {
        appendFileSync(path, piece);
        follower.follow();
      }
    expect(follower.bodies).toEqual(lines('piece', 60));
  });

  it('of a burst of 200,000', () => {
    const { folder, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 200_000));
    follower.follow();
    // Comparing the lists takes longer than reading them.
    expect(follower.bodies.join()).toBe(lines('a', 200_000).join());
  });
});

describe('a line of 3 MB', () => {
  it('comes in marked pieces that make it whole', () => {
    const { folder, path } = newLog();
    const follower = new Follower(folder);
    const long = 'äbc'.repeat(750_000);
    writeFileSync(path, text(['before', long, 'after']));
    follower.follow();
    const pieces = follower.entries.slice(1, -1);
    expect(pieces.map(({ body }) => body).join('')).toBe(long);
    expect(pieces.every(({ parsed }) => parsed?.['log.split'] === true)).toBe(true);
    expect(pieces.every(({ body }) => Buffer.byteLength(body) <= 1024 * 1024)).toBe(true);
    expect([follower.entries.at(0), follower.entries.at(-1)]).toMatchObject([
      { body: 'before', parsed: null },
      { body: 'after', parsed: null },
    ]);
  });
});

describe('a file', () => {
  it('that has the same beginning as another one is another one', () => {
    const { folder, at } = newLog();
    const follower = new Follower(folder);
    writeFileSync(at('a.log'), text(['start', 'a']));
    writeFileSync(at('b.log'), text(['start', 'b']));
    writeFileSync(at('c.log'), text(['start', 'a']));
    follower.follow();
    expect(follower.bodies.toSorted()).toEqual(['a', 'a', 'b', 'start', 'start', 'start']);
  });

  it('that gets the inode of one that was deleted is another one', () => {
    const { folder, path, at, add } = newLog();
    add(lines('old', 10));
    const before = new Follower(folder).follow();
    const [record] = before.tail.positions.files;
    before.tail.close();
    rmSync(path);
    writeFileSync(at('b.log'), text(lines('new', 20)));
    const after = new Follower(folder, { positions: before.tail.positions }).look();
    const [id] = after.tail.files.map((file) => file.id);
    // As if the inode had been given out again, which the file system does as it likes.
    const files = record === undefined ? [] : [{ ...record, id: id ?? '' }];
    const reused = new Follower(folder, { positions: { files, ignored: [] } }).follow();
    expect(reused.bodies).toEqual(lines('new', 20));
  });

  it('that was rotated before the first start is left alone, if no glob has its name', () => {
    const { folder, path, add } = newLog();
    writeFileSync(`${path}.1`, text(['old']));
    add(['new']);
    const first = new Follower(folder).follow();
    expect(first.bodies).toEqual(['new']);
    const second = new Follower(folder, { positions: first.tail.positions }).follow();
    expect(second.bodies).toEqual([]);
  });

  it('that is compressed, excluded, a folder or a symbolic link is none', () => {
    const { folder, at } = newLog();
    writeFileSync(at('a.log'), text(['a']));
    writeFileSync(at('a.log.2.gz'), text(['compressed']));
    writeFileSync(at('debug.log'), text(['excluded']));
    symlinkSync(at('a.log'), at('link.log'));
    const follower = new Follower(folder, { from: { exclude: ['debug.log'] } }).follow();
    expect(follower.bodies).toEqual(['a']);
  });

  it('has its name as a field, also once it was rotated', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    add(['a']);
    follower.follow();
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, text(['late']));
    follower.follow();
    expect(follower.entries.map(({ source, offset }) => [source.fields, offset])).toEqual([
      [{ 'service.name': 'web', file: 'a.log' }, 0],
      [{ 'service.name': 'web', file: 'a.log' }, 2],
    ]);
  });

  it('ends with a line that has no newline once it was rotated and nobody has written for 5 s', () => {
    const { folder, path } = newLog();
    const follower = new Follower(folder);
    writeFileSync(path, 'whole\nunfinished');
    follower.follow().wait(60_000).follow();
    expect(follower.bodies).toEqual(['whole']);
    renameSync(path, `${path}.1`);
    follower.follow().wait(4_900).follow();
    expect(follower.bodies).toEqual(['whole']);
    follower.wait(200).follow();
    expect(follower.bodies).toEqual(['whole', 'unfinished']);
  });

  it('that is written on after a cut, at the place where its writer was, has a hole that is no line', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 3));
    follower.follow();
    writeFileSync(path, Buffer.concat([Buffer.alloc(3_000_000), Buffer.from(text(lines('b', 2)))]));
    follower.follow();
    expect(follower.bodies).toEqual([...lines('a', 3), ...lines('b', 2)]);
  });

  it('whose rest was gone before it was read is told of once', () => {
    const { folder, path, add } = newLog();
    const follower = new Follower(folder, { room: { events: 5, bytes: 1_000_000 } });
    add(lines('a', 10));
    follower.look().step();
    truncateSync(path);
    follower.follow().wait(61_000).follow().follow();
    expect(follower.bodies).toEqual(lines('a', 5));
    expect(follower.tail.lostBytes).toBe(20);
    expect(follower.said).toEqual([`${path} was cut short or written anew before 20 bytes of it were read`]);
  });

  it('can be read from its end at the first start, and from its beginning later', () => {
    const { folder, at, add } = newLog();
    add(['old']);
    const follower = new Follower(folder, { readFrom: 'end' }).follow();
    add(['new']);
    writeFileSync(at('b.log'), text(['later']));
    follower.follow();
    expect(follower.bodies.toSorted()).toEqual(['later', 'new']);
  });
});

describe('more files than can be open', () => {
  it('are read in turns, also when they were renamed while they were closed', () => {
    const folder = newFolder();
    const names = Array.from({ length: 12 }, (_, at) => join(folder, `${at}.log`));
    const follower = new Follower(folder, { mostOpen: 3 });
    const open = (): number => follower.tail.files.filter(({ isOpen }) => isOpen).length;
    for (const name of names) writeFileSync(name, text(lines(name, 10)));
    expect(follower.look().step()).toBe(true);
    expect(open()).toBe(3);
    follower.follow();
    expect(open()).toBe(3);
    for (const name of names) {
      appendFileSync(name, text(lines(name, 10, 10)));
      renameSync(name, `${name}.1`);
      writeFileSync(name, text(lines(`${name} new`, 10)));
    }
    follower.follow().wait(10_000).follow();
    expect(open()).toBeLessThanOrEqual(3);
    const all = names.flatMap((name) => [...lines(name, 20), ...lines(`${name} new`, 10)]);
    expect(follower.bodies.toSorted()).toEqual(all.sort());
  });
});

describe('a clock of the machine that is set', () => {
  it.each([
    ['back', new Date('2001-01-01')],
    ['forward', new Date('2099-01-01')],
  ])('%s changes nothing about what is read', (_, time) => {
    const { path, folder, add } = newLog();
    const follower = new Follower(folder);
    add(lines('a', 10));
    follower.follow();
    add(lines('a', 10, 10));
    utimesSync(path, time, time);
    follower.follow();
    expect(follower.bodies).toEqual(lines('a', 20));
    utimesSync(path, new Date(), new Date());
    renameSync(path, `${path}.1`);
    writeFileSync(path, text(lines('a', 10, 20)));
    utimesSync(path, time, time);
    follower.follow().wait(10_000).follow();
    expect(follower.bodies).toEqual(lines('a', 30));
    expect(follower.entries.at(-1)?.time).toBe(time.getTime());
  });
});

describe('a start', () => {
  it('goes on where the one before was, whatever the names are by then', () => {
    const { folder, path, add } = newLog();
    add(lines('a', 10));
    const before = new Follower(folder).follow();
    add(lines('a', 10, 10));
    renameSync(path, `${path}.1`);
    writeFileSync(path, text(lines('b', 5)));
    const after = new Follower(folder, { positions: before.tail.positions }).follow();
    expect(after.bodies.toSorted()).toEqual([...lines('a', 10, 10), ...lines('b', 5)].sort());
  });

  it('goes on in the copy of a file that was cut short in between', () => {
    const { folder, path, add } = newLog();
    add(lines('a', 10));
    const before = new Follower(folder).follow();
    add(lines('a', 10, 10));
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, text(lines('b', 100)));
    const after = new Follower(folder, { positions: before.tail.positions }).follow();
    expect(after.bodies.toSorted()).toEqual([...lines('a', 10, 10), ...lines('b', 100)].sort());
  });

  it('reads generations that came and went to other names in between', () => {
    const { folder, path, add } = newLog();
    add(lines('a', 10));
    const before = new Follower(folder).follow();
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, text(lines('b', 10)));
    writeFileSync(path, text(lines('c', 10)));
    const after = new Follower(folder, { positions: before.tail.positions }).follow();
    expect(after.bodies.toSorted()).toEqual([...lines('b', 10), ...lines('c', 10)].sort());
  });

  it('reads again what was not acknowledged, also where it is in a copy by now', () => {
    const { folder, path, add } = newLog();
    add(lines('a', 10));
    const before = new Follower(folder);
    before.look();
    const taken = before.tail.next({ events: 4, bytes: 1_000_000, isEmpty: true }, 0);
    if (taken === null) throw new Error('nothing was read');
    taken.passed.file.acknowledge(taken.passed.mark);
    before.tail.next({ events: 100, bytes: 1_000_000, isEmpty: true }, 0);
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, text(['b']));
    before.look();
    before.tail.next({ events: 100, bytes: 1_000_000, isEmpty: true }, 0);
    before.look();
    const after = new Follower(folder, { positions: before.tail.positions }).follow();
    expect(after.bodies.toSorted()).toEqual([...lines('a', 6, 4), 'b'].sort());
  });
});
