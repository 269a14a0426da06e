import type { Fields } from './found-pod.ts';

/** `curl -f URL` and `wget --spider URL`, as words or as a shell line, are an http probe. */
export const urlAsked = ([program = '', ...words]: readonly string[]): Fields | undefined => {
  if (!/^(.*\/)?(curl|wget)$/.test(program)) return undefined;
  const urls = words.filter((word) => /^(https?:\/\/|localhost|127\.0\.0\.1)/.test(word));
  const [url] = urls;
  const onlySwitches = words.every((word) => word === url || /^-|^\/dev\/null$|^\d+$/.test(word));
  if (urls.length !== 1 || url === undefined || !onlySwitches || url.includes('$')) return undefined;
  return { http: /^https?:/.test(url) ? url : `http://${url}` };
};

export const urlAskedBy = (line: string): Fields | undefined => {
  const simple = line.replace(/\s*\|\|\s*exit\s+1\s*$/, '').replace(/\s*>\s*\/dev\/null(\s+2>&1)?\s*$/, '');
  if (/[|&;<>()$`\\]/.test(simple)) return undefined;
  return urlAsked(simple.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2')));
};
