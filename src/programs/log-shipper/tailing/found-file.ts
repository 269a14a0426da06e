/** What is known of a file by its name. */
export interface Named {
  /**
   * `log`: it is to be read. `rotated`: it may be an older part of a log, and is read unless it was there before. `old`: it
   * is only read on, where an earlier start has left it.
   */
  readonly kind: 'log' | 'rotated' | 'old';
  /** Absolute path that its log has, or had before it was rotated. */
  readonly original: string;
  /** What it says of every line of it. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A file that was found. */
export interface FoundFile extends Named {
  /** Absolute. */
  readonly path: string;
  /** Device and inode: `66304:1835`. */
  readonly id: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Milliseconds since 1970; 0 where the file system does not know. */
  readonly born: number;
}

/** Where logs are looked for. */
export interface LogPlace {
  /** Absolute paths of the folders to begin at; one that is not there yet is left out. */
  readonly folders: () => readonly string[];
  /** What a file is; `null`: nothing. */
  readonly judge: (path: string) => Named | null;
  /** Whether folders in a folder are looked into. */
  readonly enters: (folder: string) => boolean;
}
