import type { TerminalSize } from '../../model/terminal-size.ts';
import type { Styled } from '../text/styled.ts';

/** What a terminal shows. */
export interface Picture {
  /** One for each row of the terminal, each as wide as it is. */
  readonly rows: readonly Styled[];
  readonly size: TerminalSize;
  readonly cursor: { readonly column: number; readonly row: number; readonly isVisible: boolean };
}
