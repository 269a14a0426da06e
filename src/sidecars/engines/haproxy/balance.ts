import type { LoadBalancerOptions } from '../../../programs/proxy/options.ts';

export const balanceLines = (balancer: LoadBalancerOptions): readonly string[] => {
  switch (balancer.type) {
    case 'LeastRequest':
      return ['balance leastconn'];
    case 'RoundRobin':
      return ['balance roundrobin'];
    case 'Random':
      return ['balance random'];
    case 'ConsistentHash':
      return [`balance ${hashed(balancer.by)}`, 'hash-type consistent'];
  }
};

type By = Extract<LoadBalancerOptions, { readonly type: 'ConsistentHash' }>['by'];

const hashed = (by: By): string => {
  switch (by.type) {
    case 'SourceIP':
      return 'source';
    case 'Header':
      return `hdr(${by.name})`;
    case 'Cookie':
      return `hash req.cook(${by.name})`;
    case 'QueryParam':
      return `url_param ${by.name}`;
  }
};
