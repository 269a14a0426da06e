import { type ReactNode, useEffect, useRef } from 'react';

const GROUPS: ReadonlyArray<
  readonly [title: string, keys: ReadonlyArray<readonly [keys: string, does: string]>]
> = [
  [
    'Everywhere',
    [
      ['1 2 3 4', 'processes, logs, traces, metrics'],
      ['↑ ↓ or k j', 'move'],
      ['Page Up, Page Down, Home, End', 'move further'],
      ['/', 'search'],
      ['Enter', 'open'],
      ['Esc', 'back'],
      ['?', 'this help'],
    ],
  ],
  [
    'Processes',
    [
      ['r', 'restart'],
      ['x', 'stop'],
      ['s', 'start'],
      ['l', 'its log'],
    ],
  ],
  [
    'Logs',
    [
      ['f or Space', 'pause, or follow'],
      ['End', 'to the newest line, and follow'],
    ],
  ],
  ['Traces', [['e', 'only traces with errors, or all']]],
];

/** All keys. */
export const HelpDialog = ({ onClose }: { readonly onClose: () => void }): ReactNode => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">Keys</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          close
        </button>
      </header>
      {GROUPS.map(([title, keys]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl className="facts">
            {keys.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </dialog>
  );
};
