import { once } from 'node:events';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as z from 'zod';
import { CONDITIONS } from '../../control/client/conditions.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';
import type { PodOptions } from '../options.ts';
import { ownStdout } from '../own-stdout.ts';
import { ToolFailure } from './open-pod.ts';
import * as tools from './pod-tools.ts';

export interface McpOptions extends PodOptions {
  readonly allowActions?: boolean;
}

const LAST_ANSWERS_WITHIN: Milliseconds = 5_000;
const MOST_LINES = 200;
const MOST_SECONDS = 120;
/** Limit of every answer, however large a pod is. */
const MOST_CHARACTERS = 30_000;

/** Serves MCP on stdin and stdout until stdin ends. */
export const serveMcp = async (options: McpOptions, version: string): Promise<void> => {
  const server = new McpServer({ name: 'sidecarctl', version }, { instructions: INSTRUCTIONS });
  addLooking(server, options);
  if (options.allowActions === true) addActing(server, options);
  await server.connect(new StdioServerTransport(process.stdin, ownStdout()));
  await once(process.stdin, 'close');
  await untilAnswered();
  await server.close();
};

/** Answers the requests that arrived before stdin ended, except slow ones: a client that has gone reads nothing. */
const untilAnswered = async (): Promise<void> => {
  await atMost(LAST_ANSWERS_WITHIN, Promise.allSettled(underWay));
  // Answers are written in the turns that follow this one.
  await new Promise(setImmediate);
};

const INSTRUCTIONS =
  'The processes of the local development pod of this folder. Begin with status; keep its cursor and pass it to ' +
  'changes to learn what is new: changes of state, and errors, each reported once.';

const processName = z.string().max(63).describe('Name of a process, as status lists them');
const processOrApp = z
  .string()
  .max(63)
  .describe('Name of a process, as status lists them, or of an app: all instances of its primary');
const timeoutSeconds = z.number().min(0).max(MOST_SECONDS).default(30).describe('Maximum time to wait');

const readOnly = { readOnlyHint: true, openWorldHint: false };

const addLooking = (server: McpServer, options: McpOptions): void => {
  server.registerTool(
    'status',
    {
      description: 'The state of every process, with ports, reasons, and a cursor for changes.',
      annotations: readOnly,
    },
    () => answer(tools.status(options)),
  );
  server.registerTool(
    'changes',
    {
      description:
        'What is new since a cursor: changes of state, and lines of output that report errors, with repeated ones given once and counted. Returns the next cursor.',
      inputSchema: {
        cursor: z.string().max(80).optional().describe('From an earlier answer; without it, everything'),
      },
      annotations: readOnly,
    },
    ({ cursor }) => answer(tools.changes(options, cursor)),
  );
  server.registerTool(
    'logs',
    {
      description: 'The newest lines of output, oldest first; stderr is marked with !.',
      inputSchema: {
        process: processOrApp.optional(),
        lines: z.number().int().min(1).max(MOST_LINES).default(50).describe('Maximum number of lines'),
        grep: z.string().max(200).optional().describe('Regular expression that lines must match'),
      },
      annotations: readOnly,
    },
    (query) => answer(tools.logs(options, query)),
  );
  server.registerTool(
    'wait',
    {
      description:
        'Waits until a process, or without a name every process that starts with the pod, reaches a condition. Outcome: holds, never (it failed for good), gone (the pod ended) or timeout.',
      inputSchema: {
        process: processOrApp.optional(),
        condition: z.enum(CONDITIONS).default('ready'),
        timeoutSeconds,
      },
      annotations: readOnly,
    },
    (query) => answer(tools.wait(options, query)),
  );
  server.registerTool(
    'why',
    {
      description:
        'Why a process is not running or not ready, and what waits for what; if it has failed for good, also its last lines, exits, probes, changed files and the likely cause. Works after the pod has ended, too.',
      inputSchema: { process: processName },
      annotations: readOnly,
    },
    ({ process }) => answer(tools.why(options, process)),
  );
};

const addActing = (server: McpServer, options: McpOptions): void => {
  server.registerTool(
    'restart',
    {
      description:
        'Restarts a process, waits until it is ready, and returns only the changes and errors since.',
      inputSchema: { process: processName, timeoutSeconds },
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    ({ process, timeoutSeconds: seconds }) => answer(tools.restart(options, process, seconds)),
  );
};

/** Calls of tools that have not been answered yet. */
const underWay = new Set<Promise<unknown>>();

const answer = (asked: Promise<object>): ReturnType<typeof answerOf> => {
  const answered = answerOf(asked);
  const forget = (): void => void underWay.delete(answered);
  underWay.add(answered);
  answered.then(forget, forget);
  return answered;
};

const answerOf = async (asked: Promise<object>) => {
  try {
    return content(JSON.stringify(await asked, null, 1), false);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    return content(error.message, true);
  }
};

const content = (text: string, isError: boolean) => {
  const bounded = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n… (cut)` : text;
  return { content: [{ type: 'text' as const, text: bounded }], isError };
};
