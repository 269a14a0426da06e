import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { UiSpec } from '../model/pod-spec.ts';

interface DashboardSettings {
  readonly ui: UiSpec;
  /** The user's file, or null if there is none. */
  readonly file: string | null;
  /** What is wrong with the user's file, one sentence each. */
  readonly mistakes: readonly string[];
}

/**
 * Settings of a dashboard: those of the project, and below them those of the user's own file. A mistake in that file
 * costs only what it is in.
 */
export const dashboardSettings = async (project: UiSpec): Promise<DashboardSettings> => {
  const file = settingsFile(process.env);
  if (file === null || !existsSync(file)) return { ui: project, file: null, mistakes: [] };
  // Loaded late: few users have such a file.
  const [{ layerSettings }, { formatConfigProblems }] = await Promise.all([
    import('../config/load/user-settings.ts'),
    import('../report/config-problems.ts'),
  ]);
  const { ui, problems } = await layerSettings(file, project);
  const text = formatConfigProblems({ ok: false, file, problems }, { color: false });
  return { ui, file, mistakes: text.split('\n').filter((line) => line !== '') };
};

/** As the XDG base directory specification says, a relative path in the variable does not count. */
const settingsFile = ({ XDG_CONFIG_HOME: folder = '' }: NodeJS.ProcessEnv): string | null => {
  try {
    return join(isAbsolute(folder) ? folder : join(homedir(), '.config'), 'sidecarctl', 'config.yaml');
  } catch {
    // The user has no home and no entry in the user database.
    return null;
  }
};
