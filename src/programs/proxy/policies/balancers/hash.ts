const OFFSET = 2_166_136_261;
const PRIME = 16_777_619;

/** A hash of 32 bits: FNV-1a, finished as MurmurHash3 does, since addresses that differ in one digit must land far apart. */
export const hashOf = (text: string): number => {
  let hash = OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
