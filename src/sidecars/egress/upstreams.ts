import type { PresetPlace } from '../../config/expand/preset.ts';
import type {
  Backend,
  EgressOptions,
  EgressUpstream,
  TrafficFilters,
  TrafficPolicies,
  UpstreamTls,
} from '../../config/traffic.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { PlacedBackend } from '../traffic/backends.ts';
import { findTarget } from '../traffic/find-target.ts';
import { mergedPolicies } from '../traffic/merge-policies.ts';

/** A name in `to`, with the policies that hold for it. */
export interface Upstream {
  readonly name: string;
  readonly backends: readonly PlacedBackend[];
  readonly policies: TrafficPolicies & TrafficFilters;
  readonly tls: UpstreamTls | undefined;
  /** What it says itself, and where. */
  readonly own: EgressUpstream | null;
  readonly path: FieldPath;
}

export const upstreamsOf = (options: EgressOptions, place: PresetPlace): readonly Upstream[] =>
  Object.entries(options.to).map(([name, written]) => {
    const own = isOwn(written) ? written : null;
    const path = [...place.path, 'to', name];
    const backends = placed(
      own === null ? (written as EgressUpstream['url']) : own.url,
      own === null ? path : [...path, 'url'],
    );
    const { to: _, tls: common, forwardProxy: __, accessLog: ___, tracing: _____, ...general } = options;
    const { url: ____, tls, ...special } = own ?? { url: '' };
    return {
      ...{ name, backends, own, path, tls: tls ?? common },
      policies: mergedPolicies(general, special),
    };
  });

const isOwn = (written: EgressOptions['to'][string]): written is EgressUpstream =>
  typeof written === 'object' && 'url' in written;

const placed = (url: EgressUpstream['url'], path: FieldPath): readonly PlacedBackend[] =>
  isList(url)
    ? url.map((backend, index) => ({ backend, weight: 1, path: [...path, index] }))
    : [{ backend: url, weight: 1, path }];

const isList = (url: EgressUpstream['url']): url is Exclude<EgressUpstream['url'], Backend> =>
  Array.isArray(url);

/** A server of bytes says so by its URL, too. */
export const isOfBytes = ({ policies, backends }: Upstream, place: PresetPlace): boolean =>
  policies.protocol === 'tcp' ||
  backends.some(({ backend, path }) => {
    const found = findTarget(backend, place, path);
    return found.ok && found.value.scheme === 'tcp';
  });
