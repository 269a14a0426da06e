import type { AboveLimit } from './above-limit.ts';
import type { AlertTold } from './alert.ts';
import type { Exit } from './exit.ts';
import type { Explanation } from './explanation.ts';
import type { Taking } from './failures/container-failure.ts';
import type { StorageFailure } from './failures/storage-failure.ts';
import type { AnsweredPort, Finding } from './finding.ts';
import type { Stray, Survivor } from './survivor.ts';
import type { Milliseconds, ProbeName } from './vocabulary.ts';

/** A fact worth knowing that changes no state. The readers word it. */
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
  /** A reload could not write new contents. */
  | { readonly kind: 'files-not-replaced'; readonly process: string; readonly failure: StorageFailure }
  | { readonly kind: 'left-behind'; readonly message: string }
  /** A process was started by name while processes of its last run are still there. */
  | { readonly kind: 'started-beside'; readonly process: string; readonly survivors: readonly Survivor[] }
  /** A process has ended, and these processes may belong to it or to another one. They run on until the pod ends. */
  | { readonly kind: 'strays'; readonly process: string; readonly strays: readonly Stray[] }
  /** A bug in sidecarctl, which ends the pod. `report` is the stack trace. */
  | { readonly kind: 'internal-error'; readonly report: string }
  /** Changes of their files are noticed from now on. */
  | { readonly kind: 'watching'; readonly processes: readonly string[] }
  /** A build failed. The old instance stays, and the next change tries again. */
  | { readonly kind: 'build-failed'; readonly process: string; readonly finding: Finding }
  /** Somebody runs a command beside a process. */
  | {
      readonly kind: 'command-started';
      readonly process: string;
      readonly command: string;
      readonly pid: number;
    }
  | {
      readonly kind: 'command-ended';
      readonly process: string;
      readonly command: string;
      readonly exit: Exit;
      readonly ranFor: Milliseconds;
      /** True if somebody has stopped it. */
      readonly wasStopped: boolean;
    }
  /** A process restarts itself by a file that it writes. Its watching is paused. */
  | { readonly kind: 'feedback-loop'; readonly process: string; readonly file: string }
  /** Some files of these processes cannot be watched. */
  | {
      readonly kind: 'watch-failed';
      readonly processes: readonly string[];
      readonly code: string;
      readonly message: string;
    }
  /** Output that a config's code wrote while it was read again. */
  | { readonly kind: 'config-printed'; readonly file: string; readonly text: string }
  /** The pattern of a log probe never finishes on some lines, and is no longer searched for. */
  | {
      readonly kind: 'pattern-too-slow';
      readonly process: string;
      readonly probe: ProbeName;
      readonly pattern: string;
    }
  /** The file is another tool's, and says something that this pod does not do. */
  | { readonly kind: 'left-out'; readonly what: string }
  /** A reload was refused and changes nothing. */
  | { readonly kind: 'reload-refused'; readonly message: string }
  /** The likely reason why a process fails or is not ready: a clause to follow its name. */
  | { readonly kind: 'likely-cause'; readonly process: string; readonly cause: string }
  /** A process has asked something on its stdin, for the first time since its launch. `label`: that of its pod. */
  | { readonly kind: 'waits-for-input'; readonly process: string; readonly label: string | null }
  /** Another process answered its probe. */
  | AnsweredPort
  /** The state folder was deleted and has been created again. These volumes are empty now. */
  | { readonly kind: 'state-lost'; readonly folder: string; readonly volumes: readonly string[] }
  | { readonly kind: 'state-not-restored'; readonly folder: string; readonly message: string }
  /** Commands from other shells cannot reach the pod. */
  | { readonly kind: 'control-unavailable'; readonly message: string }
  /** The engine builds or pulls an image. `progress`: the newest line of its output, or null at the beginning. */
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly step: Taking;
      readonly progress: string | null;
    }
  /** It has built or pulled the image. */
  | {
      readonly kind: 'image-taken';
      readonly image: string;
      readonly step: Taking;
      readonly took: Milliseconds;
    }
  /** The guard has died, which ends all processes if sidecarctl is killed. A new one is about to take its place. */
  | { readonly kind: 'guard-lost' }
  /** A process uses more than a monitor allows it. */
  | ({ readonly kind: 'above-limit' } & AboveLimit)
  /** An alert of a rule has begun to fire, or does so no more. */
  | ({ readonly kind: 'alert' } & AlertTold)
  /** A crash report about its failure is being written to this file. */
  | { readonly kind: 'dossier'; readonly process: string; readonly path: string }
  | { readonly kind: 'dossier-failed'; readonly process: string; readonly message: string };
