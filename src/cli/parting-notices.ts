import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import { noticeText } from '../report/wording.ts';

/** They tell of a moment, and the dashboard has shown them. */
const PASSING: ReadonlySet<Notice['kind']> = new Set([
  'command-started',
  'command-ended',
  'waits-for-input',
  'watching',
]);

/** Notices that still matter when the dashboard has closed. */
export class PartingNotices {
  readonly #kept: string[] = [];
  #configError: string | null = null;

  take(notice: Notice): void {
    if (notice.kind === 'reload-refused') this.#configError = noticeText(notice);
    else if (!PASSING.has(notice.kind)) this.#kept.push(noticeText(notice));
  }

  /** A reload means that the config has no error any more. */
  happened(event: PodEvent): void {
    if (event.type === 'reload') this.#configError = null;
  }

  get texts(): readonly string[] {
    return this.#configError === null ? this.#kept : [...this.#kept, this.#configError];
  }
}
