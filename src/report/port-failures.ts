import type { DeclaredPort, FixedPort, PortFailure, PortHolder } from '../model/failures/port-failure.ts';
import { quoted } from './phrases.ts';

/** Words a port failure: the cause, and what to do about it. */
export const describePortFailure = (
  failure: PortFailure,
): { readonly problem: string; readonly advice: string } => {
  switch (failure.kind) {
    case 'port-taken':
      return describeTaken(failure.port, failure.holder);
    case 'port-not-permitted':
      return {
        problem: `${nameOf(failure.port)}: permission denied for this user`,
        advice:
          'ports below 1024 are for root: choose a higher one, or let every user listen there ' +
          `(on Linux: sudo sysctl net.ipv4.ip_unprivileged_port_start=${failure.port.port})`,
      };
    case 'port-host-unusable':
      if (failure.code in SHORTAGES)
        return {
          problem: `${nameOf(failure.port)} cannot be checked (${failure.code})`,
          advice: SHORTAGES[failure.code] ?? '',
        };
      return {
        problem: `${nameOf(failure.port)} cannot be listened on (${failure.code})`,
        advice: `make ${failure.port.host} an address of this machine, such as 127.0.0.1`,
      };
    case 'no-free-port':
      return {
        problem: `${nameOf(failure.port)}: no port from ${failure.block.first} to ${failure.block.last} is free`,
        advice: 'give it a number of its own',
      };
    default:
      return failure satisfies never;
  }
};

/** Errors that do not concern the address. */
const SHORTAGES: Readonly<Record<string, string>> = {
  EMFILE: "sidecarctl has no descriptors left: raise 'ulimit -n'",
  ENFILE: 'the machine has no descriptors left: close programs, or raise fs.file-max',
  ENOBUFS: 'the machine has no memory left for sockets: close programs',
  ENOMEM: 'the machine has no memory left for sockets: close programs',
};

const describeTaken = (port: FixedPort, holder: PortHolder | null): { problem: string; advice: string } => {
  const otherwise = `give ${port.name} of ${port.process} another port, or 'auto'`;
  if (holder === null) {
    return { problem: `${nameOf(port)} is taken (owner unknown)`, advice: otherwise };
  }
  const problem = `${nameOf(port)} is taken by ${holderText(holder)}`;
  const stop = holder.kind === 'user' ? 'ask that user to stop it' : `stop pid ${holder.pid}`;
  return { problem, advice: `${stop}, or ${otherwise}` };
};

/** Names who has a port: `pid 812 (node server.js)`. */
export const holderText = (holder: PortHolder | null): string => {
  if (holder === null) return 'another process';
  if (holder.kind === 'user') return `a process of the user with uid ${holder.uid}`;
  return `pid ${holder.pid}${inParentheses(quoted(holder.command))}`;
};

/** For example `port 3000 (http of web) on 127.0.0.1`. */
const nameOf = ({ process, name, port, protocol, host }: DeclaredPort): string => {
  const kind = protocol === 'udp' ? 'udp port' : 'port';
  const number = port === 'auto' ? `the auto ${kind}` : `${kind} ${port}`;
  return `${number} (${name} of ${process}) on ${host}`;
};

const longestCommand = 80;

const inParentheses = (command: string): string => {
  if (command === '') return '';
  return command.length <= longestCommand ? ` (${command})` : ` (${command.slice(0, longestCommand - 1)}…)`;
};
