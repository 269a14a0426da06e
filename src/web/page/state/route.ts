export const VIEWS = ['processes', 'logs', 'traces', 'metrics'] as const;

export type ViewName = (typeof VIEWS)[number];

/** What the address says is shown: `#/traces/4bf9…?service=web`. */
export interface Route {
  readonly view: ViewName;
  /** The process or trace that is open; empty: none. */
  readonly item: string;
  readonly query: URLSearchParams;
}

export const readRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [name, item = ''] = path.split('/');
  const view = VIEWS.find((each) => each === name) ?? 'processes';
  return { view, item: decoded(item), query: new URLSearchParams(query) };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

/** The address of a view, without parameters that are empty. */
export const hashOf = (
  view: ViewName,
  item = '',
  query: Readonly<Record<string, string | readonly string[]>> = {},
): string => {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) if (value !== '') params.append(name, value);
  const path = item === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(item)}`;
  return params.size === 0 ? path : `${path}?${params}`;
};
