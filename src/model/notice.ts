import type { Explanation } from './explanation.ts';
import type { Stray, Survivor } from './survivor.ts';
import type { Milliseconds, ProbeName } from './vocabulary.ts';

/** Worth telling a person, though nothing has changed: facts only, worded by the readers. */
export type Notice =
  | {
      readonly kind: 'env-file-overridden';
      readonly process: string;
      readonly variable: string;
      readonly file: string;
    }
  | { readonly kind: 'still-waiting'; readonly explanation: Explanation; readonly waited: Milliseconds }
  | {
      readonly kind: 'log-ended';
      readonly process: string;
      readonly path: string;
      readonly message: string;
    }
  | { readonly kind: 'left-behind'; readonly message: string }
  /** A process was asked for by name, and what is left of its last run is still there. */
  | { readonly kind: 'started-beside'; readonly process: string; readonly survivors: readonly Survivor[] }
  /** A process has ended, and these may be of its tree or of another's: they go on until the pod ends. */
  | { readonly kind: 'strays'; readonly process: string; readonly strays: readonly Stray[] }
  /** A bug of sidecarctl, which ends the pod: where it came about. */
  | { readonly kind: 'internal-error'; readonly report: string }
  /** Changes of their files are seen from now on. */
  | { readonly kind: 'watching'; readonly processes: readonly string[] }
  /** The old instance stays, and the next change tries again. */
  | { readonly kind: 'build-failed'; readonly process: string; readonly message: string }
  /** A process restarts itself by what it writes: its watching is paused. */
  | { readonly kind: 'feedback-loop'; readonly process: string; readonly file: string }
  /** Not all files of these can be watched. */
  | {
      readonly kind: 'watch-failed';
      readonly processes: readonly string[];
      readonly code: string;
      readonly message: string;
    }
  /** What a config's code wrote while it was read anew. */
  | { readonly kind: 'config-printed'; readonly file: string; readonly text: string }
  /** A log probe's pattern takes for ever on some lines, and is no longer looked for. */
  | {
      readonly kind: 'pattern-too-slow';
      readonly process: string;
      readonly probe: ProbeName;
      readonly pattern: string;
    }
  /** Nothing is changed by it. */
  | { readonly kind: 'reload-refused'; readonly message: string }
  /** Why it fails or is not ready, as far as that can be told: a sentence, to follow its name. */
  | { readonly kind: 'likely-cause'; readonly process: string; readonly cause: string }
  /** Its probe was answered by another process; the message says by whom. */
  | { readonly kind: 'port-answered'; readonly process: string; readonly message: string }
  /** The state folder was deleted, and made anew; these volumes are empty now. */
  | { readonly kind: 'state-lost'; readonly folder: string; readonly volumes: readonly string[] }
  | { readonly kind: 'state-not-restored'; readonly folder: string; readonly message: string }
  /** Commands from other shells do not reach the pod. */
  | { readonly kind: 'control-unavailable'; readonly message: string }
  /** What would clean up, should sidecarctl be killed, has died; another is about to take its place. */
  | { readonly kind: 'guard-lost' }
  /** What is known of its failure is being written to the file. */
  | { readonly kind: 'dossier'; readonly process: string; readonly path: string }
  | { readonly kind: 'dossier-failed'; readonly process: string; readonly message: string };
