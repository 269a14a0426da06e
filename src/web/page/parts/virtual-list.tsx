import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useKeys } from '../browser/hooks.ts';

interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** In pixels; the style sheet has the same. */
  readonly rowHeight: number;
  /** Index of the selected row, or -1. */
  readonly selected: number;
  readonly row: (index: number) => ReactNode;
  /** Text of a row's class attribute. */
  readonly rowClass?: (index: number) => string;
  readonly onSelect: (index: number) => void;
  readonly onOpen?: (index: number) => void;
  /** True: the end stays in view. */
  readonly isFollowing?: boolean;
  /** Called when the reader scrolls away from the end, or back to it. */
  readonly onFollow?: (isFollowing: boolean) => void;
}

const BEYOND = 6;

/** A list of any length, of which only the visible rows are in the page. */
export const VirtualList = (props: VirtualListProps): ReactNode => {
  const { label, count, rowHeight, selected, row, rowClass, onSelect, onOpen } = props;
  const { isFollowing = false, onFollow } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const end = Math.max(0, count * rowHeight - view.height);
  const top = isFollowing ? end : Math.min(view.top, end);
  useLayoutEffect(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = end;
  }, [isFollowing, end]);
  useEffect(() => {
    const element = box.current;
    if (element === null || selected < 0) return;
    const from = selected * rowHeight;
    if (from < element.scrollTop) element.scrollTop = from;
    else if (from + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = from + rowHeight - element.clientHeight;
  }, [selected, rowHeight]);

  const select = (index: number): void => {
    if (count > 0) onSelect(Math.max(0, Math.min(count - 1, index)));
    box.current?.focus({ preventScroll: true });
  };
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  // The first key of a reader who has not selected anything begins at what is seen last.
  const from = selected >= 0 ? selected : Math.min(count, Math.floor((top + view.height) / rowHeight));
  const move = (by: number) => (): void => select(from + by);
  useKeys({
    ArrowDown: move(1),
    j: move(1),
    ArrowUp: move(-1),
    k: move(-1),
    PageDown: move(page),
    PageUp: move(-page),
    Home: () => select(0),
    g: () => select(0),
    End: () => (onFollow === undefined ? select(count - 1) : onFollow(true)),
    G: () => (onFollow === undefined ? select(count - 1) : onFollow(true)),
    Enter: () => selected >= 0 && onOpen?.(selected),
  });

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    // The list has scrolled by itself.
    if (isFollowing && isAtEnd) return;
    setView({ top: element.scrollTop, height: element.clientHeight });
    if (isFollowing && element.scrollTop < end - rowHeight) onFollow?.(false);
    if (isAtEnd && selected < 0) onFollow?.(true);
  };
  const first = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const last = Math.min(count, Math.ceil((top + view.height) / rowHeight) + BEYOND);
  const slots = last - first;
  return (
    <div
      className="list"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={selected >= first && selected < last ? `${id}-${selected}` : undefined}
      onScroll={onScroll}
    >
      <div role="presentation" className="rows" style={{ height: count * rowHeight }}>
        {Array.from({ length: slots }, (_, at) => {
          const index = first + at;
          return (
            <div
              // A row that scrolls out of view becomes one that scrolls into it.
              key={index % (slots + 1)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === selected}
              aria-setsize={count}
              aria-posinset={index + 1}
              tabIndex={-1}
              className={`row ${rowClass?.(index) ?? ''}`}
              style={{ transform: `translateY(${index * rowHeight}px)` }}
              onClick={() => {
                select(index);
                onOpen?.(index);
              }}
              onKeyDown={ignore}
            >
              {row(index)}
            </div>
          );
        })}
      </div>
    </div>
  );
};

/** The keys of the list are those of the page. */
const ignore = (_: KeyboardEvent): void => undefined;
