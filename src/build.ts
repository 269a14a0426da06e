/**
 * The values that the build puts in. Every room may import this file, and no other one declares them. Tests and scripts
 * run the sources: they have no version, and use the programs in `dist`.
 */

declare const SIDECARCTL_VERSION: string | undefined;
declare const SIDECARCTL_BUILD: string | undefined;
declare const SIDECARCTL_MINIMUM_NODE: string | undefined;
declare const SIDECARCTL_LIBRARY: string | undefined;
declare const SIDECARCTL_CLEANUP: string | undefined;
declare const SIDECARCTL_READ_CONFIG: string | undefined;
declare const SIDECARCTL_PROGRAMS: string | undefined;
declare const SIDECARCTL_WEB_PAGE: string | undefined;

const inDist = (file: string): string => new URL(`../dist/${file}`, import.meta.url).href;

export const VERSION = typeof SIDECARCTL_VERSION === 'undefined' ? '0' : SIDECARCTL_VERSION;

/** Another one for each state of the sources; null for the sources themselves. */
export const BUILD = typeof SIDECARCTL_BUILD === 'undefined' ? null : SIDECARCTL_BUILD;

export const MINIMUM_NODE = typeof SIDECARCTL_MINIMUM_NODE === 'undefined' ? '0.0' : SIDECARCTL_MINIMUM_NODE;

// The files of the build, as URLs relative to a chunk.

/** The library: a config that imports `sidecarctl` may mean this one. */
export const LIBRARY = typeof SIDECARCTL_LIBRARY === 'undefined' ? inDist('index.js') : SIDECARCTL_LIBRARY;

/** The program that cleans up after a supervisor that was killed. */
export const CLEANUP = typeof SIDECARCTL_CLEANUP === 'undefined' ? inDist('cleanup.js') : SIDECARCTL_CLEANUP;

/** The program that reads a config in a process of its own. */
export const READ_CONFIG =
  typeof SIDECARCTL_READ_CONFIG === 'undefined' ? inDist('read-config.js') : SIDECARCTL_READ_CONFIG;

/** The folder of the programs that do the work of ready-made sidecars. */
export const PROGRAMS =
  typeof SIDECARCTL_PROGRAMS === 'undefined' ? inDist('programs/') : SIDECARCTL_PROGRAMS;

/** The folder of the page that `sidecarctl web` serves. */
export const WEB_PAGE = typeof SIDECARCTL_WEB_PAGE === 'undefined' ? inDist('web/') : SIDECARCTL_WEB_PAGE;
