import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { findAuthority, openAuthority } from '../../certificates/authority.ts';
import { RenewedLeaf } from '../../certificates/renewal.ts';
import { every } from '../../time/timers.ts';
import type { AuthorityFile, EngineProgramOptions, PairFile } from './options.ts';

interface Watcher {
  /** A certificate was replaced: the engine has to read the files again. */
  readonly onRenewed: () => void;
  readonly say: (line: string) => void;
}

/** A certificate is renewed days before its end. */
const LOOK_EVERY = 30_000;

/** The certificate files that an engine reads. Those of the local CA are renewed while it runs. */
export class CertificateFiles {
  readonly #watcher: Watcher;
  #leaves: readonly RenewedLeaf[] = [];

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
    every(LOOK_EVERY, () => {
      for (const leaf of this.#leaves) void leaf.look();
    });
  }

  /** Writes all files of the plan. */
  async write(options: EngineProgramOptions): Promise<void> {
    const { pairs, authorities } = options.certificateFiles;
    const leaves: RenewedLeaf[] = [];
    for (const pair of pairs) {
      const leaf = await this.#writePair(pair, options);
      if (leaf !== null) leaves.push(leaf);
    }
    for (const authority of authorities) replace(authority.file, await authorityText(authority, options));
    this.#leaves = leaves;
  }

  async #writePair({ file, of }: PairFile, options: EngineProgramOptions): Promise<RenewedLeaf | null> {
    if ('cert' in of) {
      replace(file, `${readFileSync(of.cert, 'utf8').trimEnd()}\n${readFileSync(of.key, 'utf8')}`);
      return null;
    }
    const { name: process, pod, certificates: folder } = options;
    const leaf = await RenewedLeaf.open({
      folder,
      request: { pod, process, names: of.names },
      onRenewed: ({ cert, key }) => {
        replace(file, `${cert}${key}`);
        this.#watcher.onRenewed();
      },
      onFailure: (message) => this.#watcher.say(`the certificate was not renewed: ${message}`),
    });
    replace(file, `${leaf.leaf.cert}${leaf.leaf.key}`);
    return leaf;
  }
}

const authorityText = async (
  { of }: AuthorityFile,
  { certificates }: EngineProgramOptions,
): Promise<string> => {
  if (typeof of === 'object') return readFileSync(of.file, 'utf8');
  if (of === 'local') return (await openAuthority(certificates, Date.now())).cert;
  const systems = getCACertificates('system');
  const found = systems.length > 0 ? systems : getCACertificates('bundled');
  return [...found, findAuthority(certificates, Date.now())?.cert ?? ''].join('\n');
};

/** A reader sees the old file or the new one. */
const replace = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};
