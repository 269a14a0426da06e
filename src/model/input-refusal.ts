/** The reason why a process gets no input, or its terminal no other size. */
export type InputRefusal =
  /** Its stdin is /dev/null. */
  | 'empty-stdin'
  /** It has the stdin that sidecarctl was started with. */
  | 'callers-stdin'
  | 'not-running'
  | 'no-terminal'
  /** Its stdin has ended, or it has closed it. */
  | 'stdin-ended'
  /** It has not read what was sent before. */
  | 'unread';
