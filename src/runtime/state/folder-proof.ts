import { statSync } from 'node:fs';
import type { HeldFolder } from '../../files/held-folder.ts';

/** Proof that a folder is not a copy: no archive, checkout or other user can bring it along. */
export interface FolderProof {
  /** Decimal number. */
  readonly inode: string;
  /** Nanoseconds since 1970, a decimal number; 0 if the file system does not know. */
  readonly born: string;
}

export const proofOf = (folder: HeldFolder): FolderProof => {
  const { ino, birthtimeNs } = statSync(folder.at('.'), { bigint: true });
  return { inode: `${ino}`, born: `${birthtimeNs}` };
};

/** True if it is that very folder, and this user created it. */
export const isProvenBy = (folder: HeldFolder, proof: FolderProof | undefined): boolean => {
  const { inode, born } = proofOf(folder);
  return proof?.inode === inode && proof.born === born && isOwn(folder);
};

const isOwn = (folder: HeldFolder): boolean => {
  const user = process.geteuid?.();
  return user === undefined || statSync(folder.at('.')).uid === user;
};
