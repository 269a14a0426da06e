import type { ReportLoss } from '../../form/losses.ts';
import { type Data, record, text } from '../../reading/read-yaml.ts';
import { flagOf } from './flag-of.ts';

/** Fields of a service that the engine is not told: limits, rights and devices of its container. */
const OF_THE_CONTAINER =
  /^(blkio_config|cap_add|cap_drop|cgroup|cgroup_parent|cpu_\w+|cpus|cpuset|credential_spec|device_cgroup_rules|devices|dns|dns_opt|dns_search|external_links|gpus|group_add|init|isolation|logging|mac_address|mem_\w+|memswap_limit|models|oom_\w+|pids_limit|platform|privileged|read_only|runtime|security_opt|shm_size|storage_opt|sysctls|tty|ulimits|use_api_socket|userns_mode|uts)$/;

const OF_THE_BUILD =
  /^(additional_contexts|cache_from|cache_to|entitlements|extra_hosts|network|no_cache|no_cache_filter|platforms|privileged|pull|secrets|shm_size|ssh|ulimits)$/;

/** Says what of a service has no counterpart here. What only names or labels it is nothing that it could lack. */
export const reportLeftOut = (service: Data, reportLoss: ReportLoss): void => {
  const report = (data: Data, fields: RegExp, prefix: string): void => {
    for (const [name, value] of Object.entries(data))
      if (fields.test(name) && asksForSomething(value)) reportLoss(NONE, `${prefix}${name}`);
  };
  report(service, OF_THE_CONTAINER, '');
  report(record(service['build']), OF_THE_BUILD, 'build.');
  report(record(service['deploy']), /^(resources|placement)$/, 'deploy.');
  for (const field of ['ipc', 'pid', 'network_mode']) reportSpace(service, field, reportLoss);
};

const NONE = 'a container here has none';

const asksForSomething = (value: unknown): boolean =>
  value !== null && value !== undefined && flagOf(value) !== false;

/** Those that are the default say nothing. */
const reportSpace = (service: Data, field: string, reportLoss: ReportLoss): void => {
  const mode = text(service[field]);
  if (mode === undefined || mode === '' || /^(bridge|default|private|shareable)$/.test(mode)) return;
  reportLoss(`${mode}: it has one of its own`, field);
};
