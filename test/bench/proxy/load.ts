import { execa } from 'execa';

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Per second. */
  readonly rate: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** What wrk has printed. */
  readonly output: string;
}

const MICROSECONDS = { us: 1, ms: 1e3, s: 1e6, m: 60e6 } as const;

/** wrk: requests one after the other on connections that stay open. */
export const runWrk = async ({ url, connections, seconds }: Load): Promise<LoadResult> => {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url];
  const { stdout } = await execa('wrk', args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every request was answered:\n${stdout}`);
  const [, requests] = /(\d+) requests in/.exec(stdout) ?? [];
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? [];
  return {
    requests: Number(requests),
    rate: Number(rate),
    p50: percentile(stdout, 50),
    p99: percentile(stdout, 99),
    output: stdout,
  };
};

const percentile = (output: string, percent: number): number => {
  const [, value, unit] = new RegExp(`^\\s+${percent}%\\s+([\\d.]+)(us|ms|s|m)$`, 'm').exec(output) ?? [];
  return Number(value) * MICROSECONDS[(unit ?? 'us') as keyof typeof MICROSECONDS];
};
